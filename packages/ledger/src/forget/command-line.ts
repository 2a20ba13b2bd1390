import { type ClickHouseClient, runQuery } from '@caretally/clickhouse'
import { createPseudonymizer, type PseudonymKey } from '@caretally/events'
import { topicRetention_ms } from '@caretally/kafka'
import {
  CaretallyError,
  createCommand,
  type Environment,
  environmentHelp,
  readConfig,
  runCommand,
} from '@caretally/runtime'
import { type Command, Option } from 'commander'

import { createProgressLine } from '../dead-letters/progress-line.ts'
import { connect } from '../reconcile/connect.ts'
import { MEMORY_BYTES_MAX } from '../reconcile/reconcile.ts'
import type { World } from '../world.ts'
import { forgetEnvironment, pseudonymKeys } from './environment.ts'
import { forget, type Forgotten } from './forget.ts'
import { keyVersions } from './queries.ts'

interface ForgetWorld extends World {
  /** Who runs the command, for the record. */
  user: string
  /** Where `--member -` reads the member's id from. */
  stdin: AsyncIterable<string | Buffer>
}

interface Options {
  member?: string
  subject?: string
  dryRun?: boolean
  format: 'table' | 'json'
}

const DAY_MS = 86_400_000

const HELP = `
Erased are the member's raw events, the ids of their repeats, and the bytes of dead letters in which the pseudonym stands. Counts
stay. What is erased has left the tables, and the disk some minutes later.

It may run while events flow in, and be interrupted: the same command again goes on. Kafka keeps the member's records until its
retention ends. Whoever replays them into an empty database, or restores a backup, has to erase the member again.

--member needs MEMBER_PSEUDONYM_KEY, and each key that events of the member may be under. An id on the command line is in the
shell's history and in the list of processes; --member - reads it from standard input instead.
`

/**
 * The command line of `forget`. What was erased goes to `stdout`, progress to `stderr`. The member is named in neither.
 *
 * @returns the exit status: 0, or 1 when the command line is wrong or something of the member is still being written
 * @throws {CaretallyError} for what is wrong with an option's value, the configuration, ClickHouse or Kafka
 */
export async function runForget(args: readonly string[], world: ForgetWorld): Promise<number> {
  let status = 0
  const program = createProgram(world).action(async (options: Options) => {
    status = await run(options, world)
  })
  return (await runCommand(program, args)) || status
}

function createProgram({ stdout, stderr }: World): Command {
  return createCommand('forget', { stdout, stderr })
    .description('Erases a member from what is stored. Counts stay, and reconcile knows the difference.')
    .addOption(
      new Option('--member <id>', 'the member, as the portals know them; - for standard input').conflicts('subject'),
    )
    .addOption(new Option('--subject <pseudonym>', 'the member, as events name them: 32 hex characters'))
    .option('--dry-run', 'erase nothing; say what would be')
    .addOption(new Option('--format <format>', 'how to tell it').choices(['table', 'json']).default('table'))
    .addHelpText('after', HELP)
    .addHelpText('after', environmentHelp(forgetEnvironment))
}

async function run({ dryRun: isDryRun = false, format, ...member }: Options, world: ForgetWorld): Promise<number> {
  const { env, stdout, stderr, clock, signal, user: requestedBy } = world
  const keys = member.subject === undefined ? keysFrom(env) : []
  const subjects = await subjectsOf(member, keys, world)
  await using connections = await connect(env, MEMORY_BYTES_MAX)
  const line = createProgressLine(stderr)
  try {
    const onProgress = (step: string) => line.show(step)
    const forgotten = await forget({ ...connections, subjects, isDryRun, requestedBy, clock, signal, onProgress })
    const kept_ms = await topicRetention_ms(connections.kafkaAdmin, connections.topic)
    const unknownKeys = keys.length === 0 ? [] : await findUnknownKeys(keys, connections.clickhouse)
    line.clear()
    const told = { ...forgotten, unknownKeys }
    stdout.write(format === 'json' ? renderJson(told, isDryRun) : renderTable(told, isDryRun, kept_ms))
    return forgotten.unsettled > 0 ? 1 : 0
  } catch (error) {
    throw signal.aborted ? interrupted(error) : error
  } finally {
    line.clear()
  }
}

