import { get as httpGet } from 'node:http'
import { stat } from 'node:fs/promises'

import { insertReconciliation } from '@caretally/clickhouse'
import {
  createTestDatabase,
  insertInteractions,
  markRead,
  sampleInteraction,
  type TestDatabase,
} from '@caretally/clickhouse/testing'
import { annualReport, dailyReport } from '@caretally/reporter'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openTestDashboard, type TestDashboard } from './dashboard.test-support.ts'
import { ENDPOINTS } from './endpoints/index.ts'

const timeZone = 'America/Los_Angeles'
const clock = { now: () => Date.parse('2017-06-01T00:00:00Z'), sleep: () => Promise.resolve() }
const noon = (day: string) => Date.parse(`${day}T12:00:00-08:00`)

/** Texts that are harmless only if nobody takes them for what they look like. */
const HOSTILE = [
  "2016-01-01' OR 1 = 1 --",
  '2016-01-01; DROP TABLE events',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '=HYPERLINK("http://127.0.0.1","here")',
  '@SUM(1+1)',
  '{from:Date}',
  '\u0000',
  '../../etc/passwd',
]

let database: TestDatabase
let dashboard: TestDashboard
beforeAll(async () => {
  database = await createTestDatabase({ timeZone })
  await insertInteractions(database.client, [
    sampleInteraction({ time_ms: noon('2015-12-31') }),
    sampleInteraction({ time_ms: noon('2016-02-28'), channel: 'mobile', detail: 'biometric' }),
    sampleInteraction({ time_ms: noon('2016-02-29'), kind: 'refill', detail: '', quantity: 3, region: 'WA' }),
    sampleInteraction({ time_ms: noon('2016-03-02'), kind: 'message', detail: 'to_patient', region: 'OR' }),
  ])
  await markRead(database.client)
  dashboard = await openTestDashboard(database, { clock })
})
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function getJson(path: string): Promise<unknown> {
  const response = await dashboard.get(path)
  expect(response.status).toBe(200)
  return response.json()
}

describe('the figures', () => {
  const source = () => ({ client: database.client, timeZone, clock })

  test('daily counts are those of the reporter, with a zero for a day without events', async () => {
    const days = await getJson('/api/daily?from=2016-02-28&to=2016-03-02')
    expect(days).toEqual(await dailyReport({ ...source(), from: '2016-02-28', to: '2016-03-02', by: [] }))
    expect(days).toContainEqual({ day: '2016-03-01', events: 0, quantity: 0, status: 'final' })
  })

  test('daily counts are split and filtered as asked', async () => {
    const year = '/api/daily?from=2016-01-01&to=2016-12-31'
    const status = 'final'
    expect(await getJson(`${year}&by=kind&channel=mobile`)).toEqual([
      { day: '2016-02-28', kind: 'login', events: 1, quantity: 1, status },
    ])
    expect(await getJson(`${year}&by=kind,channel&kind=refill,message`)).toEqual([
      { day: '2016-02-29', kind: 'refill', channel: 'web', events: 1, quantity: 3, status },
      { day: '2016-03-02', kind: 'message', channel: 'web', events: 1, quantity: 1, status },
    ])
  })

  test.each(['by=region', 'by=region,kind', 'by=kind&region=WA', 'region=OR', 'region=WA,OR&kind=refill,message'])(
    'what few people of a region did is not told: %s',
    async (asked) => {
      const range = 'from=2016-02-29&to=2016-02-29'
      const hidden = { events: null, quantity: null, suppressed: true }
      const days = await getJson(`/api/daily?${range}&${asked}`)
      expect(days).toEqual([expect.objectContaining(hidden)])
      const csv = await (await dashboard.get(`/api/daily?${range}&${asked}&format=csv`)).text()
      expect(csv.split('\r\n')[1]).toMatch(/^2016-02-29,*(?:true,)?final$/)
    },
  )

  test('annual figures are those of the reporter, of all years that have events unless some are asked for', async () => {
    const both = await annualReport({ ...source(), years: [2015, 2016] })
    expect(await getJson('/api/annual')).toEqual(both)
    const asked = await getJson('/api/annual?years=2016&metrics=logins,care_interactions')
    expect(asked).toEqual(
      both.filter(({ year, metric }) => year === 2016 && ['logins', 'care_interactions'].includes(metric)),
    )
  })

  test('the last reconciliation is told, and that there was none', async () => {
    expect(await getJson('/api/pipeline')).toMatchObject({ last_reconciliation: null })
    const verdicts = [
      { finished_at_ms: Date.UTC(2017, 0, 2), verdict: 'drift', drifts: 3, accepted: 4 },
      { finished_at_ms: Date.UTC(2017, 0, 3), verdict: 'holds', drifts: 0, accepted: 4 },
    ] as const
    for (const verdict of verdicts.toReversed()) await insertReconciliation(database.client, verdict)
    expect(await getJson('/api/pipeline')).toMatchObject({
      last_reconciliation: { finished_at: '2017-01-03T00:00:00.000Z', verdict: 'holds', drifts: 0 },
    })
  })

  test('CSV is the same as the report writes', async () => {
    const response = await dashboard.get('/api/daily?from=2016-02-29&to=2016-02-29&by=kind&format=csv')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(await response.text()).toBe('day,kind,events,quantity,status\r\n2016-02-29,refill,1,3,final\r\n')
    const annual = await dashboard.get('/api/annual?years=2016&format=csv')
    expect(await annual.text()).toMatch(/^year,metric,version,value,/)
  })

  test('every answer is what the OpenAPI document promises', async () => {
    for (const { path, answer } of ENDPOINTS) {
      const query = path === '/api/daily' ? '?from=2016-01-01&to=2016-12-31&by=kind,channel,region,detail' : ''
      const read = answer.safeParse(await getJson(`${path}${query}`))
      expect({ path, error: read.error }).toEqual({ path, error: undefined })
    }
    expect(await getJson('/api/openapi.json')).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/api/daily': {
          get: {
            parameters: expect.arrayContaining([
              { name: 'from', in: 'query', required: true, schema: expect.objectContaining({ format: 'date' }) },
              expect.objectContaining({ name: 'by', required: false }),
            ]),
          },
        },
        '/api/annual': {},
        '/api/metrics': {},
        '/api/pipeline': {},
      },
    })
  })
})

