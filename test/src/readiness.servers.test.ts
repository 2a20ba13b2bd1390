import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { insertReconciliation, migrate, openClickHouse } from '@caretally/clickhouse'
import { choosePort, type ClickHouse, type Kafka, startClickHouse, startKafka } from '@caretally/infra'
import { createKafka, ensureTopic, openPublisher } from '@caretally/kafka'
import { startMember } from '@caretally/kafka/testing'
import { createLogger } from '@caretally/runtime'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { joinAsLeader } from './slow-leader.ts'
import { someLogin } from './some-login.ts'
import { startWatched, type WatchedProgram } from './watched-program.ts'
import { CONSUMER, DASHBOARD, PRODUCERS } from './programs.ts'

const WAIT = { timeout: 45_000, interval: 100 }
const TOKEN = 'a token of more than 32 characters'.replaceAll(' ', '-')

const logger = createLogger({ name: 'test', level: 'silent' })
let directory: string
let kafka: Kafka
let clickhouse: ClickHouse
let env: Record<string, string>

/** Servers of this file's own: they are killed here, and others would notice. */
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-readiness-'))
  kafka = await startKafka({ directory: path.join(directory, 'kafka') })
  clickhouse = await startClickHouse({ directory: path.join(directory, 'clickhouse') })
  const { url, username, password } = clickhouse
  await using client = openClickHouse({ url, username, password, database: 'caretally' })
  await migrate({ client, database: 'caretally', timeZone: 'America/Los_Angeles' })
  env = {
    KAFKA_BROKERS: kafka.brokers.join(','),
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password,
    MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
    LOG_LEVEL: 'debug',
  }
})
/** A test that has failed may have left one of them killed. */
beforeEach(async () => {
  await clickhouse.start()
  await kafka.nodes[0]!.start()
})
afterAll(async () => {
  await kafka.stop()
  await clickhouse.stop()
  await rm(directory, { recursive: true })
})

function openTestKafka() {
  return createKafka({ brokers: kafka.brokers, clientId: 'caretally-test', logger })
}

async function makeTopic(partitions: number): Promise<string> {
  const topic = `test.${randomUUID()}`
  const admin = openTestKafka().admin()
  await admin.connect()
  await ensureTopic(admin, {
    topic,
    partitions,
    replicationFactor: 1,
    minInsyncReplicas: 1,
    retention_ms: 3_600_000,
  })
  await admin.disconnect()
  return topic
}

/** With a group that is named after the topic. */
function startConsumer(topic: string, workers: number, database = 'caretally'): Promise<WatchedProgram> {
  return startWatched(CONSUMER, ['--workers', String(workers)], {
    ...env,
    CLICKHOUSE_DATABASE: database,
    KAFKA_TOPIC: topic,
    KAFKA_GROUP: topic,
  })
}

test('the consumer is not ready while ClickHouse is away, tells how far it falls behind, and catches up', async () => {
  const topic = await makeTopic(1)
  await using publisher = await openPublisher({ kafka: openTestKafka(), topic, logger })
  const events = 100
  const publish = () => publisher.publish(Array.from({ length: events }, someLogin))
  await publish()
  await using consumer = await startConsumer(topic, 1)
  const accepted = 'caretally_consumer_offsets_total{outcome="accepted"}'
  const lag = 'caretally_consumer_lag_offsets{partition="0"}'
  const retries = 'caretally_consumer_retries_total{operation="insert"}'
  const backpressure = 'caretally_consumer_backpressure_seconds_total'
  await expect.poll(() => consumer.readMetrics(), WAIT).toMatchObject({ [accepted]: events, [retries]: 0 })
  expect(await consumer.get('/readyz')).toBe('200 ok\n')

  await clickhouse.kill()
  await publish()
  await expect.poll(() => consumer.get('/readyz'), WAIT).toBe('503 insert is tried again: clickhouse_unreachable\n')
  expect(await consumer.get('/livez')).toBe('200 ok\n')
  await expect.poll(() => consumer.readMetrics(), WAIT).toMatchObject({ [accepted]: events, [lag]: events })
  const during = await consumer.readMetrics()
  expect(during[retries]).toBeGreaterThan(0)
  // it counts while the wait lasts, and not only when it is over
  await expect
    .poll(async () => (await consumer.readMetrics())[backpressure], WAIT)
    .toBeGreaterThan(during[backpressure]! + 0.5)

  await clickhouse.start()
  await expect.poll(() => consumer.get('/readyz'), WAIT).toBe('200 ok\n')
  await expect.poll(() => consumer.readMetrics(), WAIT).toMatchObject({ [accepted]: 2 * events, [lag]: 0 })
  const after = await consumer.readMetrics()
  expect(after['caretally_consumer_freshness_seconds_count']).toBe(after['caretally_consumer_ranges_total'])
  expect(after['caretally_consumer_freshness_seconds_bucket{le="0.25"}']).toBeLessThan(
    after['caretally_consumer_freshness_seconds_count']!,
  )
  expect(after['caretally_consumer_commit_seconds_count']).toBeGreaterThan(0)
})

