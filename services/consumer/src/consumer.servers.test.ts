import { countsFromDaily, type ClickHouseClient, runQuery } from '@caretally/clickhouse'
import { createTestDatabase } from '@caretally/clickhouse/testing'
import { encodeEvent, EVENT_BYTES_MAX, type InteractionEvent } from '@caretally/events'
import { createTestTopic } from '@caretally/kafka/testing'
import { createLogger, type Metrics, serveMetrics } from '@caretally/runtime'
import kafkajs from 'kafkajs'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'

import { BREAKER_LIMITS } from './breaker.ts'
import { RANGE_LIMITS } from './range.ts'
import { type ConsumerOptions, runConsumer } from './run-consumer.ts'

const SUBJECT = '00112233445566778899aabbccddeeff'

function loginAt(time: string): InteractionEvent {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: '/portal/test',
    type: 'org.caretally.login.v1',
    time,
    subject: SUBJECT,
    datacontenttype: 'application/json',
    data: { channel: 'web', region: 'CA', method: 'password' },
  }
}

/** A topic and a database of the test's own, and consumers between them that end with the test. */
async function openPipeline({
  partitions = 1,
  offsets_max = RANGE_LIMITS.offsets_max,
  window_offsets = 1_000,
  breaker = BREAKER_LIMITS,
  observe = undefined as ConsumerOptions['observe'],
} = {}) {
  const topic = await createTestTopic({ partitions })
  const database = await createTestDatabase()
  const producer = topic.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  const options: ConsumerOptions = {
    brokers: topic.brokers,
    topic: topic.topic,
    group: topic.topic,
    clickhouse: database.connection,
    timeZone: 'America/Los_Angeles',
    limits: { ...RANGE_LIMITS, offsets_max },
    window_offsets,
    breaker,
    fetch: {
      session_timeout_ms: 10_000,
      wait_ms: 100,
      bytes_min: 1,
      partition_bytes_max: 4 * 1024 * 1024,
      partitions_concurrent: 2,
    },
    logger: createLogger({ name: 'test', level: 'silent' }),
    ...(observe && { observe }),
  }
  const stops: (() => Promise<void>)[] = []
  return {
    client: database.client,
    kafka: topic.kafka,
    group: options.group,
    topic: topic.topic,
    send: (values: readonly (Buffer | null)[], partition = 0) =>
      producer.send({
        topic: topic.topic,
        compression: kafkajs.CompressionTypes.LZ4,
        messages: values.map((value) => ({ key: SUBJECT, value, partition })),
      }),
    /** Runs a consumer until it is stopped; `ended` settles as it does. */
    start: () => {
      const controller = new AbortController()
      const ended = runConsumer(options, controller.signal)
      ended.catch(() => undefined) // a test that does not look at it fails elsewhere
      const stop = () => {
        controller.abort(new Error('the test is over'))
        return ended
      }
      stops.push(() => stop().catch(() => undefined))
      return { ended, stop }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(stops.map((stop) => stop()))
      await producer.disconnect()
      await database[Symbol.asyncDispose]()
      await topic[Symbol.asyncDispose]()
    },
  }
}

async function countRows(client: ClickHouseClient, table: string): Promise<number> {
  const response = await client.query({
    query: 'SELECT count() AS rows FROM {table:Identifier}',
    query_params: { table },
    format: 'JSONEachRow',
  })
  const [row] = await response.json<{ rows: string }>()
  return Number(row?.rows)
}

const WAIT = { timeout: 30_000, interval: 100 }

test('bad events become dead letters with their reasons, byte for byte, and the good ones around them are counted', async () => {
  await using pipeline = await openPipeline()
  const good = () => encodeEvent(loginAt('2016-03-01T12:00:00Z'))
  const altered = (change: object) => Buffer.from(JSON.stringify({ ...loginAt('2016-03-01T12:00:00Z'), ...change }))
  const day_ms = 24 * 60 * 60 * 1000
  const bad: [reason: string, value: Buffer | null][] = [
    ['invalid_json', Buffer.from('{"specversion":')],
    ['not_cloudevent', Buffer.from('{"hello":"world"}')],
    ['unknown_type', altered({ type: 'org.caretally.visit.v1' })],
    ['unknown_field', altered({ note: 'free text' })],
    ['tombstone', null],
    ['tombstone', Buffer.alloc(0)],
    ['too_large', Buffer.alloc(900_000, 'x')],
    ['time_out_of_range', altered({ time: '1999-12-31T23:59:59Z' })],
    ['time_out_of_range', altered({ time: new Date(Date.now() + 2 * day_ms).toISOString() })],
    ['invalid_utf8', Buffer.from([0x7b, 0xc3, 0x28, 0x7d])],
    ['too_deep', Buffer.from('['.repeat(EVENT_BYTES_MAX))],
  ]
  await pipeline.send([good(), ...bad.flatMap(([, value]) => [value, good()])])
  const { stop } = pipeline.start()
  await expect.poll(() => countRows(pipeline.client, 'events'), WAIT).toBe(bad.length + 1)
  await stop()

  const response = await pipeline.client.query({
    query:
      'SELECT kafka_offset, reason, hex(value) AS bytes, isNull(value) AS empty FROM dead_letters ORDER BY kafka_offset',
    format: 'JSONEachRow',
  })
  const letters = await response.json<{ kafka_offset: string; reason: string; bytes: string; empty: number }>()
  expect(letters).toEqual(
    bad.map(([reason, value], index) => ({
      kafka_offset: String(1 + 2 * index),
      reason,
      bytes: value === null ? null : value.toString('hex').toUpperCase(),
      empty: value === null ? 1 : 0,
    })),
  )
  expect(await countRows(pipeline.client, 'dead_letters')).toBe(bad.length)
})

