import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import process from 'node:process'

import { describeVariables } from '@caretally/runtime'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { CONFIGURED_PROGRAMS } from './configuration/programs.ts'
import { rootPath } from './root.ts'

/** What `npm run` hands over to tools that are not ours. */
const TOOLS = new Set(['check', 'format', 'test'])
const START_MS_MAX = 30_000

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(rootPath('package.json'), 'utf8')))
const commands = Object.keys(scripts).filter((command) => !TOOLS.has(command))

/** Command → the compiled module, as the one entry of all commands has it. */
const [, block = ''] =
  /^const programs = \{\n(.*?)^\}/ms.exec(readFileSync(rootPath('scripts/start.mjs'), 'utf8')) ?? []
const programs = new Map([...block.matchAll(/^ {2}'?([\w:-]+)'?: '(.+)',$/gm)].map(([, name, file]) => [name, file]))

interface Said {
  status: number | string | null | undefined
  stdout: string
  stderr: string
}

/** Runs a command on a machine where nothing runs and nothing is set. */
async function run(command: string, ...args: string[]): Promise<Said> {
  const program = programs.get(command)
  if (program === undefined) throw new Error(`scripts/start.mjs knows no ${command}`)
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [rootPath(program), ...args],
      { env: {}, timeout: START_MS_MAX },
      (error, stdout, stderr) => resolve({ status: error === null ? 0 : error.code, stdout, stderr }),
    )
  })
}

describe.concurrent.each(commands)('%s', { timeout: START_MS_MAX }, (command) => {
  test('--help tells what it does, its options and its environment, and so does that of each of its own commands', async () => {
    const { status, stdout, stderr } = await run(command, '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: ${command} \\[options\\].*\n\n[A-Z].+[.\n]`))
    expect(stdout).toContain('-h, --help')
    const configured = CONFIGURED_PROGRAMS.find((program) => program.command === command)
    const variables = configured ? describeVariables(configured.environment).map(({ name }) => name) : []
    for (const name of variables) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    for (const name of commandsIn(stdout)) {
      const said = await run(command, name, '--help')
      expect({ status: said.status, stderr: said.stderr }).toEqual({ status: 0, stderr: '' })
      expect(said.stdout).toMatch(new RegExp(`^Usage: ${command} ${name} `))
      for (const variable of variables) expect(said.stdout).toContain(variable)
    }
  })

  test('whoever reads its help may stop before the end', async () => {
    const program = rootPath(programs.get(command) ?? '')
    const child = spawn(process.execPath, [program, '--help'], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)))
    const [status] = await once(child, 'close')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('an option that it does not have is refused, with a hint, before anything else is looked at', async () => {
    const { status, stdout, stderr } = await run(command, '--no-such-option')
    expect(stderr).toMatch(/unknown option '--no-such-option'.*--help shows the options/s)
    expect({ status, stdout }).toEqual({ status: command === 'reconcile' ? 2 : 1, stdout: '' })
  })
})

test.concurrent.each([...TOOLS])('%s --help tells what it does, and does not do it', async (tool) => {
  const args = [rootPath('scripts/start.mjs'), tool, '--help']
  const said = await new Promise((resolve) => {
    execFile(process.execPath, args, { env: {} }, (error, stdout, stderr) => resolve({ error, stdout, stderr }))
  })
  const help = expect.stringMatching(new RegExp(`^Usage: ${tool} \\[arguments\\]\n\n[a-z].+\n$`))
  expect(said).toEqual({ error: null, stdout: help, stderr: '' })
})

/** The commands that a help lists. */
function commandsIn(help: string): string[] {
  const [, list = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(help) ?? []
  return [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name).filter((name) => name !== 'help')
}
