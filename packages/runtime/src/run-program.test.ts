import { execFile } from 'node:child_process'
import process from 'node:process'

import { expect, test } from 'vitest'

const RUN_PROGRAM = new URL('../dist/run-program.js', import.meta.url).href

/** Runs a program whose `main` is this text. */
function run(main: string): Promise<{ status: unknown; stderr: string }> {
  const program = `import { runProgram } from '${RUN_PROGRAM}'\nawait runProgram(async () => { ${main} })`
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', program], (error, _, stderr) =>
      resolve({ status: error === null ? 0 : error.code, stderr }),
    )
  })
}

test('the status is what main resolves to', async () => {
  expect(await run('')).toEqual({ status: 0, stderr: '' })
  expect(await run('return 3')).toEqual({ status: 3, stderr: '' })
})

test.each([
  ['main rejects with', `throw new TypeError('of a row')`],
  ['nobody has caught', `setTimeout(() => { throw new TypeError('of a row') }); await new Promise(() => {})`],
  [
    'nobody has awaited',
    `void Promise.reject(new TypeError('of a row')); await new Promise((resolve) => setTimeout(resolve, 60_000))`,
  ],
])('an error that %s is one line without its message, which is not ours, and status 1', async (_, main) => {
  const { status, stderr } = await run(main)
  expect(status).toBe(1)
  expect(stderr).toMatch(/^caretally: unexpected failure: \{"name":"TypeError","stack":\[[^\n]*\]\}\n$/)
  expect(stderr).not.toContain('of a row')
})
