import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { insertBlock } from '../insert.ts'
import { createTestDatabase, type TestDatabase } from '../testing.ts'
import { type Block, createBlock } from './block.ts'
import { FixedString16Column, UuidColumn } from './hex-column.ts'
import { LongColumn, UnsignedColumn } from './integer-column.ts'
import { LowCardinalityColumn } from './low-cardinality-column.ts'
import { NullableStringColumn, PairsColumn, StringColumn } from './string-column.ts'

const SHAPE = `(
  position UInt32, u8 UInt8, u16 UInt16, u64 UInt64, i64 Int64, time DateTime64(3, 'UTC'), id UUID,
  fixed FixedString(16), text String, bytes String, maybe Nullable(String), low LowCardinality(String),
  pairs Array(Tuple(name String, value String))
) ENGINE = MergeTree ORDER BY position`

interface Row {
  u8: number
  u16: number
  u64: bigint
  i64: bigint
  time_ms: number
  id: string
  fixed: string
  text: string
  bytes: Uint8Array
  /** Bytes after `bytes`; apart, so that a counterexample stays readable. */
  padding_bytes: number
  maybe: Uint8Array | null
  low: string
  pairs: [Uint8Array, Uint8Array][]
}

const text = fc.string({ unit: 'grapheme', maxLength: 60 })
const bytes = fc.uint8Array({ maxLength: 200 })
const row: fc.Arbitrary<Row> = fc.record({
  u8: edges(fc.nat(255), 0, 255),
  u16: edges(fc.nat(65_535), 0, 65_535),
  u64: edges(fc.bigInt(0n, 2n ** 64n - 1n), 0n, 2n ** 53n, 2n ** 64n - 1n),
  i64: edges(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), -(2n ** 63n), -1n, 2n ** 63n - 1n),
  time_ms: edges(
    fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) }),
    Date.UTC(2000, 0),
    Date.UTC(1969, 0) - 1,
  ),
  id: fc.uuid(),
  fixed: fc.stringMatching(/^[0-9a-f]{32}$/),
  text,
  bytes,
  padding_bytes: fc.constantFrom(0, 127, 128, 16_383, 16_384),
  maybe: fc.option(bytes),
  low: text,
  pairs: fc.array(fc.tuple(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 })), { maxLength: 3 }),
})

function edges<Value>(values: fc.Arbitrary<Value>, ...known: Value[]): fc.Arbitrary<Value> {
  return fc.oneof(values, fc.constantFrom(...known))
}

function padded({ bytes, padding_bytes }: Pick<Row, 'bytes' | 'padding_bytes'>): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(padding_bytes, 0xff)])
}

function everyTypeBlock(): Block<[position: number, row: Row]> {
  const columns = {
    position: new UnsignedColumn('UInt32'),
    u8: new UnsignedColumn('UInt8'),
    u16: new UnsignedColumn('UInt16'),
    u64: new LongColumn('UInt64'),
    i64: new LongColumn('Int64'),
    time: new LongColumn("DateTime64(3, 'UTC')"),
    id: new UuidColumn(),
    fixed: new FixedString16Column(),
    text: new StringColumn(),
    bytes: new StringColumn(),
    maybe: new NullableStringColumn(),
    low: new LowCardinalityColumn(),
    pairs: new PairsColumn(),
  }
  return createBlock('by_native', columns, (position, row) => {
    columns.position.append(position)
    columns.u8.append(row.u8)
    columns.u16.append(row.u16)
    columns.u64.append(row.u64)
    columns.i64.append(row.i64)
    columns.time.append(row.time_ms)
    columns.id.append(row.id)
    columns.fixed.append(row.fixed)
    columns.text.append(row.text)
    columns.bytes.append(padded(row))
    columns.maybe.append(row.maybe)
    columns.low.append(row.low)
    columns.pairs.append(row.pairs)
  })
}

test('rows come back from a Native block as they do from JSON, whatever they contain', async () => {
  await using test = await createTestDatabase({ migrated: false })
  await makeTables(test, 'by_native', 'by_json')
  const block = everyTypeBlock()
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
      for (const table of ['by_native', 'by_json']) await test.client.command({ query: `TRUNCATE TABLE ${table} SYNC` })
      block.reset()
      for (const [position, value] of rows.entries()) block.append(position, value)
      await insert(test, block)
      await insertJson(test, rows)
      const native = await readAll(test, 'by_native')
      expect(native).toEqual(await readAll(test, 'by_json'))
      expect(native).toHaveLength(rows.length)
    }),
    { numRuns: 25 },
  )
})