describe('wrong parameters', () => {
  test('all problems are told at once, by name', async () => {
    const response = await dashboard.get('/api/daily?to=2016-02-30&by=members&colour=red&kind=login&kind=refill')
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      code: 'parameters_invalid',
      message: 'wrong parameters',
      problems: [
        { parameter: 'from', problem: 'must be given' },
        { parameter: 'to', problem: 'must be a day from 2000-01-01 to 2148-12-31, as YYYY-MM-DD' },
        { parameter: 'by', problem: 'must be a list of kind, channel, region, detail' },
        { parameter: 'kind', problem: 'must be given once' },
        { parameter: '(unknown)', problem: 'there is only from, to, by, kind, channel, region, format' },
      ],
    })
  })

  test.each([
    ['/api/daily?from=2016-02-02&to=2016-02-01', 'range_invalid'],
    ['/api/daily?from=2000-01-01&to=2148-12-31', 'range_invalid'],
    ['/api/annual?years=2016-2015', 'years_invalid'],
    ['/api/annual?years=1999', 'years_invalid'],
  ])('%s is the caller’s fault', async (path, code) => {
    const response = await dashboard.get(path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code })
  })

  test('a hostile text in any parameter is refused, does nothing, and does not come back', async () => {
    const parameters = ENDPOINTS.flatMap(({ path, parameters }) =>
      [...Object.keys(parameters.shape), 'other'].map((name) => ({ path, name })),
    )
    for (const { path, name } of parameters) {
      for (const text of HOSTILE) {
        const response = await dashboard.get(`${path}?${name}=${encodeURIComponent(text)}`)
        const body = await response.text()
        expect([response.status, body.includes(text)]).toEqual([400, false])
        expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
      }
    }
    expect(await getJson('/api/pipeline')).toMatchObject({ counted: { events: 4 } })
  })

  test.each(['/api/%', '/api/nothing?<script>', '/<script>', '/api/daily/..%2f..%2fetc%2fpasswd'])(
    '%s is answered in words of ours',
    async (path) => {
      const response = await dashboard.get(path)
      expect([400, 404]).toContain(response.status)
      expect(await response.text()).not.toMatch(/script|etc/)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    },
  )
})

describe('what comes out of the tables', () => {
  test('hostile texts in event fields are text in JSON, and no formulas in CSV', async () => {
    await using database = await createTestDatabase({ timeZone })
    await using dashboard = await openTestDashboard(database, { clock })
    await database.client.insert({
      table: 'daily_counts',
      values: HOSTILE.map((text) => ({ day: '2016-01-01', kind: text, channel: 'web', region: 'CA', events: 1 })),
      format: 'JSONEachRow',
    })
    const path = '/api/daily?from=2016-01-01&to=2016-01-01&by=kind'
    const rows = (await (await dashboard.get(path)).json()) as { kind: string }[]
    expect(rows.map(({ kind }) => kind).sort()).toEqual(HOSTILE.toSorted())
    const csv = await (await dashboard.get(`${path}&format=csv`)).text()
    expect(csv).toContain(`,"'=HYPERLINK(""http://127.0.0.1"",""here"")",`)
    expect(csv).toContain(",'@SUM(1+1),")
  })
})