/** The keys that events of the member may be under. */
function keysFrom(env: Environment): PseudonymKey[] {
  const keys = pseudonymKeys(readConfig(forgetEnvironment, env))
  if (keys.length > 0) return keys
  throw new CaretallyError('config_invalid', 'MEMBER_PSEUDONYM_KEY is not set', {
    hint: 'set it to the key under which the portals make pseudonyms, or use --subject',
  })
}

/** All pseudonyms of the member. */
async function subjectsOf(
  { member, subject }: Pick<Options, 'member' | 'subject'>,
  keys: readonly PseudonymKey[],
  { stdin }: ForgetWorld,
): Promise<string[]> {
  if (subject !== undefined) {
    if (/^[0-9a-f]{32}$/i.test(subject)) return [subject.toLowerCase()]
    throw new CaretallyError('subject_invalid', 'the pseudonym is not 32 hex characters', {
      hint: 'use --member for the id that the portals know',
    })
  }
  const id = member === '-' ? await readLine(stdin) : member
  if (id === undefined || id === '') {
    throw new CaretallyError('member_missing', 'nobody is named', { hint: 'use --member or --subject' })
  }
  return keys.map((key) => createPseudonymizer(key)(id))
}

/** All that comes, up to a line end if there is one. */
async function readLine(stream: AsyncIterable<string | Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk.toString()
  return text.split(/\r?\n/, 1)[0] ?? ''
}

/** The versions of other keys under which there are events: some of them may be the member's. */
async function findUnknownKeys(keys: readonly PseudonymKey[], clickhouse: ClickHouseClient): Promise<number[]> {
  const known = new Set(keys.map(({ version }) => version))
  const rows = await runQuery(clickhouse, keyVersions, {})
  return rows.map(({ version }) => version).filter((version) => !known.has(version))
}

/** What has become of the member, and the keys that would have been needed besides. */
type Told = Forgotten & { unknownKeys: readonly number[] }

function renderJson(forgotten: Told, isDryRun: boolean): string {
  return `${JSON.stringify({ dryRun: isDryRun, ...forgotten }, null, 2)}\n`
}

function renderTable(forgotten: Told, isDryRun: boolean, kept_ms: number | undefined): string {
  const { events, duplicates, deadLetters, days, partitions, unsettled, unknownKeys } = forgotten
  const count = (value: number, noun: string) => `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`
  const kept = kept_ms === undefined ? 'without an end' : `for up to ${count(Math.ceil(kept_ms / DAY_MS), 'day')}`
  return [
    `${isDryRun ? 'Would be erased' : 'Erased'}: ${count(events, 'event')} of ${count(days, 'day')}, ` +
      `the ids of ${count(duplicates, 'duplicate')}, and the bytes of ${count(deadLetters, 'dead letter')}. The counts stay.`,
    ...(partitions.length > 0
      ? [`They were in ${count(partitions.length, 'partition')}: ${partitions.join(', ')}.`]
      : []),
    `Kafka keeps what portals have sent of the member ${kept}, and nothing can be erased there.`,
    ...(unsettled > 0
      ? [`Still there: ${count(unsettled, 'event')} just being written. Run the same command again when they are.`]
      : []),
    ...(unknownKeys.length > 0
      ? [
          `Not looked at: events under the key of version ${unknownKeys.join(', ')}, which MEMBER_PSEUDONYM_KEYS_OLD does not have.`,
        ]
      : []),
    '',
  ].join('\n')
}

function interrupted(cause: unknown): CaretallyError {
  return new CaretallyError('erasure_interrupted', 'interrupted before everything was erased', {
    hint: 'run the same command again; until then npm run reconcile names what is half erased',
    cause,
  })
}