/** An empty database: one knows the offsets of one group alone. */
async function makeDatabase(): Promise<string> {
  const database = `test_${randomUUID().replaceAll('-', '')}`
  await using client = openClickHouse({ ...clickhouse, database })
  await migrate({ client, database, timeZone: 'America/Los_Angeles' })
  return database
}

test('a consumer that has nothing to do is not ready either while ClickHouse is away', async () => {
  const topic = await makeTopic(2)
  await using publisher = await openPublisher({ kafka: openTestKafka(), topic, logger })
  await publisher.publish(Array.from({ length: 20 }, someLogin))
  await using consumer = await startConsumer(topic, 2, await makeDatabase())
  const accepted = 'caretally_consumer_offsets_total{outcome="accepted"}'
  await expect.poll(() => consumer.readMetrics(), WAIT).toMatchObject({ [accepted]: 20 })
  expect(await consumer.get('/readyz')).toBe('200 ok\n')

  await clickhouse.kill()
  const away = '503 worker 1 of 2: without ClickHouse: clickhouse_unreachable\n'
  await expect.poll(() => consumer.get('/readyz'), WAIT).toBe(away)
  expect(await consumer.get('/livez')).toBe('200 ok\n')
  await clickhouse.start()
  await expect.poll(() => consumer.get('/readyz'), WAIT).toBe('200 ok\n')
})

test('the consumer is not ready while the group is rebalancing, and is alive', async () => {
  const topic = await makeTopic(3)
  const place = { kafka: openTestKafka(), topic }
  await using leader = await joinAsLeader(place)
  await using consumer = await startConsumer(topic, 1, await makeDatabase())
  const joining = '503 joining the consumer group\n'
  await expect.poll(() => leader.generations, WAIT).toBe(2)
  expect(await consumer.get('/readyz')).toBe(joining)
  leader.share()
  await expect.poll(() => consumer.get('/readyz'), WAIT).toBe('200 ok\n')

  await using other = await startMember(place)
  await expect.poll(() => leader.generations, WAIT).toBe(3)
  expect(await consumer.get('/readyz')).toBe(joining)
  expect(await consumer.get('/livez')).toBe('200 ok\n')
  leader.share()
  await other.joined
  await expect.poll(() => consumer.get('/readyz'), WAIT).toBe('200 ok\n')
})

