import { existsSync } from 'node:fs'

import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { z } from 'zod'

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The system's browser: CHROMIUM_PATH, or where it usually is. */
export const CHROMIUM = process.env['CHROMIUM_PATH'] || USUAL_PLACES.find((place) => existsSync(place))

export const NO_CHROMIUM = 'there is no Chromium: install it, or set CHROMIUM_PATH to one'

export async function launchBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error(NO_CHROMIUM)
  const isRoot = process.getuid?.() === 0 // whom Chromium refuses to keep in a sandbox
  return await chromium.launch({ executablePath: CHROMIUM, args: isRoot ? ['--no-sandbox'] : [] })
}

export interface OpenPage extends AsyncDisposable {
  page: Page
  /** Errors of scripts and of the console, broken rules of the page's policy among them. */
  errors: string[]
}

/** A page in a context of its own, with what goes wrong on it. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(url)
  return { page, errors, [Symbol.asyncDispose]: () => context.close() }
}

const violations = z.array(
  z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ target: z.array(z.string()) })) }),
)

/** What axe finds wrong with the page as it is now, a line each. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = violations.parse(await page.evaluate('axe.run().then(({ violations }) => violations)'))
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}
