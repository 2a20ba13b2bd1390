import { expect, test } from 'vitest'

import { readDashboardConfig } from './options.ts'

const clickhouse = { CLICKHOUSE_URL: 'http://127.0.0.1:8123', CLICKHOUSE_PASSWORD: 'secret' }

test('without more than a ClickHouse it is for this machine only, needs no token and knows no Kafka', () => {
  expect(readDashboardConfig(clickhouse)).toMatchObject({
    clickhouse: { url: 'http://127.0.0.1:8123', username: 'caretally', database: 'caretally' },
    timeZone: 'America/Los_Angeles',
    host: '127.0.0.1',
    port: 8130,
    token: undefined,
    kafka: undefined,
    accessRecordFile: '.caretally/access.jsonl',
  })
})

test('a Kafka is known by its brokers, and its group is the consumer’s', () => {
  expect(readDashboardConfig({ ...clickhouse, KAFKA_BROKERS: 'a:1,b:2' }).kafka).toMatchObject({
    brokers: ['a:1', 'b:2'],
    topic: 'portal.interactions',
    group: 'caretally.consumer',
  })
})

test('a token that could be guessed or not be sent is refused, without being quoted', () => {
  for (const DASHBOARD_TOKEN of ['hunter2', 'with spaces, but of more than 32 characters']) {
    const read = () => readDashboardConfig({ ...clickhouse, DASHBOARD_TOKEN })
    expect(read).toThrow(/^wrong configuration: DASHBOARD_TOKEN: must /)
    expect(read).not.toThrow(/hunter2|spaces/)
  }
})

test('an address that others can reach needs a token', () => {
  const needs = 'DASHBOARD_HOST, when others can reach it, needs DASHBOARD_TOKEN: everybody could read the dashboard'
  expect(() => readDashboardConfig({ ...clickhouse, DASHBOARD_HOST: '0.0.0.0' })).toThrow(needs)
  expect(() => readDashboardConfig({ ...clickhouse, DASHBOARD_HOST: '::1' })).not.toThrow()
})

test.each(['-1', '65536', 'http'])('%s is no port', (DASHBOARD_PORT) => {
  expect(() => readDashboardConfig({ ...clickhouse, DASHBOARD_PORT })).toThrow('DASHBOARD_PORT: must be a port')
})
