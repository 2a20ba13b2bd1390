// Only with INFRA=local: it runs servers of its own and measures their processes
import { readdir, readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { processesWith } from './processes.ts'
import { root, runToEnd, startProgram } from './run-program.ts'

const LOAD_TEST = 'scripts/dist/load-test.js'
const LOAD_TEST_MS_MAX = 180_000
const START_MS_MAX = 120_000
const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }

const positive = z.number().positive()
const ofEachProgram = z.object({ producers: positive, kafka: positive, consumer: positive, clickhouse: positive })
const Result = z.object({
  ok: z.boolean(),
  difference: z.number(),
  sent: z.number(),
  accepted: z.number(),
  duplicates: z.number(),
  dead_letters: z.number(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean() })),
  throughput: z.object({ end_to_end: positive.nullable(), written: positive.nullable() }),
  freshness: z.object({ p50_ms: z.number(), p95_ms: z.number(), p99_ms: z.number(), max_ms: z.number() }).nullable(),
  inserts: z.object({ events: positive, total: positive, per_second_of_busiest_partition: positive }),
  ...(process.platform === 'linux' && { cpu_us: ofEachProgram, memory_mb: z.object({ peak: ofEachProgram }) }),
})

/** What is left of a load test: processes, and files. */
async function leftOf(pid: number | undefined): Promise<unknown[]> {
  const files = await readdir(`${root}.caretally`)
  return [
    ...(await processesWith(`load-test-${pid}-`)),
    ...files.filter((name) => name.startsWith(`load-test-${pid}-`)),
  ]
}

test(
  'a load with repeats, malformed and late events is counted exactly, and nothing is left of it',
  { timeout: LOAD_TEST_MS_MAX },
  async () => {
    const options = '--events 20000 --duplicates 10 --malformed 1 --late 5 --format json'
    const { child, ended } = startProgram(LOAD_TEST, options.split(' '), env)
    const { status, stdout, stderr } = await ended
    expect(stderr).not.toMatch(/Error|undefined|NaN/)
    const result = Result.parse(JSON.parse(stdout))
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([])
    expect(result).toMatchObject({
      ok: true,
      difference: 0,
      sent: 20_000,
      accepted: 17_800,
      duplicates: 2_000,
      dead_letters: 200,
    })
    const { p50_ms, p99_ms, max_ms } = result.freshness!
    expect(p50_ms).toBeLessThanOrEqual(p99_ms)
    expect(p99_ms).toBeLessThanOrEqual(max_ms)
    expect(status).toBe(0)
    expect(await readFile(`${root}.caretally/load-test.json`, 'utf8')).toBe(stdout)
    expect(await leftOf(child.pid)).toEqual([])
  },
)

test(
  'a row that is taken out behind its back is missed, and the status is 1',
  { timeout: LOAD_TEST_MS_MAX },
  async () => {
    const { child, output, ended } = startProgram(
      LOAD_TEST,
      ['--rate', '200', '--seconds', '10', '--format', 'json'],
      env,
    )
    await expect.poll(() => output.stderr, { timeout: START_MS_MAX }).toContain('sending')
    const query = await connectTo(child.pid)
    await expect.poll(() => query('SELECT count() FROM events'), { timeout: START_MS_MAX }).not.toBe('0\n')
    const [partition, offset] = (
      await query('SELECT kafka_partition, kafka_offset FROM events LIMIT 1 FORMAT TSV')
    ).split(/\s/)
    await query(`DELETE FROM events WHERE kafka_partition = ${partition} AND kafka_offset = ${offset}`)
    const { status, stdout } = await ended
    const result = Result.parse(JSON.parse(stdout))
    expect(result).toMatchObject({ ok: false, sent: 2_000 })
    expect(result.difference).toBeGreaterThan(0)
    expect(result.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
      'events accepted',
      expect.stringContaining('raw'),
      'reconcile',
    ])
    expect(status).toBe(1)
    expect(await leftOf(child.pid)).toEqual([])
  },
)

test('a load that is ended by SIGTERM leaves nothing running', { timeout: LOAD_TEST_MS_MAX }, async () => {
  const { child, output, ended } = startProgram(LOAD_TEST, ['--rate', '100', '--seconds', '600'], env)
  await expect.poll(() => output.stderr, { timeout: START_MS_MAX }).toMatch(/written .*[1-9]% · /)
  expect((await processesWith(`load-test-${child.pid}-`)).length).toBeGreaterThan(3)
  child.kill('SIGTERM')
  const { status } = await ended
  expect(status).not.toBe(0)
  expect(await leftOf(child.pid)).toEqual([])
})

test('options that do not go together are refused in one line', async () => {
  const { status, stderr } = await runToEnd(LOAD_TEST, ['--rate', '5'], env)
  expect(stderr).toMatch(/^caretally: --rate goes with --seconds only[^\n]*\n$/)
  expect(status).toBe(1)
})

/** Asks the ClickHouse of a load test that is running. */
async function connectTo(pid: number | undefined): Promise<(sql: string) => Promise<string>> {
  const directory = (await readdir(`${root}.caretally`)).find((name) => name.startsWith(`load-test-${pid}-`))
  const password = await readFile(`${root}.caretally/${directory}/clickhouse/password`, 'utf8')
  const [server] = await processesWith(`${directory}/clickhouse/data`)
  const port = server?.command.trim().split(' ').at(-1)
  return async (sql) => {
    const response = await fetch(`http://127.0.0.1:${port}/?database=caretally`, {
      method: 'POST',
      body: sql,
      headers: { 'X-ClickHouse-User': 'caretally', 'X-ClickHouse-Key': password, Connection: 'close' },
    })
    return await response.text()
  }
}
