import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createTestDatabase, type TestDatabase } from '@caretally/clickhouse/testing'
import { type Kafka, startKafka } from '@caretally/infra'
import { createKafka, kafkaConnectionFrom, kafkaEnvironment } from '@caretally/kafka'
import { createLogger, readConfig } from '@caretally/runtime'
import kafkajs, { type Admin } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

import { makeCertificate } from './broker-certificate.ts'
import { readLag } from './read-lag.ts'
import { clickhouseVariables } from './program-environment.ts'
import { type Ended, root, runToEnd, startProgram } from './run-program.ts'
import { CONSUMER, DEAD_LETTERS, MIGRATE, PRODUCERS, REALIGN, RECONCILE } from './programs.ts'

const TOPIC = 'portal.interactions'
const GROUP = 'caretally.consumer'
const USERS = ['admin', 'producer', 'consumer', 'operator', 'dashboard', 'stranger'] as const
type User = (typeof USERS)[number]
const nameOf = (user: User) => `caretally-${user}`
const PASSWORD = 'the-password'
const REFUSED_WITHIN_MS = 15_000
const CONSUMED_WITHIN_MS = 30_000

let directory = ''
let kafka: Kafka
let caFile = ''
let database: TestDatabase

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-acls-'))
  const keystore = { file: path.join(directory, 'broker.p12'), password: 'of-the-keystore' }
  caFile = await makeCertificate(keystore)
  const users = USERS.map((user) => ({ username: nameOf(user), password: PASSWORD }))
  const security = { keystore, users, superUsers: [nameOf('admin')] }
  kafka = await startKafka({ directory: path.join(directory, 'kafka'), security })
  database = await createTestDatabase()
  const { status, stderr } = await run(MIGRATE, [], 'admin', { KAFKA_ACLS: 'true' })
  if (status !== 0) throw new Error(stderr)
})

afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await kafka.stop()
  await rm(directory, { recursive: true })
})

function envOf(user: User): Record<string, string> {
  return {
    KAFKA_BROKERS: kafka.nodes[0]?.secureAddress ?? '',
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA_FILE: caFile,
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_SASL_USERNAME: nameOf(user),
    KAFKA_SASL_PASSWORD: PASSWORD,
    ...clickhouseVariables(database.connection),
    MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
  }
}

function run(program: string, args: readonly string[], user: User, env: Record<string, string> = {}): Promise<Ended> {
  return runToEnd(program, args, { ...envOf(user), ...env })
}

function clientOf(user: User) {
  const connection = kafkaConnectionFrom(readConfig(z.object(kafkaEnvironment), envOf(user)))
  const logger = createLogger({ name: 'test', level: 'silent' })
  return createKafka({ ...connection, clientId: 'caretally-test', logger, retry: { retries: 1 } })
}

async function withAdmin<T>(user: User, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clientOf(user).admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

function readAcls() {
  return withAdmin('admin', async (admin) => {
    const { resources } = await admin.describeAcls({
      resourceType: kafkajs.AclResourceTypes.ANY,
      resourcePatternType: kafkajs.ResourcePatternTypes.ANY,
      operation: kafkajs.AclOperationTypes.ANY,
      permissionType: kafkajs.AclPermissionTypes.ANY,
    })
    return resources.flatMap(({ acls, ...resource }) => acls.map((acl) => ({ ...resource, ...acl })))
  })
}

const Operations = z.array(z.string()).optional()
const Acls = z.record(z.string(), z.object({ principal: z.string(), topic: Operations, group: Operations }))

const LIVE = ['live', '--rate', '50', '--seconds', '1']

test('the producer publishes, the consumer consumes and the operator proves it, each with its own ACLs and no others', async () => {
  expect(await run(PRODUCERS, LIVE, 'producer')).toMatchObject({ status: 0 })
  const consumer = startProgram(CONSUMER, ['--workers', '1'], envOf('consumer'))
  await expect
    .poll(() => readLag({ kafka: clientOf('dashboard'), topic: TOPIC }, GROUP), { timeout: CONSUMED_WITHIN_MS })
    .toBe(0)
  consumer.child.kill('SIGTERM')
  expect(await consumer.ended).toMatchObject({ status: 0 })
  const stdout = expect.stringMatching(/0–[1-9][^]*The ledger holds\./) as string
  expect(await run(RECONCILE, [], 'operator')).toMatchObject({ status: 0, stdout })
  expect(await run(DEAD_LETTERS, ['replay'], 'operator')).toMatchObject({ status: 0 })
  await withAdmin('admin', async (admin) => {
    const [group] = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] })
    const { partition } = group!.partitions.find(({ offset }) => Number(offset) > 0)!
    await admin.setOffsets({ groupId: GROUP, topic: TOPIC, partitions: [{ partition, offset: '0' }] })
  })
  const refused = await run(REALIGN, [], 'operator')
  expect(refused.stderr).toMatch(/^caretally: Kafka does not let this user [^\n]+\n$/)
  expect(refused.status).toBe(1)
  const realigned = expect.stringContaining('1 of 4 partitions are set') as string
  expect(await run(REALIGN, [], 'consumer')).toMatchObject({ status: 0, stdout: realigned })
  expect(await run(RECONCILE, [], 'operator')).toMatchObject({ status: 0, stdout })
}, 90_000)

