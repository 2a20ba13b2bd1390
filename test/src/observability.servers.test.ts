import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createTestDatabase } from '@caretally/clickhouse/testing'
import { choosePort } from '@caretally/infra'
import { createTestTopic } from '@caretally/kafka/testing'
import kafkajs from 'kafkajs'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'

import { readOperationsPage, sectionOf } from './operations-page.ts'
import { parsePromQL } from './promql.ts'
import { clickhouseVariables, kafkaVariables } from './program-environment.ts'
import { root } from './run-program.ts'
import { addScrape, type Family, familyOf, type Scrape } from './scrape.ts'
import { startWatched } from './watched-program.ts'
import { CONSUMER, DASHBOARD, PRODUCERS } from './programs.ts'

const WAIT = { timeout: 45_000, interval: 100 }
/** Given to every series by Prometheus itself. */
const TARGET_LABELS = ['job', 'instance']

const alertsSchema = z.object({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
})
const prometheusSchema = z.looseObject({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(z.looseObject({ job_name: z.string() })),
})
const panelSchema = z.looseObject({
  title: z.string(),
  type: z.string(),
  targets: z.array(z.looseObject({ expr: z.string(), legendFormat: z.string() })).default([]),
})

async function readInfra<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(parseYaml(await readFile(`${root}infra/observability/${name}`, 'utf8')))
}

async function readRules() {
  const { groups } = await readInfra('alerts.yml', alertsSchema)
  return groups.flatMap(({ rules }) => rules)
}

/** Every program as its user starts it, with something to do, and what all of them tell. */
async function scrapeAll(): Promise<Scrape> {
  await using topic = await createTestTopic({ partitions: 2 })
  await using database = await createTestDatabase()
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-observability-'))
  const env = {
    ...kafkaVariables(topic),
    ...clickhouseVariables(database.connection),
    MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
  }
  const port = await choosePort(undefined, 'DASHBOARD_PORT')
  const dashboardEnv = {
    ...env,
    DASHBOARD_PORT: String(port),
    ACCESS_RECORD_FILE: path.join(directory, `${randomUUID()}.jsonl`),
  }
  const producer = topic.kafka.producer()
  await producer.connect()
  await producer.send({
    topic: topic.topic,
    compression: kafkajs.CompressionTypes.LZ4,
    messages: [{ key: 'a key', value: 'no event' }],
  })
  await producer.disconnect()

  await using live = await startWatched(PRODUCERS, ['live'], env)
  await using replay = await startWatched(PRODUCERS, ['replay', '--scale', '10'], env)
  await using consumer = await startWatched(CONSUMER, ['--workers', '2'], env)
  await using dashboard = await startWatched(DASHBOARD, [], dashboardEnv)
  const expectMetric = (program: typeof consumer, text: string) =>
    vi.waitFor(async () => expect(await program.get('/metrics')).toMatch(new RegExp(`^${text}`, 'm')), WAIT)
  await expectMetric(replay, 'caretally_producers_planned_records [1-9]')
  await expectMetric(live, 'caretally_producers_records_acknowledged_total [1-9]')
  const told = [await live.get('/metrics'), await replay.get('/metrics')]
  replay.child.kill('SIGTERM')
  await expectMetric(consumer, 'caretally_consumer_offsets_total\\{outcome="accepted"\\} [1-9]')
  await expectMetric(consumer, 'caretally_consumer_lag_offsets\\{partition="1"\\}')
  await vi.waitFor(async () => expect(await dashboard.get('/readyz')).toBe('200 ok\n'), WAIT)
  await fetch(`http://127.0.0.1:${port}/api/annual`)
  told.push(await consumer.get('/metrics'), await dashboard.get('/metrics'))

  const scrape: Scrape = new Map()
  for (const answer of told) {
    expect(answer).toMatch(/^200 /)
    addScrape(scrape, answer.slice('200 '.length))
  }
  await rm(directory, { recursive: true })
  return scrape
}