test('events on both sides of a day boundary land on their days in the reporting zone', async () => {
  await using pipeline = await openPipeline()
  const boundaries: [day: string, last: string, next: string, first: string][] = [
    // the clocks of Los Angeles go forward in the night after which 13 March 2016 has 23 hours, and back on 6 November
    ['2016-03-12', '2016-03-12T23:59:59.999-08:00', '2016-03-13', '2016-03-13T00:00:00.000-08:00'],
    ['2016-03-13', '2016-03-13T23:59:59.999-07:00', '2016-03-14', '2016-03-14T00:00:00.000-07:00'],
    ['2016-11-05', '2016-11-05T23:59:59.999-07:00', '2016-11-06', '2016-11-06T00:00:00.000-07:00'],
    ['2016-11-06', '2016-11-06T23:59:59.999-08:00', '2016-11-07', '2016-11-07T00:00:00.000-08:00'],
    ['2016-02-28', '2016-02-28T23:59:59.999-08:00', '2016-02-29', '2016-02-29T00:00:00.000-08:00'],
    ['2016-02-29', '2016-02-29T23:59:59.999-08:00', '2016-03-01', '2016-03-01T00:00:00.000-08:00'],
    ['2015-12-31', '2015-12-31T23:59:59.999-08:00', '2016-01-01', '2016-01-01T00:00:00.000-08:00'],
  ]
  const expected = new Map<string, number>()
  const events: InteractionEvent[] = []
  for (const [day, last, next, first] of boundaries) {
    events.push(loginAt(last), loginAt(first))
    for (const date of [day, next]) expected.set(date, (expected.get(date) ?? 0) + 1)
  }
  await pipeline.send(events.map(encodeEvent))
  const { stop } = pipeline.start()
  await expect.poll(() => countRows(pipeline.client, 'events'), WAIT).toBe(events.length)
  await stop()

  const days = await runQuery(pipeline.client, countsFromDaily, { from: '2015-01-01', to: '2016-12-31' })
  const counted = days.map(({ day, events }) => [day, events])
  expect(counted).toEqual([...expected].toSorted(([a], [b]) => a.localeCompare(b)))
})

test('every offset is written once over several partitions, small ranges and consumers that come and go', async () => {
  await using pipeline = await openPipeline({ partitions: 3, offsets_max: 50 })
  const perPartition = 400
  for (let partition = 0; partition < 3; partition++) {
    const events = Array.from({ length: perPartition }, () => loginAt('2016-06-01T12:00:00Z'))
    await pipeline.send(events.map(encodeEvent), partition)
  }
  const first = pipeline.start()
  await expect.poll(() => countRows(pipeline.client, 'events'), WAIT).toBeGreaterThan(0)
  const second = pipeline.start()
  await first.stop()
  await expect.poll(() => countRows(pipeline.client, 'events'), WAIT).toBe(3 * perPartition)
  await second.stop()

  const [{ rows, offsets } = { rows: '', offsets: '' }] = await (
    await pipeline.client.query({
      query: 'SELECT count() AS rows, uniqExact(kafka_partition, kafka_offset) AS offsets FROM events',
      format: 'JSONEachRow',
    })
  ).json<{ rows: string; offsets: string }>()
  expect([rows, offsets]).toEqual([String(3 * perPartition), String(3 * perPartition)])
  const [day] = await runQuery(pipeline.client, countsFromDaily, { from: '2016-06-01', to: '2016-06-01' })
  expect(day?.events).toBe(3 * perPartition)
})

/** An event is consumed, and its consumer stops. */
async function consumeOne({ send, start, client }: Awaited<ReturnType<typeof openPipeline>>): Promise<void> {
  await send([encodeEvent(loginAt('2016-06-01T12:00:00Z'))])
  const { stop } = start()
  await expect.poll(() => countRows(client, 'events'), WAIT).toBe(1)
  await stop()
}

