import { asForbidden, CLOSED_METADATA } from '@caretally/kafka'
import type { Kafka } from 'kafkajs'

interface Commit {
  group: string
  topic: string
  /** Partition → the next offset to consume. */
  offsets: ReadonlyMap<number, number>
  /** Throws when anybody else has joined the group. */
  expectAlone: () => Promise<void>
}

/**
 * Commits offsets for a group that has no members, all of them or none: as its only member, for a moment. kafkajs's own way,
 * `admin.setOffsets`, never settles when the user may not join, and does not say whether it has set anything.
 *
 * @throws {CaretallyError} `kafka_forbidden`, and what `expectAlone` throws
 */
export async function commitOffsets(kafka: Kafka, { group, topic, offsets, expectAlone }: Commit): Promise<void> {
  const member = kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: 100,
    retry: { restartOnFailure: async () => false },
  })
  const joined = new Promise<void>((resolve, reject) => {
    member.on(member.events.GROUP_JOIN, () => {
      member.pause([{ topic }]) // nothing is fetched
      resolve()
    })
    member.on(member.events.CRASH, ({ payload: { error } }) => reject(asForbidden(error) ?? error))
  })
  try {
    await member.connect()
    await member.subscribe({ topic })
    await Promise.all([joined, member.run({ autoCommit: false, eachMessage: () => Promise.resolve() })])
    await expectAlone()
    const commits = [...offsets].map(([partition, offset]) => ({ topic, partition, offset: String(offset) }))
    await member.commitOffsets(commits.map((commit) => ({ ...commit, metadata: CLOSED_METADATA })))
  } catch (error) {
    throw asForbidden(error) ?? error
  } finally {
    await member.disconnect()
  }
}
