import { KINDS } from '@caretally/events'
import { expect, test, vi } from 'vitest'

import { createCommandLine, type LiveArguments, type ReplayArguments } from './command-line.ts'

async function parse(...args: string[]) {
  const given: { replay?: ReplayArguments; live?: LiveArguments; errors: string } = { errors: '' }
  const commandLine = createCommandLine({
    replay: async (options) => void (given.replay = options),
    live: async (options) => void (given.live = options),
  })
  const output = { writeOut: vi.fn(), writeErr: (text: string) => void (given.errors += text) }
  for (const command of [commandLine, ...commandLine.commands]) command.configureOutput(output)
  await commandLine.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof Error) || !('exitCode' in error) || error.exitCode === 0) throw error
  })
  return given
}

test('replay has sensible defaults', async () => {
  const { replay } = await parse('replay')
  expect(replay).toEqual({ from: '2015-01-01', to: '2016-12-31', scale: 1_000, seed: 1, kinds: [...KINDS], workers: 1 })
})

test('live takes a rate, a duration and a choice of kinds', async () => {
  const { live } = await parse('live', '--rate', '2.5', '--seconds', '10', '--kinds', 'refill, login')
  expect(live).toEqual({ rate: 2.5, seconds: 10, scale: 1_000, kinds: ['login', 'refill'] })
})

test.each([
  [['replay', '--sclae', '10'], "unknown option '--sclae'"],
  [['repaly'], "unknown command 'repaly'"],
  [['replay', '--scale', '0'], 'from 1 to 100000'],
  [['replay', '--workers', '65'], 'from 1 to 64'],
  [['replay', '--from', '2016-02-30'], 'must be a date'],
  [['replay', '--kinds', 'login,fax'], 'The kinds are login'],
  [['live', '--rate', '-1'], 'greater than 0'],
  [['replay', 'extra'], 'too many arguments'],
])('%j is refused with a line that says why', async (args, reason) => {
  const given = await parse(...args)
  expect(given.errors).toContain(reason)
  expect(given.replay ?? given.live).toBeUndefined()
})
