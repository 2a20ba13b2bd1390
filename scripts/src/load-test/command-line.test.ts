import { expect, test } from 'vitest'

import { type LoadTestArguments, runCommandLine } from './command-line.ts'

async function read(line: string) {
  const asked: LoadTestArguments[] = []
  let written = ''
  const output = { write: (content: string | Uint8Array) => (written += String(content)) }
  const run = async (args: LoadTestArguments) => {
    asked.push(args)
    return 7
  }
  const args = line === '' ? [] : line.split(' ')
  const status = await runCommandLine(args, { stdout: output, stderr: output, run })
  return { asked: asked[0], status, written }
}

test('without options it is a million clean events, as fast as it goes', async () => {
  const { asked, status } = await read('')
  expect(asked).toEqual({
    pace: { records: 1_000_000 },
    duplicates_percent: 0,
    malformed_percent: 0,
    late_percent: 0,
    isPrefilled: false,
    seed: 1,
    format: 'table',
  })
  expect(status).toBe(7)
})

test('a rate for some time is so many records', async () => {
  const { asked } = await read('--rate 5000 --seconds 60 --duplicates 10 --malformed 0.25 --late 5 --workers 2')
  expect(asked).toMatchObject({
    pace: { records: 300_000, rate_per_second: 5_000 },
    duplicates_percent: 10,
    malformed_percent: 0.25,
    late_percent: 5,
    workers: 2,
  })
})

test.each([
  ['--events 10 --rate 1 --seconds 1', /--events goes without/],
  ['--rate 5', /--seconds/],
  ['--seconds 5', /--rate only/],
  ['--rate 5 --seconds 5 --prefill', /--prefill goes with --events/],
  ['--duplicates 50 --late 41', /more than 90 % together/],
])('%s do not go together', async (line, message) => {
  await expect(read(line)).rejects.toThrow(message)
})

test.each([
  '--events 0',
  '--events 1.5',
  '--rate x',
  '--duplicates 51',
  '--duplicates -1',
  '--malformed 41',
  '--late 1.234',
  '--format xml',
  '--speed 3',
  'more',
])('%s is refused in one line, and nothing is done', async (line) => {
  const { asked, status, written } = await read(line)
  expect(asked).toBeUndefined()
  expect(status).toBe(1)
  expect(written).toMatch(/^caretally: [^\n]+\n$/)
})

test('help says what there is, and does nothing', async () => {
  const { asked, status, written } = await read('--help')
  expect(asked).toBeUndefined()
  expect(status).toBe(0)
  expect(written).toContain('--duplicates <percent>')
})
