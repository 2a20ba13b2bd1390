import { readConfig } from '@caretally/runtime'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { clickhouseEnvironment, connectionFrom } from './connection.ts'

const schema = z.object(clickhouseEnvironment)
const given = { CLICKHOUSE_URL: 'http://localhost:8123', CLICKHOUSE_PASSWORD: 'secret' }

test('the user and the database are caretally unless the environment says otherwise', () => {
  expect(connectionFrom(readConfig(schema, given))).toEqual({
    url: 'http://localhost:8123',
    username: 'caretally',
    password: 'secret',
    database: 'caretally',
  })
})

test.each([
  'http://localhost:8123/?async_insert=1',
  'http://localhost:8123/other_database',
  'http://user:password@localhost:8123',
  'tcp://localhost:9000',
  'localhost:8123',
])('an address that could carry more than an address is refused: %s', (url) => {
  expect(() => readConfig(schema, { ...given, CLICKHOUSE_URL: url })).toThrow(/^wrong configuration: CLICKHOUSE_URL: /)
})

test.each(['Caretally', '1st', 'a-b', '`', 'a'.repeat(64)])(
  'a database name that needs quoting is refused: %s',
  (name) => {
    expect(() => readConfig(schema, { ...given, CLICKHOUSE_DATABASE: name })).toThrow(/CLICKHOUSE_DATABASE/)
  },
)
