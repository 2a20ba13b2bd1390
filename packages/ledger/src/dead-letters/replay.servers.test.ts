import { randomBytes } from 'node:crypto'

import { createTestDatabase, insertInteractions, sampleInteraction } from '@caretally/clickhouse/testing'
import { encodeEvent, EVENT_BYTES_MAX } from '@caretally/events'
import { openPublisher, partitionOf } from '@caretally/kafka'
import { countRecords, createTestTopic, openProxy } from '@caretally/kafka/testing'
import { createLogger, systemClock } from '@caretally/runtime'
import { expect, test, vi } from 'vitest'

import { discard } from './discard.ts'
import { insertLetters, login, readStatuses, readTopic, soundLetter, SUBJECT } from './letters.test-support.ts'
import { replay, type ReplayOptions } from './replay.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const nothing = { published: 0, alreadyAccepted: 0, repeated: 0, stillBad: {} }

/** A database and a topic of the test's own, with a publisher between them. */
async function openPlace({ partitions = 3 } = {}) {
  const database = await createTestDatabase()
  const topic = await createTestTopic({ partitions })
  const publisher = await openPublisher({ ...topic, logger })
  const store = { client: database.client, clock: systemClock }
  return {
    ...store,
    kafka: topic.kafka,
    topic: topic.topic,
    broker: topic.brokers[0]!,
    replay: (options: Partial<ReplayOptions> = {}) => replay({ ...store, publisher, ...options }),
    async [Symbol.asyncDispose]() {
      await publisher[Symbol.asyncDispose]()
      await topic[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

test.concurrent('a replay publishes the original bytes, keys and headers, and a second one publishes nothing', async () => {
  await using place = await openPlace({ partitions: 7 }) // in which the keys below go to different ones
  const spaced = Buffer.from(JSON.stringify(login(), null, 2))
  const trace = randomBytes(40)
  const letters = [
    soundLetter({
      value: spaced,
      headers: [
        ['trace', trace],
        ['trace', Buffer.alloc(0)],
      ],
    }),
    soundLetter({ key: Buffer.from([0xff, 0, 0xc3, 0x28]) }),
    soundLetter({ key: Buffer.alloc(0) }),
    soundLetter({ key: null }),
  ]
  await insertLetters(place.client, letters, { partition: 2, first: 7 })
  expect(await place.replay()).toEqual({ ...nothing, published: 4 })

  const stored = await readTopic(place)
  const inTopic = (index: number) => stored.find(({ value }) => value?.equals(letters[index]!.value!))
  expect(stored).toHaveLength(4)
  expect(inTopic(0)).toMatchObject({ key: letters[0]!.key, headers: { trace: [trace, Buffer.alloc(0)] } })
  for (const index of [1, 2]) {
    const { key } = letters[index]!
    expect(inTopic(index)).toMatchObject({ key, headers: {}, partition: partitionOf(key!, 7) })
  }
  expect(inTopic(3)).toMatchObject({ key: null, partition: partitionOf(SUBJECT, 7) })

  const marked = { '2:7': 'replayed', '2:8': 'replayed', '2:9': 'replayed', '2:10': 'replayed' }
  expect(await readStatuses(place.client)).toEqual(marked)
  expect(await place.replay()).toEqual(nothing)
  expect(await countRecords(place)).toBe(4)
  expect(await readStatuses(place.client)).toEqual(marked)
})

test.concurrent('letters that are still bad stay open and are counted by the reason of today', async () => {
  await using place = await openPlace()
  const tomorrow_ms = Date.now() + 48 * 3_600_000
  await insertLetters(place.client, [
    soundLetter({ value: Buffer.from('{') }),
    soundLetter({ value: null, reason: 'tombstone' }),
    soundLetter(),
    soundLetter({ value: Buffer.alloc(EVENT_BYTES_MAX + 1, ' ') }),
    soundLetter({ value: encodeEvent(login({ time: new Date(tomorrow_ms).toISOString() })) }),
    soundLetter({ headers: [['large', randomBytes(900_000)]] }),
  ])
  const stillBad = { invalid_json: 1, tombstone: 1, too_large: 2, time_out_of_range: 1 }
  expect(await place.replay()).toEqual({ ...nothing, published: 1, stillBad })
  expect(await readStatuses(place.client)).toEqual({
    '0:0': 'open',
    '0:1': 'open',
    '0:2': 'replayed',
    '0:3': 'open',
    '0:4': 'open',
    '0:5': 'open',
  })
})

test.concurrent('an event that is accepted already, wherever and whenever, is not published but its letter is marked', async () => {
  await using place = await openPlace()
  const [accepted, elsewhere] = [login(), login()]
  await insertInteractions(
    place.client,
    [
      sampleInteraction({ id: accepted.id, source: accepted.source, time_ms: Date.UTC(2003, 1, 1) }),
      sampleInteraction({ id: elsewhere.id, source: '/portal/other' }),
    ],
    { partition: 1, first: 5_000_000 },
  )
  const values = [accepted, elsewhere].map(encodeEvent)
  await insertLetters(
    place.client,
    values.map((value) => soundLetter({ value })),
  )
  expect(await place.replay()).toEqual({ ...nothing, published: 1, alreadyAccepted: 1 })
  expect((await readTopic(place)).map(({ value }) => value)).toEqual([values[1]])
  expect(await readStatuses(place.client)).toEqual({ '0:0': 'replayed', '0:1': 'replayed' })
})

test.concurrent('an event of several letters is published once, also when the letters are in different batches', async () => {
  await using place = await openPlace()
  const value = encodeEvent(login())
  await insertLetters(place.client, [soundLetter({ value }), soundLetter({ value, key: null })])
  await insertLetters(place.client, [soundLetter({ value, key: Buffer.from('other') })], { partition: 1 })
  const limits = { letters_max: 2, bytes_max: 1_000_000 }
  expect(await place.replay({ limits })).toEqual({ ...nothing, published: 1, repeated: 2 })
  expect(await countRecords(place)).toBe(1)
  expect(new Set(Object.values(await readStatuses(place.client)))).toEqual(new Set(['replayed']))
})

test.concurrent('batches bounded in letters and in bytes leave nothing out, and letters that come meanwhile wait', async () => {
  await using place = await openPlace()
  const headers = () => [['pad', randomBytes(1_000)] as const]
  const letters = Array.from({ length: 20 }, () => soundLetter({ headers: headers() }))
  await insertLetters(place.client, letters.slice(0, 13), { partition: 1, first: 3 })
  await insertLetters(place.client, letters.slice(13), { partition: 0 })
  const seen: number[] = []
  let added: Promise<void> | undefined
  const summary = await place.replay({
    limits: { letters_max: 5, bytes_max: 4_500 },
    onProgress: ({ published }) => {
      seen.push(published)
      added ??= insertLetters(place.client, [soundLetter()], { partition: 1, first: 900 })
    },
  })
  await added
  expect(summary).toEqual({ ...nothing, published: 20 })
  expect(seen).toEqual([3, 5, 8, 10, 13, 15, 18, 20])
  const stored = await readTopic(place)
  expect(stored.map(({ value }) => String(value)).sort()).toEqual(letters.map(({ value }) => String(value)).sort())
  expect(await place.replay()).toEqual({ ...nothing, published: 1 })
})

test.concurrent('a limit is on what is marked, so that a replay in parts comes to its end', async () => {
  await using place = await openPlace()
  const bad = soundLetter({ value: Buffer.from('{') })
  await insertLetters(place.client, [bad, soundLetter(), bad, soundLetter(), soundLetter()])
  expect(await place.replay({ letters_max: 2 })).toMatchObject({ published: 2 })
  expect(await place.replay({ letters_max: 2 })).toMatchObject({ published: 1 })
  expect(await countRecords(place)).toBe(3)
})

test.concurrent('a dry run tells what a replay would do and changes nothing', async () => {
  await using place = await openPlace()
  const repeated = soundLetter()
  await insertLetters(place.client, [repeated, repeated, soundLetter({ value: Buffer.from('{') })])
  const dry = await place.replay({ publisher: undefined })
  expect(dry).toEqual({ ...nothing, published: 1, repeated: 1, stillBad: { invalid_json: 1 } })
  expect(await countRecords(place)).toBe(0)
  expect(new Set(Object.values(await readStatuses(place.client)))).toEqual(new Set(['open']))
  expect(await place.replay()).toEqual(dry)
})

test.concurrent('only letters of the asked reasons are replayed, and none that was discarded', async () => {
  await using place = await openPlace()
  await insertLetters(place.client, [soundLetter(), soundLetter({ reason: 'invalid_field' }), soundLetter()])
  await insertLetters(place.client, [soundLetter({ reason: 'too_deep' })], { first: 3 })
  expect(await discard({ ...place, reasons: ['too_deep'], isDryRun: false })).toBe(1)
  expect(await place.replay({ reasons: ['invalid_field', 'too_deep'] })).toMatchObject({ published: 1 })
  expect(await readStatuses(place.client)).toEqual({
    '0:0': 'open',
    '0:1': 'replayed',
    '0:2': 'open',
    '0:3': 'discarded',
  })
})

test.concurrent('discarding again, or without saying so, changes nothing', async () => {
  await using place = await openPlace()
  await insertLetters(place.client, [soundLetter(), soundLetter(), soundLetter({ reason: 'tombstone', value: null })])
  const asked = { ...place, reasons: ['unknown_type'], limits: { letters_max: 1, bytes_max: 1 } }
  expect(await discard({ ...asked, isDryRun: true })).toBe(2)
  expect(new Set(Object.values(await readStatuses(place.client)))).toEqual(new Set(['open']))
  expect(await discard({ ...asked, isDryRun: false })).toBe(2)
  expect(await discard({ ...asked, isDryRun: false })).toBe(0)
  expect(await discard({ ...asked, reasons: [], isDryRun: false })).toBe(0)
  expect(await readStatuses(place.client)).toEqual({ '0:0': 'discarded', '0:1': 'discarded', '0:2': 'open' })
})

test.concurrent('a connection to Kafka that breaks in the middle loses nothing, and the next replay completes', async () => {
  await using place = await openPlace({ partitions: 1 })
  await using proxy = await openProxy(place.broker)
  const letters = Array.from({ length: 30 }, () => soundLetter())
  await insertLetters(place.client, letters)
  const limits = { letters_max: 10, bytes_max: 1_000_000 }
  {
    await using publisher = await openPublisher({ ...place, kafka: proxy.kafka, logger, delivery_ms_max: 100 })
    const summary = { ...nothing, stillBad: {} }
    const broken = place.replay({
      publisher,
      limits,
      summary,
      // the second batch reaches the broker and its acknowledgement does not come back
      onProgress: () => proxy.withholdAnswers(),
    })
    broken.catch(() => undefined) // looked at below
    await vi.waitFor(async () => expect(await countRecords(place)).toBe(20), 30_000)
    proxy.refuseConnections()
    await expect(broken).rejects.toMatchObject({ code: 'publish_failed' })
    expect(summary.published).toBe(10)
  }
  const statuses = await readStatuses(place.client)
  expect(Object.values(statuses).filter((status) => status === 'replayed')).toHaveLength(10)

  expect(await place.replay({ limits })).toEqual({ ...nothing, published: 20 })
  expect(new Set(Object.values(await readStatuses(place.client)))).toEqual(new Set(['replayed']))
  const values = (await readTopic(place)).map(({ value }) => String(value))
  expect(values).toHaveLength(40)
  expect([...new Set(values)].sort()).toEqual(letters.map(({ value }) => String(value)).sort())
})

test.concurrent('a process that ends between publishing and marking leaves the letters open, to be published again', async () => {
  await using place = await openPlace({ partitions: 1 })
  const letters = [soundLetter(), soundLetter()]
  await insertLetters(place.client, letters)
  await using publisher = await openPublisher({ ...place, logger })
  const ended = place.replay({
    publisher: {
      publish: async (records) => {
        await publisher.publish(records)
        throw new Error('the process ends here')
      },
    },
  })
  await expect(ended).rejects.toThrow('the process ends here')
  expect(await readStatuses(place.client)).toEqual({ '0:0': 'open', '0:1': 'open' })
  expect(await place.replay()).toEqual({ ...nothing, published: 2 })
  expect(await countRecords(place)).toBe(4)
})

test.concurrent('as many letters as a batch may have are replayed at once', async () => {
  await using place = await openPlace()
  await insertLetters(
    place.client,
    Array.from({ length: 2_100 }, () => soundLetter()),
    { first: 9_007_199_254_700_000 },
  )
  const seen: number[] = []
  const onProgress = ({ published }: { published: number }) => seen.push(published)
  expect(await place.replay({ onProgress })).toEqual({ ...nothing, published: 2_100 })
  expect(seen).toEqual([2_000, 2_100])
  expect(await place.replay()).toEqual(nothing)
})

test.concurrent('a letter whose bytes have expired or were erased stays open, is not published, and is told as not kept', async () => {
  await using place = await openPlace()
  await insertLetters(place.client, [soundLetter(), soundLetter({ value: null, reason: 'tombstone' })])
  await place.client.command({
    query: 'ALTER TABLE dead_letters UPDATE key = NULL, value = NULL, headers = [] WHERE kafka_offset = 0',
    clickhouse_settings: { mutations_sync: '2' },
  })
  expect(await place.replay()).toEqual({ ...nothing, stillBad: { not_kept: 1, tombstone: 1 } })
  expect(await countRecords(place)).toBe(0)
  expect(await readStatuses(place.client)).toEqual({ '0:0': 'open', '0:1': 'open' })
})
