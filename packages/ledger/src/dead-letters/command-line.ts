import { connectDatabase, runQuery } from '@caretally/clickhouse'
import { type Contract, type KnownEvent, REASONS } from '@caretally/events'
import { CaretallyError, createCommand, environmentHelp, readConfig, runCommand } from '@caretally/runtime'
import { type Command, Option } from 'commander'

import type { World } from '../world.ts'
import {
  assertReasons,
  type Format,
  FORMATS,
  parseFormat,
  parseLimit,
  parseStatus,
  splitReasons,
  STATUS_CHOICES,
  type StatusChoice,
} from './arguments.ts'
import { CLIENT_ID, connectTopic, deadLettersEnvironment } from './connect.ts'
import { discard } from './discard.ts'
import { type LetterId, parseLetterId } from './letter-id.ts'
import { attempt, type LetterStore } from './letter-store.ts'
import { listLetters } from './list.ts'
import { isPrintable } from './printable.ts'
import { createProgressLine } from './progress-line.ts'
import { storedReasons } from './queries/letter-counts.ts'
import { formatWhole, renderCounts, renderDescription, renderDiscard, renderReplay } from './render.ts'
import { emptySummary, replay } from './replay.ts'
import { describeLetter, readLetterValue } from './show.ts'

interface ListArguments {
  status: StatusChoice
  format: Format
}

interface ShowArguments {
  raw?: boolean
  format: Format
}

interface ReplayArguments {
  reason?: string[]
  limit?: number
  dryRun?: boolean
  format: Format
}

interface DiscardArguments {
  reason: string[]
  dryRun?: boolean
  format: Format
}

const HELP = `
Examples:
  npm run dead-letters -- list --status open
  npm run dead-letters -- replay --reason unknown_type --dry-run
  npm run dead-letters -- discard --reason tombstone

What a dead letter holds is health data. No command shows it but 'show ID --raw'.
`

export interface DeadLettersWorld extends World {
  /** By which letters are judged: a test's own, or today's. */
  contract?: Contract<KnownEvent>
}

/**
 * The command line `list|show|replay|discard`. Answers go to `stdout`, progress and remarks to `stderr`.
 *
 * @returns the exit status: 0, or 1 when the command line is wrong, which a line on `stderr` then says
 * @throws {CaretallyError} for what is wrong with an option's value, the configuration, the database or the topic
 */
export async function runDeadLetters(args: readonly string[], world: DeadLettersWorld): Promise<number> {
  const program = createProgram(world)
  if (args.length === 0) {
    program.outputHelp()
    return 0
  }
  return await runCommand(program, args)
}

function createProgram(world: DeadLettersWorld): Command {
  const program = createCommand('dead-letters', world)
    .description('The records that could not be counted: look at them, publish them again, or put them away.')
    .addHelpText('after', HELP)
    .addHelpText('afterAll', environmentHelp(deadLettersEnvironment))
  program
    .command('list')
    .description('count them by reason, day of arrival in the reporting time zone, and source')
    .addOption(
      new Option('--status <status>', `one of ${STATUS_CHOICES.join(', ')}`).argParser(parseStatus).default('all'),
    )
    .addOption(formatOption())
    .action((options: ListArguments) => runList(options, world))
  program
    .command('show')
    .description('tell all about one of them but what it holds')
    .argument('<id>', 'partition:offset, such as 3:1042', parseLetterId)
    .option('--raw', 'instead write its value to standard output: health data, byte for byte, or in hex if unprintable')
    .addOption(formatOption())
    .action((id: LetterId, options: ShowArguments) => runShow(id, options, world))
  program
    .command('replay')
    .description('publish those that are events by now once more, as they were, and mark them as replayed')
    .option('--reason <reasons>', 'only those of these reasons, separated by commas', splitReasons)
    .option('--limit <n>', 'mark at most so many as replayed', parseLimit)
    .option('--dry-run', 'publish and mark nothing; say what would be')
    .addOption(formatOption())
    .action((options: ReplayArguments) => runReplay(options, world))
  program
    .command('discard')
    .description('mark open ones as discarded; their records stay where they are')
    .requiredOption('--reason <reasons>', 'those of these reasons, separated by commas', splitReasons)
    .option('--dry-run', 'mark nothing; say how many would be')
    .addOption(formatOption())
    .action((options: DiscardArguments) => runDiscard(options, world))
  return program
}