describe('the pipeline', () => {
  test('an empty database has nothing counted and nothing written', async () => {
    await using database = await createTestDatabase({ timeZone })
    await using dashboard = await openTestDashboard(database, { clock })
    expect(await (await dashboard.get('/api/pipeline')).json()).toEqual({
      counted: null,
      outcomes: { accepted: 0, duplicates: 0, dead_letters: 0 },
      last_written_at: null,
      offsets_per_second: null,
      kafka: 'unknown',
      lag: null,
      partitions: [],
      dead_letters: [],
      last_reconciliation: null,
    })
    expect(await (await dashboard.get('/api/annual')).json()).toEqual([])
  })

  test('the counted days, the outcomes and the dead letters by reason are told', async () => {
    await using database = await createTestDatabase({ timeZone })
    await using dashboard = await openTestDashboard(database, { clock })
    await insertInteractions(
      database.client,
      ['2016-01-01', '2016-01-03'].map((day) => sampleInteraction({ time_ms: noon(day) })),
      { partition: 3, first: 10 },
    )
    await database.client.insert({
      table: 'dead_letters',
      values: [
        { kafka_partition: 4, kafka_offset: 0, reason: 'not_json', appended_at: '2016-01-02 00:00:00.000' },
        { kafka_partition: 4, kafka_offset: 1, reason: 'not_json', appended_at: '2016-01-04 00:00:00.000' },
      ],
      format: 'JSONEachRow',
    })
    await database.client.insert({
      table: 'dead_letter_decisions',
      values: [{ kafka_partition: 4, kafka_offset: 1, status: 'discarded' }],
      format: 'JSONEachRow',
    })
    expect(await (await dashboard.get('/api/pipeline')).json()).toMatchObject({
      counted: { first_day: '2016-01-01', last_day: '2016-01-03', events: 2 },
      outcomes: { accepted: 2, duplicates: 0, dead_letters: 2 },
      dead_letters: [
        { reason: 'not_json', open: 1, replayed: 0, discarded: 1, last_appended_at: '2016-01-04T00:00:00.000Z' },
      ],
    })
  })

  test('a Kafka that does not answer costs the lag, and not the figures', async () => {
    const kafka = { brokers: ['127.0.0.1:9'], topic: 'nowhere', group: 'nobody' }
    await using dashboard = await openTestDashboard(database, { clock, kafka })
    expect(await (await dashboard.get('/api/pipeline')).json()).toMatchObject({
      counted: { events: 4 },
      kafka: 'silent',
      lag: null,
    })
  })

  test('a ClickHouse that fails is said in words of ours', async () => {
    await using database = await createTestDatabase({ timeZone })
    await using dashboard = await openTestDashboard(database, { clock })
    await database.client.command({ query: 'DROP TABLE daily_counts_from_events' })
    await database.client.command({ query: 'DROP TABLE daily_counts' })
    const response = await dashboard.get('/api/pipeline')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: expect.stringMatching(/^clickhouse_/) })
  })
})

describe('the access record', () => {
  test('has a line for each query, refused ones too, that says who, what and when', async () => {
    await using dashboard = await openTestDashboard(database, { clock })
    await dashboard.get('/api/annual?years=2016')
    await dashboard.get('/api/daily?from=<b>')
    await dashboard.get('/')
    expect(await dashboard.readRecord()).toEqual([
      {
        time: '2017-06-01T00:00:00.000Z',
        address: '127.0.0.1',
        holder: 'local',
        path: '/api/annual',
        parameters: { years: '2016' },
        status: 200,
        duration_ms: expect.any(Number),
      },
      expect.objectContaining({ path: '/api/daily', parameters: { from: '<b>' }, status: 400 }),
    ])
    const [first] = await dashboard.readRecord()
    expect(first?.['duration_ms']).toBeGreaterThan(0)
    expect((await stat(dashboard.accessRecordFile)).mode & 0o777).toBe(0o600)
  })

  test('has a query whose address is written in another way', async () => {
    await using dashboard = await openTestDashboard(database, { clock })
    expect((await dashboard.get('/%61pi/metrics')).status).toBe(200)
    expect((await dashboard.get('/api/nothing')).status).toBe(404)
    const record = await dashboard.readRecord()
    expect(record.map(({ path, status }) => [path, status])).toEqual([
      ['/%61pi/metrics', 200],
      ['/api/nothing', 404],
    ])
  })

  test('is added to by the next process', async () => {
    await using first = await openTestDashboard(database, { clock })
    await first.get('/api/metrics')
    await using second = await openTestDashboard(database, { clock, accessRecordFile: first.accessRecordFile })
    await second.get('/api/metrics')
    expect(await first.readRecord()).toHaveLength(2)
  })

  test('that cannot be written keeps the answers back', async () => {
    await using dashboard = await openTestDashboard(database, { clock, accessRecordFile: '/dev/full' })
    const response = await dashboard.get('/api/annual')
    expect([response.status, await response.json()]).toEqual([
      503,
      { code: 'access_not_recorded', message: 'the access record cannot be written' },
    ])
    const { status, headers } = await dashboard.get('/api/annual?format=csv')
    expect([status, headers.get('content-disposition')]).toEqual([503, null])
    await expect(openTestDashboard(database, { accessRecordFile: '/dev/null/access.jsonl' })).rejects.toMatchObject({
      code: 'access_not_recorded',
    })
  })
})

