import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createTestDatabase, type TestDatabase } from '@caretally/clickhouse/testing'
import { openPublisher } from '@caretally/kafka'
import { createTestTopic, type TestTopic } from '@caretally/kafka/testing'
import { createLogger } from '@caretally/runtime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { blocksOf, readOperationsPage } from './operations-page.ts'
import { clickhouseVariables, kafkaVariables } from './program-environment.ts'
import { readLag } from './read-lag.ts'
import { type Ended, root, startCommand, startProgram } from './run-program.ts'
import { someLetter } from './some-letter.ts'
import { someLogin } from './some-login.ts'
import { CONSUMER } from './programs.ts'

const page = await readOperationsPage()
const MINUTES_MS = 120_000

/** What the page tells an operator to run, in blocks and in sentences, each once and without its comment. */
function commandsOf(text: string): string[] {
  const blocks = blocksOf(text, 'sh').flatMap((block) => block.split('\n'))
  const inSentences = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  const lines = [
    ...blocks,
    ...inSentences.filter((code) => /^(\w+=\S+ )?(npm run|npm test|docker|docker-compose) /.test(code)),
  ]
  const commands = lines
    .map((line) => line.replace(/ *#.*$/, ''))
    .filter((line) => line !== '' && !line.startsWith('export '))
  return [...new Set(commands)]
}

/** Commands that take minutes, or servers of their own, by the file that runs them: itself, or by the words beside. */
const RUN_ELSEWHERE: Readonly<Record<string, readonly [file: string, words?: string]>> = {
  'docker build --file infra/Dockerfile --tag caretally:local .': [
    'scripts/src/compose-check.ts',
    "docker('build', ...registry, '--file', 'infra/Dockerfile', '--tag', IMAGE, '.')",
  ],
  'docker run caretally:local --help': ['scripts/src/compose-check.ts', "docker('run', '--rm', IMAGE, '--help')"],
  'docker-compose up': ['scripts/src/compose-check.ts', "compose.do('up'"],
  'docker-compose down': ['scripts/src/compose-check.ts', "compose.do('down'"],
  'docker-compose up --build': ['scripts/src/compose-check.ts', "compose.do('up', '--detach', '--build')"],
  'docker-compose run --rm tools …': ['scripts/src/compose-check.ts', "['tools', 'dead-letters', 'list']"],
  'docker-compose run --rm report …': ['scripts/src/compose-check.ts', "['report', 'annual', '--years', '2016']"],
  'docker-compose run --rm forget …': ['scripts/src/compose-check.ts', "['forget', '--member', 'nobody', '--dry-run']"],
  'npm run compose-check': ['.ci/run'],
  'npm run demo': ['test/src/demo.e2e.test.ts', 'scripts/dist/demo.js'],
  'npm run test:faults -- --case version': ['.ci/run', 'npm run test:faults'],
  'npm run up': ['.ci/run', 'npm run --silent up'],
  'INFRA=containers npm test -- --project integration': ['.ci/run'],
}

/** Commands that run until they are told to end, by what they say once they are at work. */
const AT_WORK: Readonly<Record<string, string>> = {
  'npm run consumer': 'group_joined',
  'npm run dashboard': 'the dashboard is at',
}

let topic: TestTopic
let database: TestDatabase
let directory = ''
/** A dead letter, as the commands call it. */
let letter = ''

beforeAll(async () => {
  topic = await createTestTopic({ partitions: 2 })
  database = await createTestDatabase()
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-operations-'))
  const logger = createLogger({ name: 'test', level: 'silent' })
  await using publisher = await openPublisher({ kafka: topic.kafka, topic: topic.topic, logger })
  const broken = { key: 'anybody', value: Buffer.from('{') }
  await publisher.publish([...Array.from({ length: 20 }, someLogin), broken])
  const consumer = startProgram(CONSUMER, ['--workers', '1'], envOf())
  await vi.waitUntil(async () => (await readLag(topic, topic.topic)) === 0, { timeout: 30_000, interval: 100 })
  consumer.child.kill('SIGTERM')
  await consumer.ended
  letter = await someLetter(database.client)
}, MINUTES_MS)

afterAll(async () => {
  await rm(directory, { recursive: true })
  await database[Symbol.asyncDispose]()
  await topic[Symbol.asyncDispose]()
})

function envOf(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    ...kafkaVariables(topic),
    ...clickhouseVariables(database.connection),
    MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
    DASHBOARD_PORT: '0',
    ACCESS_RECORD_FILE: path.join(directory, 'access.jsonl'),
    PASSWORD: 'the-password',
  }
}

/** Runs a line in a shell, as the operator does; one that does not end by itself is done once it is at work. */
async function runLine(line: string): Promise<Ended> {
  const { child, output, ended } = startCommand('sh', ['-c', line], { env: envOf(), input: 'ID\n', detached: true })
  const sign = AT_WORK[line]
  if (sign === undefined) return await ended
  const isAtWork = () => `${output.stdout}${output.stderr}`.includes(sign)
  await Promise.race([ended, vi.waitUntil(isAtWork, { timeout: MINUTES_MS, interval: 50 })])
  if (!isAtWork()) return await ended
  process.kill(-child.pid!, 'SIGTERM')
  return { ...(await ended), status: 0 }
}

const COMMANDS = commandsOf(page)

test.each(COMMANDS.filter((line) => !(line in RUN_ELSEWHERE)))('$ %s', { timeout: MINUTES_MS }, async (line) => {
  const { status, stderr } = await runLine(line.replace(' 3:1042', ` ${letter}`))
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
})

test('what is run elsewhere is on the page, and is run there', () => {
  for (const [line, [file, words = line]] of Object.entries(RUN_ELSEWHERE)) {
    expect(COMMANDS).toContain(line)
    expect(readFileSync(`${root}${file}`, 'utf8')).toContain(words)
  }
})
