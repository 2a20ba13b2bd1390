import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, expect, test } from 'vitest'

const LAUNCHER = path.join(import.meta.dirname, 'caretally.mjs')
/** Several programs are started in a test, on a machine that may be busy. */
const START_MS_MAX = 30_000

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-launcher-'))
})
afterEach(() => rm(directory, { recursive: true }))

async function launch(args: string[], env: Record<string, string> = {}) {
  const run = promisify(execFile)(process.execPath, [LAUNCHER, ...args], { env })
  return await run.then(
    ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      status: error.code,
      output: error.stdout + error.stderr,
    }),
  )
}

test('the image says what it can run, and refuses anything else', { timeout: START_MS_MAX }, async () => {
  const help = await launch([])
  expect(help).toMatchObject({ status: 0, output: expect.stringContaining('consumer, dashboard') as string })
  expect(await launch(['bench'])).toMatchObject({ status: 1, output: expect.stringContaining("'bench'") as string })
})

test('a command gets the arguments that follow it', { timeout: START_MS_MAX }, async () => {
  const { status, output } = await launch(['producers', 'replay', '--help'])
  expect(output).toContain('--scale')
  expect(status).toBe(0)
})

test('a command that is to run once is run until it succeeds, and not again', { timeout: START_MS_MAX }, async () => {
  const env = { RUN_ONCE_FILE: path.join(directory, 'done') }
  expect((await launch(['producers', 'replay', '--scale', 'none'], env)).status).toBe(1)
  expect((await launch(['producers', '--help'], env)).output).toContain('replay')
  expect(await readFile(env.RUN_ONCE_FILE, 'utf8')).toMatch(/^\d{4}-/)
  expect(await launch(['producers', '--help'], env)).toMatchObject({
    status: 0,
    output: expect.stringMatching(/^caretally: producers is done since \S+\n$/) as string,
  })
})
