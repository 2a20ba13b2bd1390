import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { writeReport } from './output.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'caretally-report-'))
})
afterAll(() => rm(folder, { recursive: true }))

const render = (format: string, { colours }: { colours: boolean }) => `${format}${colours ? ' in colour' : ''}\n`

test('figures go to standard output and the remark to standard error', async () => {
  const terminal = openTerminal()
  await writeReport({ render, remarks: ['incomplete'] }, { format: 'csv' }, terminal)
  expect(terminal.read()).toEqual({ stdout: 'csv\n', stderr: 'incomplete\n' })
})

test.each([
  [{ isTTY: true, env: {} }, 'table in colour\n'],
  [{ isTTY: true, env: { NO_COLOR: '1' } }, 'table\n'],
  [{ isTTY: false, env: {} }, 'table\n'],
])('with %j standard output gets %j', async (kind, stdout) => {
  const terminal = openTerminal(kind)
  await writeReport({ render }, { format: 'table' }, terminal)
  expect(terminal.read()).toEqual({ stdout, stderr: '' })
})

test('a file gets the figures without colours, and the terminal says so', async () => {
  const output = path.join(folder, 'figures.txt')
  const terminal = openTerminal({ isTTY: true })
  await writeReport({ render }, { format: 'table', output }, terminal)
  expect(await readFile(output, 'utf8')).toBe('table\n')
  expect(terminal.read()).toEqual({ stdout: '', stderr: `Written to ${output}\n` })
})

test('figures that take a while to render are waited for', async () => {
  const terminal = openTerminal()
  await writeReport({ render: async (format) => `${format} at last\n` }, { format: 'html' }, terminal)
  expect(terminal.read().stdout).toBe('html at last\n')
})

test('a file that cannot be written is a clear error', async () => {
  const output = path.join(folder, 'missing', 'figures.txt')
  await expect(writeReport({ render }, { format: 'json', output }, openTerminal())).rejects.toMatchObject({
    code: 'output_failed',
    message: `cannot write to ${output}`,
  })
})

test('without figures a person reads the remark, and a program an empty list', async () => {
  const [person, program] = [openTerminal(), openTerminal()]
  const nothing = { render: () => '[]\n', remarks: ['no events'], isEmpty: true }
  await writeReport(nothing, { format: 'table' }, person)
  await writeReport(nothing, { format: 'json' }, program)
  expect(person.read()).toEqual({ stdout: 'no events\n', stderr: '' })
  expect(program.read()).toEqual({ stdout: '[]\n', stderr: 'no events\n' })
})

function openTerminal({ isTTY = false, env = {} }: { isTTY?: boolean; env?: Record<string, string> } = {}) {
  const written = { stdout: '', stderr: '' }
  return {
    env,
    stdout: { isTTY, write: (text: string) => (written.stdout += text) },
    stderr: { isTTY, write: (text: string) => (written.stderr += text) },
    read: () => written,
  }
}