function formatOption(): Option {
  return new Option('--format <format>', `one of ${FORMATS.join(', ')}`).argParser(parseFormat).default('table')
}

async function runList({ status: choice, format }: ListArguments, world: World): Promise<void> {
  await using database = await connectDatabase(world.env, CLIENT_ID)
  const status = choice === 'all' ? undefined : choice
  const counts = await listLetters({ ...storeIn(database, world), timeZone: database.timeZone, status })
  world.stdout.write(renderCounts(counts, status, format))
}

async function runShow(id: LetterId, { raw = false, format }: ShowArguments, world: World): Promise<void> {
  await using database = await connectDatabase(world.env, CLIENT_ID)
  const store = storeIn(database, world)
  if (raw) writeRaw(await readLetterValue(id, store), world)
  else world.stdout.write(renderDescription(await describeLetter(id, store), format))
}

function writeRaw(value: Buffer | null, { stdout, stderr }: World): void {
  if (value === null) {
    stderr.write('The record has no value.\n')
  } else if (isPrintable(value)) {
    stdout.write(value)
  } else {
    stdout.write(`${value.toString('hex')}\n`)
    stderr.write('The value is not printable; this is its hex.\n')
  }
}

async function runReplay(
  { reason, limit, dryRun = false, format }: ReplayArguments,
  world: DeadLettersWorld,
): Promise<void> {
  const config = dryRun ? undefined : readConfig(deadLettersEnvironment, world.env)
  await using database = await connectDatabase(world.env, CLIENT_ID)
  const store = storeIn(database, world)
  const reasons = await knownReasons(reason, store)
  const writeLine = (line: string) => world.stderr.write(line)
  await using publisher = config && (await connectTopic(config, writeLine, world.signal))
  const summary = emptySummary()
  const line = createProgressLine(world.stderr)
  try {
    await replay({
      ...store,
      publisher,
      reasons,
      summary,
      contract: world.contract,
      onProgress: ({ published }) => line.show(`${formatWhole(published)} dead letters published`),
      ...(limit !== undefined && { letters_max: limit }),
    })
  } catch (error) {
    throw world.signal.aborted ? interrupted(error) : error
  } finally {
    line.clear()
    world.stdout.write(renderReplay(summary, dryRun, format))
  }
}

async function runDiscard({ reason, dryRun = false, format }: DiscardArguments, world: World): Promise<void> {
  await using database = await connectDatabase(world.env, CLIENT_ID)
  const store = storeIn(database, world)
  const reasons = await knownReasons(reason, store)
  world.stdout.write(renderDiscard(await discard({ ...store, reasons, isDryRun: dryRun }), dryRun, format))
}

function storeIn({ client }: Pick<LetterStore, 'client'>, { clock, signal }: World): LetterStore {
  return { client, clock, signal }
}

/** The given reasons, each of them one of today's contract or of a letter. */
async function knownReasons(reasons: readonly string[] | undefined, store: LetterStore): Promise<readonly string[]> {
  if (reasons === undefined) return []
  const stored = await attempt(() => runQuery(store.client, storedReasons, {}, store.signal), store)
  assertReasons(reasons, [...new Set([...Object.keys(REASONS), ...stored.map(({ reason }) => reason)])])
  return reasons
}

function interrupted(cause: unknown): CaretallyError {
  return new CaretallyError('replay_interrupted', 'interrupted before all dead letters were replayed', {
    hint: 'run the same command again; events that are published twice are counted once',
    cause,
  })
}