test('a consumer whose group was reset stops with one clear error and counts nothing again', async () => {
  await using pipeline = await openPipeline()
  await consumeOne(pipeline)
  const admin = pipeline.kafka.admin()
  await admin.connect()
  await admin.deleteGroups([pipeline.group])
  await admin.disconnect()

  const second = pipeline.start()
  await expect(second.ended).rejects.toMatchObject({ code: 'committed_offset_lost' })
  expect(await countRows(pipeline.client, 'events')).toBe(1)
})

test('a consumer whose database was set back stops at once, also while no event comes', async () => {
  await using pipeline = await openPipeline()
  await consumeOne(pipeline)
  await pipeline.client.command({ query: 'TRUNCATE TABLE events' })
  await expect(pipeline.start().ended).rejects.toMatchObject({ code: 'rows_missing' })
})

test('records that Kafka has deleted before they were read stop the consumer, which counts nothing beyond them', async () => {
  await using pipeline = await openPipeline()
  const event = () => encodeEvent(loginAt('2016-06-01T12:00:00Z'))
  await consumeOne(pipeline)
  await pipeline.send([event(), event(), event()])
  const admin = pipeline.kafka.admin()
  await admin.connect()
  await admin.fetchTopicOffsets(pipeline.topic) // without it kafkajs does not know who leads the partition
  await admin.deleteTopicRecords({ topic: pipeline.topic, partitions: [{ partition: 0, offset: '3' }] })
  await admin.disconnect()

  const second = pipeline.start()
  await expect(second.ended).rejects.toMatchObject({ code: 'offset_gap' })
  expect(await countRows(pipeline.client, 'events')).toBe(1)
})

test('a repeated event is a duplicate within the window and not beyond it, also for a consumer that starts in between', async () => {
  await using pipeline = await openPipeline({ window_offsets: 5, offsets_max: 2 })
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, () => encodeEvent(loginAt('2016-06-01T12:00:00Z')))
  const outcomes = async () => {
    const response = await pipeline.client.query({
      query: `
        SELECT outcome FROM (
          SELECT kafka_offset, 'accepted' AS outcome FROM events
          UNION ALL
          SELECT kafka_offset, concat('repeats ', toString(first_offset)) AS outcome FROM duplicates
        ) ORDER BY kafka_offset`,
      format: 'JSONEachRow',
    })
    const rows = await response.json<{ outcome: string }>()
    return rows.map(({ outcome }) => outcome)
  }
  await pipeline.send([a!, b!, a!, c!])
  const first = pipeline.start()
  await expect.poll(outcomes, WAIT).toEqual(['accepted', 'accepted', 'repeats 0', 'accepted'])
  await first.stop()

  // offsets 4 to 9: b is 3 offsets back, a exactly 5 and then 9, d is new, c is 5 back
  await pipeline.send([b!, a!, d!, e!, c!, a!, f!])
  const second = pipeline.start()
  const expected = ['repeats 1', 'repeats 0', 'accepted', 'accepted', 'repeats 3', 'accepted', 'accepted']
  await expect.poll(async () => (await outcomes()).slice(4), WAIT).toEqual(expected)
  await second.stop()
})

test('a topic in which nearly everything is bad stops the consumer, which names the commonest reason', async () => {
  let told: Metrics | undefined
  const observe: ConsumerOptions['observe'] = ({ metrics }) => {
    told = metrics
    return Promise.resolve({ [Symbol.dispose]: () => undefined })
  }
  await using pipeline = await openPipeline({ breaker: { offsets: 10, share_max: 0.5 }, observe })
  await pipeline.send([
    encodeEvent(loginAt('2016-06-01T12:00:00Z')),
    ...Array.from({ length: 6 }, () => Buffer.from('x')),
  ])
  const { ended } = pipeline.start()
  await expect(ended).rejects.toThrow('6 of the last 10 offsets up to 6 are dead letters, 6 of them invalid_json')
  expect(await countRows(pipeline.client, 'dead_letters')).toBe(0)
  expect(await told?.render()).toContain('caretally_consumer_breaker_open 1\n')

  await pipeline.send(Array.from({ length: 3 }, () => Buffer.from('x')))
  await expect(pipeline.start().ended).rejects.toMatchObject({ code: 'mostly_dead_letters' })
})

