// Only with INFRA=local: it runs servers of its own and measures their processes
import { readdir, readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { processesWith } from './processes.ts'
import { root, runToEnd, startProgram } from './run-program.ts'

const BENCH = 'scripts/dist/bench.js'
const BENCH_MS_MAX = 300_000

const positive = z.number().positive()
const Spread = z.object({ median: positive, min: positive, max: positive })
const Calls = z.object({ medianMs: positive, maxMs: positive })
const Contender = z.object({
  rate: Spread,
  cpuUs: Spread,
  peakRssMb: z.object({ consumer: z.number(), server: positive, total: positive }),
})
const Sender = z.object({ rate: Spread, cpuUs: Spread })
const Result = z.object({
  machine: z.object({ cpu: z.string().min(1), cores: positive, memoryGb: positive, node: z.string() }),
  ingest: z.object({
    events: z.int(),
    rounds: z.literal(1),
    rateRatio: positive,
    cpuRatio: positive,
    peakRssMb: positive,
    countsVerified: z.literal(true),
    caretally: Contender,
    tableEngine: Contender,
  }),
  produce: z.object({ rateRatio: positive, valueBytes: positive, caretally: Sender, performanceTool: Sender }),
  query: z.record(z.string(), z.object({ annual: Calls, daily: Calls, page: Calls })),
})
const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }

test(
  'the bench measures every part, verifies every count, and leaves nothing running',
  { timeout: BENCH_MS_MAX },
  async () => {
    const { child, ended } = startProgram(BENCH, ['--events', '20000', '--rounds', '1', '--format', 'json'], env)
    const { status, stdout, stderr } = await ended
    expect(stderr).toContain('ingest: round 1 of 1, engine')
    expect(stderr.match(/counts verified/g)).toHaveLength(2)
    expect(status).toBe(0)

    const result = Result.parse(JSON.parse(stdout))
    expect(result.ingest.events).toBeGreaterThanOrEqual(20_000)
    expect(Object.keys(result.query)).toEqual(['5000', '20000', '80000'])
    expect(JSON.parse(await readFile(`${root}.caretally/bench.json`, 'utf8'))).toEqual(JSON.parse(stdout))

    expect(await processesWith(`bench-${child.pid}-`)).toEqual([])
    const left = await readdir(`${root}.caretally`)
    expect(left.filter((name) => name.startsWith(`bench-${child.pid}-`))).toEqual([])
  },
)

test.each([
  [['--events', 'many'], 'whole number'],
  [['--rounds', '0'], 'whole number'],
  [['everything'], 'The parts are ingest, produce, query'],
])('%j is refused before anything is started', async (args, reason) => {
  const { status, stderr } = await runToEnd(BENCH, args, env)
  expect(stderr).toContain(reason)
  expect(status).toBe(1)
})