test('the dashboard is not ready while ClickHouse is away, which everybody may ask, and tells whom it has answered', async () => {
  await using database = openClickHouse({ ...clickhouse, database: 'caretally' })
  await insertReconciliation(database, {
    finished_at_ms: Date.UTC(2017, 0, 2),
    verdict: 'drift',
    drifts: 3,
    accepted: 4,
  })
  const port = await choosePort(undefined, 'DASHBOARD_PORT')
  await using dashboard = await startWatched(DASHBOARD, [], {
    ...env,
    DASHBOARD_PORT: String(port),
    DASHBOARD_TOKEN: TOKEN,
    ACCESS_RECORD_FILE: path.join(directory, 'access.jsonl'),
  })
  await expect.poll(() => dashboard.get('/readyz'), WAIT).toBe('200 ok\n')
  const ask = async (route: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${route}`, { headers, redirect: 'manual' })
    return `${response.status} ${await response.text()}`
  }
  expect(await ask('/livez')).toBe('200 ok\n')
  expect(await ask('/readyz')).toBe('200 ok\n')
  expect(await ask('/metrics')).toMatch(/^303 /) // only on the other port: this one has a token

  const authorization = `Bearer ${TOKEN}`
  expect(await ask('/api/annual?years=2016&metrics=logins', { authorization })).toMatch(/^200 /)
  expect(await ask('/api/annual?years=2016&metrics=secret-of-somebody', { authorization })).toMatch(/^400 /)
  expect(await ask('/api/secret-of-somebody', { authorization })).toMatch(/^404 /)
  expect(await ask('/api/daily', { authorization: 'Bearer secret-of-somebody' })).toMatch(/^401 /)
  const count = (route: string, status: number) =>
    `caretally_dashboard_request_seconds_count{route="${route}",status="${status}"}`
  expect(await dashboard.readMetrics()).toMatchObject({
    [count('/api/annual', 200)]: 1,
    [count('/api/annual', 400)]: 1,
    [count('/api/annual', 503)]: 0,
    [count('/api/daily', 401)]: 1,
    [count('none', 404)]: 1,
    caretally_dashboard_last_reconciliation_drifts: 3,
    caretally_dashboard_last_reconciliation_timestamp_seconds: Date.UTC(2017, 0, 2) / 1_000,
  })
  expect(await dashboard.get('/metrics')).not.toContain('secret-of-somebody')

  await clickhouse.kill()
  await expect.poll(() => ask('/readyz'), WAIT).toBe('503 without ClickHouse: clickhouse_unreachable\n')
  expect(await dashboard.get('/readyz')).toBe('503 without ClickHouse: clickhouse_unreachable\n')
  expect(await ask('/livez')).toBe('200 ok\n')
  expect(await ask('/api/annual', { authorization })).toMatch(/^503 /)
  expect(await dashboard.readMetrics()).toMatchObject({ [count('/api/annual', 503)]: 1 })
  await clickhouse.start()
  await expect.poll(() => ask('/readyz'), WAIT).toBe('200 ok\n')
})

test('live producers are not ready while Kafka is away, and go on when it is back', async () => {
  const topic = await makeTopic(2)
  await using producers = await startWatched(PRODUCERS, ['live', '--rate', '50'], { ...env, KAFKA_TOPIC: topic })
  const acknowledged = async () => (await producers.readMetrics())['caretally_producers_records_acknowledged_total']
  await expect.poll(acknowledged, WAIT).toBeGreaterThan(0)
  expect(await producers.get('/readyz')).toBe('200 ok\n')
  expect(await producers.readMetrics()).toMatchObject({ caretally_producers_send_failures_total: 0 })

  await kafka.nodes[0]!.kill()
  // which of the two comes first, kafkajs decides: it may repeat a send for a minute, or reject it at once
  const away = /^503 (waiting for an acknowledgement for \d+ s|Kafka has not taken a batch: KafkaJS\w+)\n$/
  await expect.poll(() => producers.get('/readyz'), WAIT).toMatch(away)
  expect(await producers.get('/livez')).toBe('200 ok\n')
  const during = await producers.readMetrics()
  expect(during['caretally_producers_outstanding_bytes']).toBeGreaterThan(0)

  await kafka.nodes[0]!.start()
  await expect.poll(() => producers.get('/readyz'), WAIT).toBe('200 ok\n')
  const before = during['caretally_producers_records_acknowledged_total']!
  await expect.poll(acknowledged, WAIT).toBeGreaterThan(before)
  producers.child.kill('SIGTERM')
  expect((await producers.ended).status).toBe(0)
})

test('a replay tells how far it is, and is not ready once it is to stop', async () => {
  const topic = await makeTopic(2)
  const args = ['replay', '--scale', '100', '--workers', '2']
  await using replay = await startWatched(PRODUCERS, args, { ...env, KAFKA_TOPIC: topic })
  const name = 'caretally_producers_records_acknowledged_total'
  await expect.poll(async () => (await replay.readMetrics())[name], WAIT).toBeGreaterThan(0)
  const { caretally_producers_planned_records: planned, [name]: acknowledged } = await replay.readMetrics()
  expect(planned).toBeGreaterThan(acknowledged!)
  expect(await replay.get('/readyz')).toBe('200 ok\n')

  await kafka.nodes[0]!.kill()
  replay.child.kill('SIGTERM')
  // what is on its way to Kafka keeps it for some seconds
  await expect.poll(() => replay.get('/readyz'), WAIT).toBe('503 stopping\n')
  expect(await replay.ended).toMatchObject({ status: 1, stderr: expect.stringContaining('interrupted after') })
  await kafka.nodes[0]!.start()
})