describe('who may ask', () => {
  const token = 'a-token-of-at-least-thirty-two-characters'

  test('an address that others can reach is refused without a token, and says what to do', async () => {
    await expect(openTestDashboard(database, { host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'dashboard_unguarded',
      hint: expect.stringContaining('DASHBOARD_TOKEN'),
    })
  })

  test('with a token, only its holder gets answers, and the record says so', async () => {
    await using dashboard = await openTestDashboard(database, { clock, token })
    expect((await dashboard.get('/api/metrics')).status).toBe(401)
    expect((await dashboard.get('/%61pi/nothing')).status).toBe(303)
    expect((await dashboard.get('/%61pi/metrics')).status).toBe(401)
    expect((await dashboard.get('/api/metrics', { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await dashboard.get('/api/metrics', { authorization: `Bearer ${token}` })).status).toBe(200)
    expect((await dashboard.readRecord()).map(({ holder, status }) => [holder, status])).toEqual([
      [null, 401],
      [null, 401],
      [null, 401],
      ['token', 200],
    ])
    expect(JSON.stringify(await dashboard.readRecord())).not.toContain(token)
  })

  test('a browser logs in with the token and gets the page', async () => {
    await using dashboard = await openTestDashboard(database, { clock, token })
    expect((await dashboard.get('/')).headers.get('location')).toBe('/login')
    expect(await (await dashboard.get('/login')).text()).toContain('<form method="post" action="/login">')
    const logIn = (given: string) =>
      fetch(`${dashboard.url}/login`, {
        method: 'POST',
        body: new URLSearchParams({ token: given }),
        redirect: 'manual',
      })
    const wrong = await logIn('wrong')
    expect([wrong.headers.get('location'), wrong.headers.get('set-cookie')]).toEqual(['/login#wrong', null])
    const right = await logIn(token)
    const cookie = right.headers.get('set-cookie')!.split(';')[0]!
    expect((await dashboard.get('/', { cookie })).status).toBe(200)
    expect((await dashboard.get('/api/annual', { cookie })).status).toBe(200)
    expect((await dashboard.readRecord()).map(({ path, holder, status }) => [path, holder, status])).toEqual([
      ['/login', null, 303],
      ['/login', 'token', 303],
      ['/api/annual', 'token', 200],
    ])
  })

  test('nobody is let in whose login cannot be recorded', async () => {
    await using dashboard = await openTestDashboard(database, { clock, token, accessRecordFile: '/dev/full' })
    const body = new URLSearchParams({ token })
    const answer = await fetch(`${dashboard.url}/login`, { method: 'POST', body, redirect: 'manual' })
    expect([answer.status, answer.headers.get('set-cookie'), answer.headers.get('location')]).toEqual([503, null, null])
  })

  test('a request in another host’s name is refused, so that no page elsewhere can read the figures', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'rebound.example.org' }
      httpGet(`${dashboard.url}/api/annual`, { headers }, (response) => resolve(response.resume().statusCode)).on(
        'error',
        reject,
      )
    })
    expect(status).toBe(421)
  })

  test('every answer forbids scripts from elsewhere, frames and guessing of types; no other site may read it', async () => {
    for (const path of ['/', '/login', '/api/annual', '/api/daily', '/nothing']) {
      const { headers } = await dashboard.get(path, { origin: 'http://example.org' })
      expect(headers.get('content-security-policy')).toMatch(
        /default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/,
      )
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('nothing can be written', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await fetch(`${dashboard.url}/api/daily`, { method })).status).toBe(404)
    }
  })
})
