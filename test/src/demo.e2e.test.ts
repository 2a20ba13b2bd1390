// Only with INFRA=local: it runs servers of its own and looks at their processes
import { readdir, readFile, rm } from 'node:fs/promises'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { processesWith } from './processes.ts'
import { root, startProgram } from './run-program.ts'

const DEMO = 'scripts/dist/demo.js'
const DEMO_MS_MAX = 300_000

const Result = z.object({
  events: z.number(),
  accepted: z.number(),
  deadLetters: z.number(),
  seconds: z.object({ produce: z.number(), drain: z.number(), total: z.number() }),
  annual: z.array(z.looseObject({ metric: z.string(), year: z.number(), per_day_change_pct: z.number().nullable() })),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean() })),
})
const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }

test(
  'the demo turns two years of events into the article’s figures and leaves nothing running',
  { timeout: DEMO_MS_MAX },
  async () => {
    const { child, ended } = startProgram(DEMO, [], env)
    const { status, stdout, stderr } = await ended
    expect(stderr).not.toMatch(/Error|undefined|NaN/)
    expect(stdout).toContain('figures agree')
    expect(status).toBe(0)

    const result = Result.parse(JSON.parse(await readFile(`${root}.caretally/demo.json`, 'utf8')))
    expect(result).toMatchObject({ events: 436_488, accepted: 436_488, deadLetters: 0 })
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([])
    const digital = result.annual.find(({ metric, year }) => metric === 'digital_interactions' && year === 2016)
    expect(digital).toMatchObject({
      value: 248_148,
      per_day: 678,
      previous: 188_340,
      change_pct: 31.8,
      per_day_change_pct: 31.4,
    })
    expect(await processesWith(`demo-${child.pid}-`)).toEqual([])
    const left = await readdir(`${root}.caretally`)
    expect(left.filter((name) => name.startsWith(`demo-${child.pid}-`))).toEqual([])
  },
)

test('a demo that is kept shows its figures in a dashboard until Ctrl-C', { timeout: DEMO_MS_MAX }, async () => {
  const { child, output, ended } = startProgram(DEMO, ['--keep'], env)
  await expect.poll(() => output.stdout, { timeout: 240_000 }).toContain('the dashboard is at')
  const [, url = ''] = /the dashboard is at (\S+)/.exec(output.stdout) ?? []
  const annual: unknown = await (await fetch(`${url}/api/annual?years=2016&metrics=digital_interactions`)).json()
  expect(annual).toMatchObject([{ value: 248_148, per_day: 678, per_day_change_pct: 31.4, status: 'final' }])
  const pipeline: unknown = await (await fetch(`${url}/api/pipeline`)).json()
  expect(pipeline).toMatchObject({ outcomes: { accepted: 436_488 }, kafka: 'answers', lag: 0 })
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 0 })
  expect(await processesWith(`demo-${child.pid}-`)).toEqual([])
})

test.each(['SIGINT', 'SIGKILL'] as const)(
  'a demo that is ended by %s leaves nothing running',
  { timeout: DEMO_MS_MAX },
  async (signal) => {
    const { child, output, ended } = startProgram(DEMO, ['--scale', '1000'], env)
    await expect.poll(() => output.stderr, { timeout: 120_000 }).toContain('written')
    expect((await processesWith(`demo-${child.pid}-`)).length).toBeGreaterThan(1)
    child.kill(signal)
    const { status } = await ended
    expect(status).not.toBe(0)
    await expect.poll(() => processesWith(`demo-${child.pid}-`), { timeout: 60_000 }).toEqual([])
    const left = await readdir(`${root}.caretally`) // SIGKILL leaves its files behind
    for (const name of left.filter((name) => name.startsWith(`demo-${child.pid}-`)))
      await rm(`${root}.caretally/${name}`, { recursive: true })
  },
)