test.each([0, 254, 255, 256, 65_534, 65_535, 65_536, 99_999])(
  'a dictionary of %d keys and the empty string comes back whole',
  async (keys) => {
    await using test = await createTestDatabase({ migrated: false })
    await test.client.command({
      query: 'CREATE DATABASE {d:Identifier}',
      query_params: { d: test.database },
      ...anywhere,
    })
    await test.client.command({
      query: 'CREATE TABLE low (i UInt32, v LowCardinality(String)) ENGINE = MergeTree ORDER BY i',
    })
    const [i, v] = [new UnsignedColumn('UInt32'), new LowCardinalityColumn()]
    const block = createBlock('low', { i, v }, (index: number) => {
      i.append(index)
      v.append(index === 0 ? '' : `κ${index}`)
    })
    for (let index = keys; index >= 0; index--) block.append(index)
    await insert(test, block)
    const response = await test.client.query({
      query: `SELECT count() AS rows, uniqExact(v) AS keys, countIf(v = if(i = 0, '', concat('κ', toString(i)))) AS same
        FROM low`,
      format: 'JSONEachRow',
    })
    const all = String(keys + 1)
    expect(await response.json()).toEqual([{ rows: all, keys: all, same: all }])
  },
)

const anywhere = { http_headers: { 'X-ClickHouse-Database': 'system' } }

async function makeTables({ client, database }: TestDatabase, ...tables: string[]): Promise<void> {
  await client.command({ query: 'CREATE DATABASE {database:Identifier}', query_params: { database }, ...anywhere })
  for (const table of tables) await client.command({ query: `CREATE TABLE ${table} ${SHAPE}` })
}

async function insert<Row extends unknown[]>({ client }: TestDatabase, block: Block<Row>): Promise<void> {
  const { table, columns, rows } = block
  await insertBlock(client, { table, columns, rows, block: block.encode(), token: randomUUID() })
}

async function insertJson({ client }: TestDatabase, rows: Row[]): Promise<void> {
  const body = Buffer.concat(rows.map((value, position) => toJsonLine(position, value)))
  const { stream } = await client.exec({
    query: 'INSERT INTO by_json FORMAT JSONEachRow',
    values: Readable.from([body], { objectMode: false }),
    clickhouse_settings: { async_insert: 0 },
  })
  for await (const _ of stream);
}

function toJsonLine(position: number, { u8, u16, u64, i64, time_ms, id, fixed, ...row }: Row): Buffer {
  const time = new Date(time_ms).toISOString().replace('T', ' ').replace('Z', '')
  const plain = `"position":${position},"u8":${u8},"u16":${u16},"u64":"${u64}","i64":"${i64}","time":"${time}","id":"${id}"`
  const pairs = row.pairs.flatMap(([name, value], index) => [
    index === 0 ? '{"name":' : ',{"name":',
    toJsonString(name),
    ',"value":',
    toJsonString(value),
    '}',
  ])
  const parts: (string | Buffer)[] = [
    `{${plain},"fixed":`,
    toJsonString(Buffer.from(fixed, 'hex')),
    `,"text":${JSON.stringify(row.text)},"low":${JSON.stringify(row.low)},"bytes":`,
    toJsonString(padded(row)),
    ',"maybe":',
    row.maybe ? toJsonString(row.maybe) : 'null',
    ',"pairs":[',
    ...pairs,
    ']}\n',
  ]
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

/** ClickHouse takes any byte in a JSON string, so only what JSON itself needs is escaped. */
function toJsonString(value: Uint8Array): Buffer {
  const escaped = [...value].map((byte) =>
    byte < 0x20 || byte === 0x22 || byte === 0x5c
      ? Buffer.from(`\\u${byte.toString(16).padStart(4, '0')}`)
      : Buffer.of(byte),
  )
  return Buffer.concat([Buffer.from('"'), ...escaped, Buffer.from('"')])
}

async function readAll({ client }: TestDatabase, table: string): Promise<unknown[]> {
  const response = await client.query({
    query: `SELECT position, u8, u16, u64, i64, time, id, hex(fixed) AS fixed, hex(text) AS text, hex(bytes) AS bytes,
        hex(maybe) AS maybe, hex(low) AS low, arrayMap(pair -> (hex(pair.1), hex(pair.2)), pairs) AS pairs
      FROM ${table} ORDER BY position`,
    format: 'JSONEachRow',
  })
  return response.json()
}
