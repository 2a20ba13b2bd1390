import { CaretallyError, createCommand, type OutputStream, runCommand, wholeNumberIn } from '@caretally/runtime'
import { InvalidArgumentError, Option } from 'commander'

/** So many records as fast as it goes, or at a rate for some time. */
export type Pace = { records: number; rate_per_second?: undefined } | { records: number; rate_per_second: number }

export interface LoadTestArguments {
  pace: Pace
  duplicates_percent: number
  malformed_percent: number
  late_percent: number
  /** Publish everything before the consumer starts. */
  isPrefilled: boolean
  seed: number
  /** Of the consumer; as many as it chooses when left out. */
  workers?: number
  format: 'table' | 'json'
}

interface World {
  stdout: OutputStream
  stderr: OutputStream
  /** Does what was asked for; resolves to the exit status. */
  run: (args: LoadTestArguments) => Promise<number>
}

interface Options {
  events?: number
  rate?: number
  seconds?: number
  duplicates: number
  malformed: number
  late: number
  prefill?: boolean
  workers?: number
  seed: number
  format: 'table' | 'json'
}

const EVENTS_DEFAULT = 1_000_000
const EVENTS_MAX = 1_000_000_000
const RATE_MAX = 100_000
const SECONDS_MAX = 86_400
const PERCENT_MAX = 50
/** The consumer stops when over half of 10,000 records are malformed, so there must be no chance of that. */
const MALFORMED_PERCENT_MAX = 40
/** Something has to be left that can be repeated. */
const TOGETHER_PERCENT_MAX = 90
const WORKERS_MAX = 64

const HELP = `
Records are events of the kaiser scenario. Of a hundred, --duplicates repeat an earlier one, near or far back, --malformed
are no events in one of eight ways, and --late happened days to a year ago.

Exit status: 0 when every count is exact, 1 when one is not, or when the test could not be made.

Freshness is the time from an event's acknowledgement by Kafka until it is counted in the view daily. CPU and memory are
those of whole process trees, read from /proc. The result is also in .caretally/load-test.json.`

/** Reads the arguments, and runs what they ask for. */
export async function runCommandLine(args: readonly string[], { stdout, stderr, run }: World): Promise<number> {
  let status = 0
  const command = createCommand('load-test', { stdout, stderr })
    .description(
      'Sends events through a Kafka, a consumer and a ClickHouse of its own, and holds every count against the truth.',
    )
    .option('--events <n>', 'so many records as fast as it goes (default: 1,000,000)', wholeNumberIn(1, EVENTS_MAX))
    .option('--rate <n>', 'so many records a second, for --seconds', wholeNumberIn(1, RATE_MAX))
    .option('--seconds <n>', 'how long, at --rate', wholeNumberIn(1, SECONDS_MAX))
    .option('--duplicates <percent>', 'how many repeat an earlier event', percent(PERCENT_MAX), 0)
    .option('--malformed <percent>', 'how many are no events', percent(MALFORMED_PERCENT_MAX), 0)
    .option('--late <percent>', 'how many happened long ago', percent(PERCENT_MAX), 0)
    .option('--prefill', 'publish all before the consumer starts: measures the consumer alone')
    .option('--workers <n>', 'of the consumer (default: its own, one a core)', wholeNumberIn(1, WORKERS_MAX))
    .option('--seed <n>', 'which of the equally likely streams', wholeNumberIn(0, 2 ** 32 - 1), 1)
    .addOption(new Option('--format <format>', 'how to tell the result').choices(['table', 'json']).default('table'))
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      status = await run(toArguments(options))
    })
  const usage = await runCommand(command, args)
  return usage === 0 ? status : usage
}

/** @throws {CaretallyError} `arguments_invalid` when options do not go together */
function toArguments(options: Options): LoadTestArguments {
  const { duplicates, malformed, late, prefill: isPrefilled = false, workers, seed, format } = options
  if (duplicates + malformed + late > TOGETHER_PERCENT_MAX) {
    throw invalid(`--duplicates, --malformed and --late are more than ${TOGETHER_PERCENT_MAX} % together`)
  }
  return {
    pace: paceOf(options, isPrefilled),
    duplicates_percent: duplicates,
    malformed_percent: malformed,
    late_percent: late,
    isPrefilled,
    seed,
    format,
    ...(workers !== undefined && { workers }),
  }
}

function paceOf({ events, rate, seconds }: Options, isPrefilled: boolean): Pace {
  if (rate === undefined && seconds === undefined) return { records: events ?? EVENTS_DEFAULT }
  if (events !== undefined) throw invalid('--events goes without --rate and --seconds')
  if (rate === undefined) throw invalid('--seconds goes with --rate only')
  if (seconds === undefined) throw invalid('--rate goes with --seconds only')
  if (isPrefilled) throw invalid('--prefill goes with --events only')
  return { records: rate * seconds, rate_per_second: rate }
}

function invalid(message: string): CaretallyError {
  return new CaretallyError('arguments_invalid', message, { hint: '--help shows the options' })
}

function percent(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+(\.\d{1,2})?$/.test(text) && value <= max) return value
    throw new InvalidArgumentError(`It must be a percentage from 0 to ${max}, with at most two decimals.`)
  }
}
