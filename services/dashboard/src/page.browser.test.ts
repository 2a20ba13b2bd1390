import {
  createTestDatabase,
  insertInteractions,
  markRead,
  sampleInteraction,
  type TestDatabase,
} from '@caretally/clickhouse/testing'
import { annualReport } from '@caretally/reporter'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { CHROMIUM, findBarriers, launchBrowser, NO_CHROMIUM, openPage } from './browser.test-support.ts'
import { openTestDashboard, type TestDashboard } from './dashboard.test-support.ts'

const timeZone = 'America/Los_Angeles'
const clock = { now: () => Date.parse('2017-06-01T00:00:00Z'), sleep: () => Promise.resolve() }
const noon = (day: string) => Date.parse(`${day}T12:00:00-08:00`)

/** Where nobody promises a browser, its tests are not run, and say so. */
const isRun = CHROMIUM !== undefined || process.env['CI'] === 'true'
if (!isRun) process.stderr.write(`The page is not tested: ${NO_CHROMIUM}.\n`)

describe.runIf(isRun)('the page', () => {
  let database: TestDatabase
  let dashboard: TestDashboard
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
    database = await createTestDatabase({ timeZone })
    await insertInteractions(database.client, [
      ...['2015-02-03', '2015-12-30'].map((day) => sampleInteraction({ time_ms: noon(day) })),
      ...['2016-02-28', '2016-02-29', '2016-12-30'].map((day) =>
        sampleInteraction({ time_ms: noon(day), channel: 'mobile', detail: 'biometric' }),
      ),
      sampleInteraction({ time_ms: noon('2016-12-29') }),
      sampleInteraction({ time_ms: noon('2016-12-30'), kind: 'refill', detail: '', quantity: 3, region: 'WA' }),
      sampleInteraction({ time_ms: noon('2016-12-30'), kind: 'message', detail: 'to_patient', region: 'OR' }),
    ])
    await markRead(database.client)
    dashboard = await openTestDashboard(database, { clock })
  })
  afterAll(async () => {
    await browser?.close()
    await dashboard?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  const textOf = (page: Page, selector: string) => page.locator(selector).innerText()
  const cellsOf = (page: Page, table: string) =>
    page
      .locator(`${table} tbody tr`)
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)))
  async function pointAtLastDay(page: Page): Promise<void> {
    const chart = page.locator('#daily-chart')
    await chart.scrollIntoViewIfNeeded()
    const { x, y, width } = (await chart.boundingBox())!
    await page.mouse.move(x + width - 40, y + 150)
    await page.mouse.move(x + width - 20, y + 160)
  }
  const untilDrawn = (page: Page) => page.waitForSelector('#share-chart svg')

  test('shows the figures of the API, with their units, changes and status', async () => {
    await using opened = await openPage(browser, dashboard.url)
    const { page, errors } = opened
    await untilDrawn(page)
    const rows = await annualReport({ client: database.client, timeZone, clock, years: [2016] })
    const cells = await cellsOf(page, '#years')
    expect(cells).toHaveLength(rows.length)
    for (const [index, { title, definition, unit, value, previous, change_pct }] of rows.entries()) {
      const [name, before, now, change] = cells[index]!
      expect(name).toBe(`${title}${definition}`)
      const figure = (value: number | null) => (unit === 'share' ? `${(value! * 100).toFixed(1)}%` : String(value))
      expect([before, now]).toEqual([figure(previous), figure(value)])
      expect(change?.replace('−', '-').replace('+', '')).toBe(change_pct === null ? '–' : `${change_pct.toFixed(1)}%`)
    }
    const headlines = await page.locator('#headlines li').allInnerTexts()
    expect(headlines.map((text) => text.split('\n').filter(Boolean).slice(0, 2).join(': '))).toEqual([
      'Digital interactions: 1.5 a day',
      'Mobile share of logins: 75.0% of logins',
      'Telehealth visits: 0 visits',
      'Messages exchanged: 1 messages',
      'Prescriptions refilled: 3 prescriptions',
      'Lab results viewed: 0 results',
    ])
    expect(await textOf(page, '#year-status')).toContain(
      '2016 is partial: some of its days have no event at all (4 of 366 days).',
    )
    expect(errors).toEqual([])
  })

  test('shows another year when it is chosen', async () => {
    await using opened = await openPage(browser, dashboard.url)
    const { page } = opened
    await untilDrawn(page)
    await page.selectOption('#year', '2015')
    expect(await textOf(page, '#headlines li:first-child .total')).toBe('2 in all of 2015')
    expect(await textOf(page, '#years caption')).toContain('2015 (partial)')
  })

  test('filters the days by range, kind, channel and region, and the address keeps the choice', async () => {
    await using opened = await openPage(browser, dashboard.url)
    const { page, errors } = opened
    const summary = () => textOf(page, '#summary')
    await untilDrawn(page)
    expect(await summary()).toBe('Interactions from 2016-01-02 to 2016-12-30: 6.')
    await page.selectOption('#range', 'Last 4 weeks')
    await expect.poll(summary).toBe('Interactions from 2016-12-03 to 2016-12-30: 4.')
    await page.selectOption('#channel', 'web')
    await expect.poll(summary).toBe('Interactions on the web from 2016-12-03 to 2016-12-30: 3.')
    await page.selectOption('#kind', 'refill')
    await expect.poll(summary).toBe('Refill requests on the web from 2016-12-03 to 2016-12-30: 1.')
    await page.selectOption('#region', 'OR')
    const hidden = 'One day is not in it: so few members were active that the counts could tell who.'
    await expect.poll(summary).toBe(`Refill requests on the web in OR from 2016-12-03 to 2016-12-30: 0. ${hidden}`)
    await page.selectOption('#kind', 'message')
    await expect.poll(summary).toBe(`Messages on the web in OR from 2016-12-03 to 2016-12-30: 0. ${hidden}`)
    expect(await textOf(page, '#share-summary')).toContain('There are no logins to show in OR')
    await page.fill('#from', '2016-12-30')
    await expect.poll(summary).toContain('from 2016-12-30 to 2016-12-30')
    await page.reload()
    await expect.poll(summary).toBe(`Messages on the web in OR from 2016-12-30 to 2016-12-30: 0. ${hidden}`)
    expect(await cellsOf(page, '#months')).toEqual([])
    expect(await page.getAttribute('#download', 'href')).toContain(
      'kind=message&channel=web&region=OR&by=kind%2Cchannel',
    )
    expect(errors).toEqual([])
  })

  test('shows the counts of a region where many people stand behind them', async () => {
    await using many = await createTestDatabase({ timeZone })
    const ofRegion = (region: string) =>
      Array.from({ length: 20 }, () => sampleInteraction({ time_ms: noon('2016-12-30'), region }))
    await insertInteractions(many.client, ['CA', 'OR', 'WA'].flatMap(ofRegion))
    await using other = await openTestDashboard(many, { clock })
    await using opened = await openPage(browser, `${other.url}/?region=OR`)
    await untilDrawn(opened.page)
    expect(await textOf(opened.page, '#summary')).toBe('Interactions in OR from 2016-12-30 to 2016-12-30: 20.')
    expect(opened.errors).toEqual([])
  })

  test('can be used with the keyboard: a way past the head, definitions, and every choice', async () => {
    await using opened = await openPage(browser, dashboard.url)
    const { page } = opened
    await untilDrawn(page)
    await page.keyboard.press('Tab')
    expect(await textOf(page, ':focus')).toBe('Skip to the figures')
    await page.keyboard.press('Tab')
    expect(await page.getAttribute(':focus', 'id')).toBe('year')
    await page.keyboard.press('Tab')
    const definition = page.locator('#definition-digital_interactions')
    expect(await textOf(page, ':focus')).toBe('Digital interactions')
    expect(await page.getAttribute(':focus', 'aria-expanded')).toBe('true')
    expect(await definition.innerText()).toContain('All logins, telehealth visits, secure messages')
    await page.keyboard.press('Escape')
    expect(await definition.isVisible()).toBe(false)
    await page.keyboard.press('Enter')
    expect(await definition.isVisible()).toBe(true)
    await page.keyboard.press('Tab')
    expect(await definition.isVisible()).toBe(false)
    await page.focus('#kind')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => textOf(page, '#summary')).toMatch(/^Logins from .*: 4\.$/)
  })

  test('tells a definition to whoever points at its figure', async () => {
    await using opened = await openPage(browser, dashboard.url)
    const { page } = opened
    await untilDrawn(page)
    await page.hover('#headlines li:nth-child(2) .value')
    expect(await textOf(page, '#definition-mobile_login_share')).toContain("divided by all of the year's logins")
    await page.hover('h1')
    expect(await page.isVisible('#definition-mobile_login_share')).toBe(false)
  })

  test('tells the figures of the day that is pointed at, up to the edge of its bar', async () => {
    await using opened = await openPage(browser, `${dashboard.url}/?from=2016-12-29&to=2016-12-30`)
    const { page, errors } = opened
    await untilDrawn(page)
    await pointAtLastDay(page)
    await expect.poll(() => page.locator('#daily-chart .tip').innerText()).toMatch(/Day: 2016-12-30\nLogins: 1\n/)
    const { x, y, width } = (await page.locator('#daily-chart').boundingBox())!
    await page.mouse.move(x + width * 0.48, y + 160)
    await expect.poll(() => page.locator('#daily-chart .tip').innerText()).toContain('Day: 2016-12-29\nLogins: 1\n')
    expect(errors).toEqual([])
  })

  test.each([
    ['in light', {}],
    ['in the dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true }],
  ] as const)('has no barriers that axe finds, %s, and nothing that sticks out', async (_, options) => {
    await using opened = await openPage(browser, dashboard.url, options)
    const { page, errors } = opened
    await untilDrawn(page)
    await page.locator('details summary').click()
    expect(await findBarriers(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
    expect(errors).toEqual([])
  })

  test('is dark for whom dark is set, the charts too', async () => {
    const looks = new Set<string>()
    for (const colorScheme of ['light', 'dark'] as const) {
      await using opened = await openPage(browser, dashboard.url, { colorScheme })
      const { page } = opened
      await untilDrawn(page)
      const axisLabel = page.locator('#daily-chart svg .role-axis-label text').first()
      const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
      looks.add(background)
      looks.add((await axisLabel.getAttribute('fill')) ?? '')
    }
    expect(looks.size).toBe(4)
  })

  test('keeps up with what is counted without a reload, and asks nothing while nobody looks', async () => {
    await using database = await createTestDatabase({ timeZone })
    await markRead(database.client)
    await using dashboard = await openTestDashboard(database, { clock })
    await using opened = await openPage(browser, 'about:blank')
    const { page, errors } = opened
    await page.clock.install()
    await page.goto(dashboard.url)
    await page.waitForSelector('#empty:not([hidden])')
    expect(await textOf(page, '#empty')).toMatch(/npm run up[^]*npm run consumer[^]*npm run producers[^]*npm run demo/)
    expect(await findBarriers(page)).toEqual([])

    const asks = () => dashboard.readRecord().then(({ length }) => length)
    const setHidden = (isHidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      `)
    await setHidden(true)
    const before = await asks()
    await page.clock.fastForward(600_000)
    expect(await asks()).toBe(before)

    await insertInteractions(database.client, [sampleInteraction({ time_ms: noon('2016-02-29') })])
    await setHidden(false)
    await page.waitForSelector('#figures:not([hidden])')
    await expect.poll(() => textOf(page, '#headlines li:first-child .total')).toBe('1 in all of 2016')
    await insertInteractions(database.client, [sampleInteraction({ time_ms: noon('2016-02-29') })], { first: 1 })
    await expect
      .poll(async () => {
        await page.clock.fastForward(5_000)
        return textOf(page, '#headlines li:first-child .total')
      })
      .toBe('2 in all of 2016')
    expect(errors).toEqual([])
  })

  test('says when the figures cannot be read, keeps those that it has, and recovers', async () => {
    await using opened = await openPage(browser, dashboard.url)
    const { page } = opened
    await untilDrawn(page)
    await page.route('**/api/**', (route) => route.abort())
    await expect.poll(() => textOf(page, '#trouble'), { timeout: 10_000 }).toContain('The figures cannot be read now.')
    expect(await textOf(page, '#headlines li:first-child')).toContain('1.5')
    await page.unroute('**/api/**')
    await expect.poll(() => page.isVisible('#trouble'), { timeout: 10_000 }).toBe(false)
  })

  test('shows hostile texts of event fields as texts', async () => {
    const hostile = ['<img src=x onerror="document.title=1">', '"],"a":{"', "datum['kind'] + 1", 'a.b[0]', '=1+1']
    await using database = await createTestDatabase({ timeZone })
    await using dashboard = await openTestDashboard(database, { clock })
    await database.client.insert({
      table: 'daily_counts',
      values: hostile.map((kind) => ({ day: '2016-01-01', kind, channel: 'web', region: 'CA', events: 1 })),
      format: 'JSONEachRow',
    })
    await database.client.insert({
      table: 'dead_letters',
      values: hostile.map((reason, kafka_offset) => ({
        kafka_partition: 0,
        kafka_offset,
        reason,
        appended_at: '2016-01-01 00:00:00.000',
      })),
      format: 'JSONEachRow',
    })
    await using opened = await openPage(browser, `${dashboard.url}/?from=2015-12-31&to=2016-01-01&kind=<b>&other=<i>`)
    const { page, errors } = opened
    await untilDrawn(page)
    await pointAtLastDay(page)
    const tip = page.locator('#daily-chart .tip')
    await expect.poll(() => tip.innerText()).toContain(`Other: ${hostile.length}`)
    await page.locator('details summary').click()
    for (const text of hostile) {
      expect(await textOf(page, '#months')).toContain(text)
      expect(await textOf(page, '#letters')).toContain(text)
    }
    expect(await page.locator('img, i, b').count()).toBe(0)
    expect(await page.title()).toBe('caretally')
    expect(errors).toEqual([])
  })

  test('lets in whoever has the token', async () => {
    const token = 'a-token-of-at-least-thirty-two-characters'
    await using dashboard = await openTestDashboard(database, { clock, token })
    await using opened = await openPage(browser, dashboard.url)
    const { page, errors } = opened
    expect(await findBarriers(page)).toEqual([])
    await page.fill('#token', 'wrong')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#wrong', { state: 'visible' })
    await page.fill('#token', token)
    await page.keyboard.press('Enter')
    await untilDrawn(page)
    expect(errors).toEqual([])
  })
})
