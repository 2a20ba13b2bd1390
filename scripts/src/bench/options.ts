import { createProgram, wholeNumberIn } from '@caretally/runtime'
import { InvalidArgumentError, Option } from 'commander'

import { ENGINE_VARIANTS, type EngineVariantName } from './ingest/engine-sql.ts'

export const PARTS = ['ingest', 'produce', 'query'] as const
export type Part = (typeof PARTS)[number]

export interface BenchOptions {
  parts: readonly Part[]
  events: number
  rounds: number
  seed: number
  engine: EngineVariantName
  format: 'table' | 'json'
}

const EVENTS = { min: 10_000, max: 50_000_000, default: 4_000_000 }
const ROUNDS_MAX = 100
const ENGINE_DEFAULT: EngineVariantName = 'message'

/** Reads the command line; ends the process for --help and for what it does not understand. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const program = createProgram('bench')
    .description(
      'Measures caretally on servers of its own: its consumer against ClickHouse’s Kafka table engine, its producers against ' +
        'Kafka’s ProducerPerformance, and the time of its reports. The result goes to .caretally/bench.json too. Exits with 0 ' +
        'when everything was measured. Needs Linux, and a machine that does nothing else.',
    )
    .addOption(
      new Option('--events <n>', 'events of each turn; reports are measured at a quarter, once and four times of it')
        .argParser(wholeNumberIn(EVENTS.min, EVENTS.max))
        .default(EVENTS.default),
    )
    .addOption(new Option('--rounds <n>', 'turns of each contender').argParser(wholeNumberIn(1, ROUNDS_MAX)).default(3))
    .addOption(
      new Option('--seed <n>', 'which of the equally likely years').argParser(wholeNumberIn(0, 2 ** 32 - 1)).default(1),
    )
    .addOption(
      new Option('--engine <variant>', 'how the Kafka table is written; see docs/performance.md')
        .choices(Object.keys(ENGINE_VARIANTS))
        .default(ENGINE_DEFAULT),
    )
    .addOption(new Option('--format <format>', 'how to tell the result').choices(['table', 'json']).default('table'))
  let parts: readonly Part[] = PARTS
  program.argument('[part]', `only one of ${PARTS.join(', ')}`, parsePart).action((part?: Part) => {
    if (part !== undefined) parts = [part]
  })
  program.parse([...argv])
  return { parts, ...program.opts<Omit<BenchOptions, 'parts'>>() }
}

function parsePart(text: string): Part {
  const part = PARTS.find((name) => name === text)
  if (part) return part
  throw new InvalidArgumentError(`The parts are ${PARTS.join(', ')}.`)
}