describe('what is watched', () => {
  let scrape: Scrape
  beforeAll(async () => {
    scrape = await scrapeAll()
    const labels = new Map([['job', new Set<string>()]])
    const { scrape_configs } = await readInfra('prometheus.yml', prometheusSchema)
    for (const { job_name } of scrape_configs) labels.get('job')!.add(job_name)
    scrape.set('up', { type: 'gauge', labels }) // Prometheus tells it itself
  }, 120_000)

  /** Fails when it is no PromQL, or asks for what no program tells. */
  function expectAnswerable(expression: string, mentioned: readonly string[] = []): void {
    const { selectors, groupedBy } = parsePromQL(expression.replaceAll('$__rate_interval', '5m'))
    expect(selectors.length).toBeGreaterThan(0)
    const known = new Set(TARGET_LABELS)
    for (const { name, matchers, isRate } of selectors) {
      const family = familyOf(scrape, name)
      if (family === undefined) throw new Error(`nobody tells ${name}: ${expression}`)
      if (isRate) expect(['counter', 'histogram']).toContain(family.type)
      for (const label of family.labels.keys()) known.add(label)
      for (const matcher of matchers) expectMatched(matcher, family, expression)
    }
    for (const label of [...groupedBy, ...mentioned]) {
      if (!known.has(label)) throw new Error(`nothing has the label ${label}: ${expression}`)
    }
  }

  function expectMatched(
    { label, operator, value }: { label: string; operator: string; value: string },
    { labels }: Family,
    expression: string,
  ): void {
    const jobs = familyOf(scrape, 'up')!.labels.get('job')!
    const values = [...(label === 'job' ? jobs : (labels.get(label) ?? []))]
    const isMatched =
      operator === '=' ? values.includes(value) : values.some((one) => new RegExp(`^(?:${value})$`).test(one))
    if (!isMatched) throw new Error(`no ${label} is ${operator} ${value}: ${expression}`)
  }

  test('every alert asks for what the programs tell', async () => {
    for (const { expr, annotations } of await readRules()) {
      const texts = Object.values(annotations).join(' ')
      const mentioned = [...texts.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label)
      expectAnswerable(expr, mentioned)
    }
  })

  test('every panel asks for what the programs tell', async () => {
    const { panels } = await readInfra('grafana-dashboard.json', z.looseObject({ panels: z.array(panelSchema) }))
    for (const { type, title, targets } of panels) {
      expect([title, targets.length > 0]).toEqual([title, type !== 'row'])
      for (const { expr, legendFormat } of targets) {
        expectAnswerable(
          expr,
          [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
        )
      }
    }
  })

  test('docs/operations.md explains every metric and its labels, and no other', async () => {
    const page = await readOperationsPage()
    const rows = [...sectionOf(page, 'Metrics').matchAll(/^\| `(caretally_\w+)` +\| ([^|]*?) *\|/gm)]
    const explained = rows.map(([, name = '', labels = '']) => `${name} ${labels.replaceAll('`', '')}`.trim())
    const told = [...scrape]
      .filter(([name]) => name.startsWith('caretally_'))
      .map(([name, { labels }]) => `${name} ${[...labels.keys()].filter((label) => label !== 'le').join(', ')}`.trim())
    expect(explained.sort()).toEqual(told.sort())
  })
})

test('every alert has a section that says what it means and what to do, and its runbook leads there', async () => {
  const page = await readOperationsPage()
  const [, ...sections] = sectionOf(page, 'Alerts').split(/^## /m)
  const rules = await readRules()
  expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(rules.map(({ alert }) => alert))
  for (const [index, { alert, annotations }] of rules.entries()) {
    expect(sections[index]).toMatch(/^\w+\n\nIt means [^]+\n\nTo do: [^]+/)
    expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`)
  }
})

test('Prometheus is told the rules, and all jobs that they name', async () => {
  const { rule_files, scrape_configs } = await readInfra('prometheus.yml', prometheusSchema)
  expect(rule_files).toEqual(['alerts.yml'])
  expect(scrape_configs.map(({ job_name }) => job_name)).toEqual([
    'caretally-consumer',
    'caretally-producers',
    'caretally-dashboard',
  ])
})

test.each(['sum(rate(a[5m])', 'sum by (a b) (c)', 'a{b="c"', '{a="b"}', ''])('%s is no question', (expression) => {
  expect(() => {
    const { selectors } = parsePromQL(expression)
    if (selectors.length === 0) throw new Error('no PromQL: nothing is asked for')
  }).toThrow(/no PromQL|without a name/)
})
