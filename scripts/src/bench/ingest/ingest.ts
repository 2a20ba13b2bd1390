import type { Spread } from '../statistics.ts'
import { ratioOf, spreadOf } from '../statistics.ts'
import { type BenchRun, say } from '../bench-run.ts'
import { prefill } from '../prefill.ts'
import { TOPIC } from '@caretally/kafka'
import { caretally } from './caretally.ts'
import { engineOf } from './engine.ts'
import type { EngineVariantName } from './engine-sql.ts'
import { runTurn, type Turn } from './run-turn.ts'
import { expectSameRows } from './verify-rows.ts'

/** What one contender did in all rounds. Rates in events a second, CPU time in µs an event, memory in MB of 2^20 bytes. */
interface ContenderResult {
  rate: Spread
  cpuUs: Spread
  /** The most in any round. */
  peakRssMb: { consumer: number; server: number; total: number }
}

export interface IngestResult {
  events: number
  rounds: number
  engine: EngineVariantName
  /** How many times the engine's is ours: ratios of the medians. */
  rateRatio: number
  cpuRatio: number
  /** Of single rounds, the least and the greatest. */
  rateRatioSpread: [number, number]
  cpuRatioSpread: [number, number]
  /** Of all our processes together but the servers, the most in any round. */
  peakRssMb: number
  caretally: ContenderResult
  tableEngine: ContenderResult
  /** Every event was in the tables, once, and counted right, in every turn; the bench fails otherwise. */
  countsVerified: true
  /** The events were too few: start-up is part of the figures. */
  isRough: boolean
}

/**
 * Both contenders in turn, round by round, over the same topic.
 *
 * @throws {CaretallyError} `bench_counts_wrong`, `bench_stalled`, and those of the contenders
 */
export async function benchIngest(run: BenchRun, variant: EngineVariantName): Promise<IngestResult> {
  const { events, rounds } = run
  say(`ingest: filling a topic with ${events.toLocaleString('en-US')} events …`)
  const tally = await prefill(TOPIC, run)
  const contenders = [caretally, engineOf(variant)] as const
  const turns: Record<'caretally' | 'engine', Turn[]> = { caretally: [], engine: [] }
  const fingerprints = new Set<string>()
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      say(`ingest: round ${round} of ${rounds}, ${contender.name} …`)
      const turn = await runTurn(contender, round, TOPIC, tally, run)
      turns[contender.name].push(turn)
      expectSameRows(fingerprints.add(turn.fingerprint), contender.name)
      const { rate, cpuUs, totalRssMb } = turn
      say(`  ${rate.toLocaleString('en-US')} events/s, ${cpuUs.toFixed(2)} µs/event, ${totalRssMb} MB; counts verified`)
    }
  }
  return summarize(run, variant, turns.caretally, turns.engine)
}

function summarize({ events, rounds }: BenchRun, engine: EngineVariantName, ours: Turn[], theirs: Turn[]) {
  const rate = ratioOf(ratesOf(ours), ratesOf(theirs))
  const cpu = ratioOf(cpusOf(ours), cpusOf(theirs))
  const result: IngestResult = {
    events,
    rounds,
    engine,
    rateRatio: rate.median,
    cpuRatio: cpu.median,
    rateRatioSpread: [rate.min, rate.max],
    cpuRatioSpread: [cpu.min, cpu.max],
    peakRssMb: Math.max(...ours.map(({ consumerRssMb }) => consumerRssMb)),
    caretally: contenderResult(ours),
    tableEngine: contenderResult(theirs),
    countsVerified: true,
    isRough: [...ours, ...theirs].some(({ isRough }) => isRough),
  }
  return result
}

const ratesOf = (turns: readonly Turn[]) => turns.map(({ rate }) => rate)
const cpusOf = (turns: readonly Turn[]) => turns.map(({ cpuUs }) => cpuUs)

function contenderResult(turns: readonly Turn[]): ContenderResult {
  const most = (key: 'consumerRssMb' | 'serverRssMb' | 'totalRssMb') => Math.max(...turns.map((turn) => turn[key]))
  return {
    rate: spreadOf(ratesOf(turns)),
    cpuUs: spreadOf(cpusOf(turns)),
    peakRssMb: { consumer: most('consumerRssMb'), server: most('serverRssMb'), total: most('totalRssMb') },
  }
}
