import { randomBytes } from 'node:crypto'
import path from 'node:path'

import { fetchKafkaJars } from '@caretally/infra'

import { type BenchRun, say } from '../bench-run.ts'
import { ratioOf, type Spread, spreadOf } from '../statistics.ts'
import { ourProducers } from './caretally.ts'
import { writePayloads } from './payload-file.ts'
import { performanceTool } from './performance-tool.ts'
import { runSend, type SendTurn } from './run-send.ts'

/** Rates in records a second, CPU time in µs a record. */
interface SenderResult {
  rate: Spread
  cpuUs: Spread
}

export interface ProduceResult {
  events: number
  rounds: number
  /** The mean size of a record's value; both send the same events. */
  valueBytes: number
  /** How many times the tool's is ours: the ratio of the medians. */
  rateRatio: number
  /** Of single rounds, the least and the greatest. */
  rateRatioSpread: [number, number]
  caretally: SenderResult
  performanceTool: SenderResult
  /** The events were too few: start-up is part of the figures. */
  isRough: boolean
}

const KEY_BYTES = 32

/** Our producers and Kafka's own tool in turn, round by round, each into a topic of its own. */
export async function benchProduce(run: BenchRun): Promise<ProduceResult> {
  const { events, rounds, directory, signal } = run
  const key = randomBytes(KEY_BYTES)
  const payloadFile = path.join(directory, 'payloads.jsonl')
  const valueBytes = await writePayloads(payloadFile, run, key)
  const tool = performanceTool(run, await fetchKafkaJars({ signal }), payloadFile)
  const turns: Record<'caretally' | 'performanceTool', SendTurn[]> = { caretally: [], performanceTool: [] }
  for (let round = 1; round <= rounds; round++) {
    for (const sender of [ourProducers(run, key), tool]) {
      say(`produce: round ${round} of ${rounds}, ${sender.name} …`)
      const turn = await runSend(sender, round, run)
      turns[sender.name].push(turn)
      say(`  ${turn.rate.toLocaleString('en-US')} records/s, ${turn.cpuUs.toFixed(2)} µs/record`)
    }
  }
  const { caretally: ours, performanceTool: theirs } = turns
  const ratio = ratioOf(ratesOf(ours), ratesOf(theirs))
  return {
    events,
    rounds,
    valueBytes: Math.round(valueBytes),
    rateRatio: ratio.median,
    rateRatioSpread: [ratio.min, ratio.max],
    caretally: senderResult(ours),
    performanceTool: senderResult(theirs),
    isRough: [...ours, ...theirs].some(({ isRough }) => isRough),
  }
}

const ratesOf = (turns: readonly SendTurn[]) => turns.map(({ rate }) => rate)

function senderResult(turns: readonly SendTurn[]): SenderResult {
  return { rate: spreadOf(ratesOf(turns)), cpuUs: spreadOf(turns.map(({ cpuUs }) => cpuUs)) }
}
