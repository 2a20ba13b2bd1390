import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'

import { launchBrowser, openPage } from '@caretally/dashboard/testing'
import { CaretallyError, createProgram, runProgram } from '@caretally/runtime'

import { screenshotsEnvironment } from './environments.ts'
import { rootPath } from './root.ts'

const PICTURES = rootPath('docs/images')
const WIDE = { width: 1280, height: 1200 }
const PHONE = { width: 390, height: 844 }

createProgram('screenshots', screenshotsEnvironment)
  .description(
    "Makes the README's pictures of the dashboard and of the html report, from the demo's figures, into docs/images. " +
      'Needs a Chromium.',
  )
  .parse()

await runProgram(async (signal) => {
  await using browser = await launchBrowser()
  const demo = spawn(process.execPath, [rootPath('scripts/dist/demo.js'), '--keep'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
    killSignal: 'SIGINT',
  })
  const ended = once(demo, 'exit')
  try {
    const dashboard = await readAddress(demo.stdout)
    const report = pathToFileURL(rootPath('.caretally/demo.html')).href
    await mkdir(PICTURES, { recursive: true })
    const take = async (name: string, url: string, options: Parameters<typeof openPage>[2]) => {
      await using opened = await openPage(browser, url, options)
      await opened.page.waitForSelector('svg')
      await opened.page.waitForLoadState('networkidle')
      await opened.page.screenshot({ path: path.join(PICTURES, `${name}.png`) })
    }
    await take('dashboard', dashboard, { viewport: WIDE })
    await take('dashboard-dark-phone', dashboard, { viewport: PHONE, isMobile: true, colorScheme: 'dark' })
    await take('report', report, { viewport: WIDE })
  } finally {
    demo.kill('SIGINT')
    await ended
  }
  process.stdout.write(`the pictures are in ${path.relative(process.cwd(), PICTURES)}\n`)
  return 0
})

/** The dashboard's address, as the demo says it. */
async function readAddress(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) {
    const [, address] = /^the dashboard is at (http\S+) /.exec(line) ?? []
    if (address !== undefined) return address
  }
  throw new CaretallyError('demo_ended', 'the demo ended before it had shown its dashboard')
}
