import { CHANNELS, decodeEvent, type Interaction, KINDS, REGIONS } from '@caretally/events'
import type { createTestTopic } from '@caretally/kafka/testing'
import { expect, vi } from 'vitest'

import { dayAt } from './calendar.ts'
import { cellOf, createTally, type Tally } from './tally.ts'

type TestTopic = Awaited<ReturnType<typeof createTestTopic>>

/** All events in the topic; throws at one that is not valid or whose key is not its subject. */
export async function readInteractions({ kafka, topic }: TestTopic): Promise<Interaction[]> {
  const admin = kafka.admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const end = offsets.reduce((sum, { high }) => sum + Number(high), 0)
  const interactions: Interaction[] = []
  const problems: string[] = []
  const consumer = kafka.consumer({ groupId: `${topic}.reader`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message: { key, value, timestamp } }) => {
      const decoded = decodeEvent(value, Number(timestamp))
      if (!decoded.ok) problems.push(decoded.detail)
      else if (decoded.interaction.subject !== String(key)) problems.push('the key is not the subject')
      else interactions.push(decoded.interaction)
    },
  })
  await vi.waitFor(() => expect(interactions.length + problems.length).toBeGreaterThanOrEqual(end), 20_000)
  await consumer.disconnect()
  expect(problems).toEqual([])
  return interactions
}

/** The tally of what is in the topic, by another way than the producers': from the events themselves. */
export function tallyInteractions(interactions: readonly Interaction[], timeZone: string): Tally {
  const tally = createTally()
  for (const { time_ms, kind, channel, region } of interactions) {
    const cell = cellOf(KINDS.indexOf(kind), CHANNELS.indexOf(channel), REGIONS.indexOf(region))
    tally.add(dayAt(timeZone, time_ms).date, cell)
  }
  return tally
}
