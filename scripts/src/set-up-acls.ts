import { readFile } from 'node:fs/promises'

import { asForbidden } from '@caretally/kafka'
import { CaretallyError } from '@caretally/runtime'
import kafkajs, { type AclEntry, type Admin } from 'kafkajs'
import { z } from 'zod'

import { rootPath } from './root.ts'

const Operation = z.enum(['READ', 'WRITE', 'DESCRIBE', 'DESCRIBE_CONFIGS'])

/** `infra/kafka/acls.json`: who may do what on the topic and in the consumer group; all else is refused. */
const Acls = z.record(
  z.string(),
  z.strictObject({
    /** As Kafka writes it, such as `User:name`. */
    principal: z.string().regex(/^User:.+$/),
    topic: z.array(Operation).default([]),
    group: z.array(Operation).default([]),
  }),
)

/**
 * Lets the users of `infra/kafka/acls.json` do their work. Safe to call again: an ACL that is there already stays as it is, and
 * so does one that somebody else has made.
 *
 * @throws {CaretallyError} `kafka_forbidden` for a user who may not alter the cluster; `kafka_without_authorizer`
 */
export async function setUpAcls(admin: Admin, topic: string, group: string): Promise<void> {
  const roles = Acls.parse(JSON.parse(await readFile(rootPath('infra/kafka/acls.json'), 'utf8')))
  const { TOPIC, GROUP } = kafkajs.AclResourceTypes
  const acl = Object.values(roles).flatMap(({ principal, ...operations }) => [
    ...operations.topic.map((operation) => entry(principal, TOPIC, topic, operation)),
    ...operations.group.map((operation) => entry(principal, GROUP, group, operation)),
  ])
  try {
    await admin.createAcls({ acl })
  } catch (error) {
    if (error instanceof kafkajs.KafkaJSProtocolError && error.type === 'SECURITY_DISABLED') {
      throw new CaretallyError('kafka_without_authorizer', 'Kafka has no authorizer: everybody may do everything', {
        hint: 'set authorizer.class.name on the brokers, or leave KAFKA_ACLS out',
      })
    }
    throw asForbidden(error) ?? error
  }
}

function entry(
  principal: string,
  resourceType: kafkajs.AclResourceTypes,
  resourceName: string,
  operation: z.infer<typeof Operation>,
): AclEntry {
  return {
    principal,
    host: '*',
    resourceType,
    resourceName,
    resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
    operation: kafkajs.AclOperationTypes[operation],
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
  }
}