test('the ACLs are those of the file, however often they are made', async () => {
  const file = Acls.parse(JSON.parse(await readFile(`${root}infra/kafka/acls.json`, 'utf8')))
  const acls = await readAcls()
  expect(new Set(acls.map(({ principal }) => principal))).toEqual(
    new Set(Object.values(file).map(({ principal }) => principal)),
  )
  const operations = Object.values(file).flatMap(({ topic = [], group = [] }) => [...topic, ...group])
  expect(acls).toHaveLength(operations.length)
  expect(await run(MIGRATE, [], 'admin', { KAFKA_ACLS: 'true' })).toMatchObject({ status: 0 })
  expect(await readAcls()).toEqual(acls)
})

test.each<[string, string, string[], User, Record<string, string>]>([
  ['the consumer', 'publish', LIVE, 'consumer', {}],
  ['the dashboard', 'publish', LIVE, 'dashboard', {}],
  ['a stranger', 'publish', LIVE, 'stranger', {}],
  ['the producer', 'publish to another topic', LIVE, 'producer', { KAFKA_TOPIC: 'other' }],
  ['the producer', 'consume', ['--workers', '1'], 'producer', {}],
  ['the operator', 'consume', ['--workers', '1'], 'operator', {}],
  ['a stranger', 'consume', ['--workers', '1'], 'stranger', {}],
  ['the consumer', 'consume in another group', ['--workers', '1'], 'consumer', { KAFKA_GROUP: 'other' }],
  ['the consumer', 'consume another topic', ['--workers', '1'], 'consumer', { KAFKA_TOPIC: 'other' }],
  ['the producer', 'look at the group', [], 'producer', {}],
  ['the operator', 'make ACLs', [], 'operator', { KAFKA_ACLS: 'true' }],
])('%s who is to %s is refused in one clear line, soon', async (_, what, args, user, env) => {
  const program = what.startsWith('publish')
    ? PRODUCERS
    : what.startsWith('consume')
      ? CONSUMER
      : what === 'make ACLs'
        ? MIGRATE
        : RECONCILE
  const { status, stdout, stderr, duration_ms } = await run(program, args, user, env)
  const lines = stderr.split('\n').filter((line) => line.startsWith('caretally: '))
  expect({ stdout, lines }).toEqual({
    stdout: expect.anything(),
    lines: [
      expect.stringMatching(/^caretally: Kafka does not let this user [^;]+; KAFKA_SASL_USERNAME lacks an ACL; /),
    ],
  })
  expect(status).not.toBe(0)
  expect(duration_ms).toBeLessThan(REFUSED_WITHIN_MS)
})

test.each<User>(['producer', 'consumer', 'operator', 'dashboard', 'stranger'])(
  '%s can change neither topics nor groups nor ACLs',
  async (user) => {
    const acl = {
      principal: `User:${nameOf(user)}`,
      host: '*',
      resourceType: kafkajs.AclResourceTypes.TOPIC,
      resourceName: TOPIC,
      resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
      operation: kafkajs.AclOperationTypes.ALL,
      permissionType: kafkajs.AclPermissionTypes.ALLOW,
    }
    const config = { type: kafkajs.ConfigResourceTypes.TOPIC, name: TOPIC }
    const acts: Record<string, (admin: Admin) => Promise<unknown>> = {
      createTopics: (admin) => admin.createTopics({ topics: [{ topic: 'other' }] }),
      deleteTopics: (admin) => admin.deleteTopics({ topics: [TOPIC] }),
      createPartitions: (admin) => admin.createPartitions({ topicPartitions: [{ topic: TOPIC, count: 9 }] }),
      alterConfigs: (admin) =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [{ ...config, configEntries: [{ name: 'retention.ms', value: '1000' }] }],
        }),
      deleteRecords: (admin) => admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: '1' }] }),
      deleteGroups: (admin) => admin.deleteGroups([GROUP]),
      createAcls: (admin) => admin.createAcls({ acl: [acl] }),
    }
    const outcomes = await withAdmin(user, async (admin) => {
      const found: Record<string, string> = {}
      for (const [name, act] of Object.entries(acts)) {
        found[name] = await act(admin).then(
          () => 'allowed',
          (error: unknown) => typesOf(error),
        )
      }
      return found
    })
    for (const [name, outcome] of Object.entries(outcomes)) {
      // kafkajs does not say why it has not found out who coordinates the group
      expect([name, outcome]).toEqual([name, expect.stringMatching(/_AUTHORIZATION_FAILED|GroupCoordinatorNotFound/)])
    }
  },
)

/** What Kafka has answered: an error's type, or those of its parts and of what caused it. */
function typesOf(error: unknown): string {
  return JSON.stringify(error, (_, value: unknown) => {
    if (!(value instanceof Error)) return value
    const { message, cause } = value
    return Object.assign({}, value, { message, cause })
  })
}
