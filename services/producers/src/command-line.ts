import { type Kind, KINDS } from '@caretally/events'
import { environmentHelp, wholeNumberIn } from '@caretally/runtime'
import { Command, InvalidArgumentError, Option } from 'commander'

import { producersEnvironment } from './options.ts'
import { WORKERS_MAX } from './replay-workers.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'

export interface ReplayArguments {
  from: string
  to: string
  scale: number
  seed: number
  kinds: Kind[]
  workers: number
  tally?: string
}

export interface LiveArguments {
  rate: number
  seconds?: number
  scale: number
  seed?: number
  kinds: Kind[]
  tally?: string
}

interface Commands {
  replay: (args: ReplayArguments) => Promise<void>
  live: (args: LiveArguments) => Promise<void>
}

const SCALE_MAX = 100_000
const SEED_MAX = 2 ** 32 - 1
const RATE_MAX = 100_000

/** The commands and their options; `commands` are called with what was given. Throws a CommanderError instead of exiting. */
export function createCommandLine(commands: Commands): Command {
  const years = [...kaiserScenario.years.keys()]
  const program = new Command('producers')
    .description(
      'Five portal programs that publish patients’ interactions to Kafka, after the figures of Kaiser Permanente.',
    )
    .exitOverride()
    .showHelpAfterError('(--help shows the options)')
    .addHelpText('afterAll', environmentHelp(producersEnvironment))

  program
    .command('replay')
    .description('publish the events of past days as fast as Kafka takes them; the same options give the same events')
    .option('--from <date>', 'the first day', parseDate, `${Math.min(...years)}-01-01`)
    .option('--to <date>', 'the last day', parseDate, `${Math.max(...years)}-12-31`)
    .option('--scale <n>', 'divide the annual totals and the members by this', parseScale, 1_000)
    .option('--seed <n>', 'which of the equally likely years', parseSeed, 1)
    .addOption(kindsOption())
    .option('--workers <n>', 'publish with so many threads, each of which fills a core', parseWorkers, 1)
    .option('--tally <file>', 'write what was acknowledged to this file, as JSON')
    .action(commands.replay)

  program
    .command('live')
    .description('publish events of now until stopped')
    .option('--rate <n>', 'events a second', parseRate, 50)
    .option('--seconds <n>', 'stop after this long', parseSeconds)
    .option('--scale <n>', 'divide the members by this', parseScale, 1_000)
    .option('--seed <n>', 'random by default; never the same for two programs at a time', parseSeed)
    .addOption(kindsOption())
    .option('--tally <file>', 'write what was acknowledged to this file, as JSON')
    .action(commands.live)

  return program
}

function kindsOption(): Option {
  return new Option('--kinds <list>', `only these, separated by commas: ${KINDS.join(', ')}`)
    .argParser(parseKinds)
    .default([...KINDS], 'all')
}

function parseDate(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text)
  if (!isDate) throw new InvalidArgumentError('It must be a date such as 2016-02-29.')
  return text
}

const parseWorkers = wholeNumberIn(1, WORKERS_MAX)
const parseScale = wholeNumberIn(1, SCALE_MAX)
const parseSeed = wholeNumberIn(0, SEED_MAX)
const parseRate = (text: string) => parseNumber(text, RATE_MAX)
const parseSeconds = (text: string) => parseNumber(text, Number.MAX_SAFE_INTEGER)

function parseNumber(text: string, max: number): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > max) {
    throw new InvalidArgumentError(`It must be a number greater than 0, at most ${max}.`)
  }
  return value
}

function parseKinds(text: string): Kind[] {
  const names = text.split(',').map((name) => name.trim())
  const kinds = KINDS.filter((kind) => names.includes(kind))
  if (kinds.length !== new Set(names).size) throw new InvalidArgumentError(`The kinds are ${KINDS.join(', ')}.`)
  return kinds
}