test('events that ClickHouse refuses for their content become dead letters, and the rest of their range is counted', async () => {
  await using pipeline = await openPipeline()
  await pipeline.client.command({ query: `ALTER TABLE events ADD CONSTRAINT no_hawaii CHECK region != 'HI'` })
  const fromHawaii = loginAt('2016-06-01T12:00:00Z')
  fromHawaii.data.region = 'HI'
  const good = () => encodeEvent(loginAt('2016-06-01T12:00:00Z'))
  const values = [
    good(),
    encodeEvent(fromHawaii),
    good(),
    good(),
    Buffer.from('x'),
    encodeEvent({ ...fromHawaii, id: randomUUID() }),
    good(),
  ]
  await pipeline.send(values)
  const { stop } = pipeline.start()
  await expect.poll(() => countRows(pipeline.client, 'events'), WAIT).toBe(4)

  // what ClickHouse refused was never accepted, so a repeat of it is not a duplicate once it is taken
  await pipeline.client.command({ query: 'ALTER TABLE events DROP CONSTRAINT no_hawaii' })
  await pipeline.send([encodeEvent(fromHawaii)])
  await expect.poll(() => countRows(pipeline.client, 'events'), WAIT).toBe(5)
  await stop()
  const response = await pipeline.client.query({
    query: 'SELECT kafka_offset, reason FROM dead_letters ORDER BY kafka_offset',
    format: 'JSONEachRow',
  })
  expect(await response.json()).toEqual([
    { kafka_offset: '1', reason: 'refused_by_database' },
    { kafka_offset: '4', reason: 'invalid_json' },
    { kafka_offset: '5', reason: 'refused_by_database' },
  ])
  expect(await countRows(pipeline.client, 'duplicates')).toBe(0)
})

test('what is served while it runs is what was written, and its health', async () => {
  const port = await freePort()
  const place = { port, logger: createLogger({ name: 'test', level: 'silent' }), signal: new AbortController().signal }
  const observe: ConsumerOptions['observe'] = (observed) => serveMetrics(observed, place)
  await using pipeline = await openPipeline({ partitions: 2, offsets_max: 2, observe })
  const repeated = encodeEvent(loginAt('2016-06-01T12:00:00Z'))
  const other = () => encodeEvent(loginAt('2016-06-01T12:00:00Z'))
  const bad = Buffer.from('{')
  await pipeline.send([repeated, other(), repeated, bad, bad, other()])
  await pipeline.send([null], 1)
  const { stop } = pipeline.start()
  await expect.poll(() => countRows(pipeline.client, 'dead_letters'), WAIT).toBe(3)
  await expect
    .poll(() => readMetrics(port), WAIT)
    .toMatchObject({
      'caretally_consumer_offsets_total{outcome="accepted"}': 3,
      'caretally_consumer_offsets_total{outcome="duplicate"}': 1,
      'caretally_consumer_offsets_total{outcome="dead_letter"}': 3,
      'caretally_consumer_dead_letters_total{reason="invalid_json"}': 2,
      'caretally_consumer_dead_letters_total{reason="tombstone"}': 1,
      'caretally_consumer_dead_letters_total{reason="too_deep"}': 0,
      caretally_consumer_ranges_total: 4,
      'caretally_consumer_insert_seconds_count{table="events"}': 2,
      'caretally_consumer_insert_seconds_count{table="dead_letters"}': 3,
      'caretally_consumer_lag_offsets{partition="0"}': 0,
      'caretally_consumer_lag_offsets{partition="1"}': 0,
      'caretally_consumer_breaker_dead_letters_ratio{partition="0"}': 2 / BREAKER_LIMITS.offsets,
      caretally_consumer_breaker_open: 0,
      caretally_consumer_assigned_partitions: 2,
    })
  const { caretally_consumer_last_progress_timestamp_seconds: progress_s = 0 } = await readMetrics(port)
  expect(Math.abs(Date.now() / 1_000 - progress_s)).toBeLessThan(WAIT.timeout / 1_000)
  for (const path of ['livez', 'readyz']) {
    expect(await (await fetch(`http://127.0.0.1:${port}/${path}`)).text()).toBe('ok\n')
  }
  await stop()
  await expect(readMetrics(port)).rejects.toThrow('fetch failed')
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Name and labels → value. */
async function readMetrics(port: number): Promise<Record<string, number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

test('a consumer that joins does not wait for all the ranges of another one’s batch', async () => {
  const events = 3_000
  await using pipeline = await openPipeline({ partitions: 2, offsets_max: 3 })
  await pipeline.send(Array.from({ length: events }, () => encodeEvent(loginAt('2016-03-01T12:00:00Z'))))
  pipeline.start()
  await expect.poll(() => countRows(pipeline.client, 'events'), WAIT).toBeGreaterThan(0)
  pipeline.start()
  const admin = pipeline.kafka.admin()
  await admin.connect()
  try {
    const stateOf = async () => (await admin.describeGroups([pipeline.group])).groups[0]
    const isShared = async () => {
      const group = await stateOf()
      return group?.state === 'Stable' && group.members.length === 2
    }
    await expect.poll(isShared, WAIT).toBe(true)
    expect(await countRows(pipeline.client, 'events')).toBeLessThan(events)
  } finally {
    await admin.disconnect()
  }
})
