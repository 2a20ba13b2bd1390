import type { Check } from '../check.ts'
import type { LoadTestArguments } from './command-line.ts'
import type { Observations } from './drive-load.ts'
import { measureFreshness } from './freshness.ts'
import { memoryByRecords } from './memory-windows.ts'
import { cpuOf, peakOf } from './process-watch.ts'
import type { LoadTestResult, Program } from './result.ts'
import { differenceOf } from './verify.ts'

const SECOND_MS = 1_000
const MEGABYTE = 1_000_000
const MILLION = 1_000_000
const MICROSECONDS = 1_000

/** How long the writing took: from when records were there and the consumer ran. */
export function secondsOfWriting({ acknowledged, written, consumerStart_ms }: Observations): number {
  const start_ms = Math.max(acknowledged.records.first_ms ?? 0, consumerStart_ms)
  return ((written.last_ms ?? start_ms) - start_ms) / SECOND_MS
}

/** Records a second, from the first that the consumer had to the last that it wrote. */
function rateOfWork({ written: { total, last_ms }, workStart_ms }: Observations): number | undefined {
  if (last_ms === undefined || workStart_ms === undefined || last_ms <= workStart_ms) return undefined
  return (total * SECOND_MS) / (last_ms - workStart_ms)
}

/** What was seen, as figures. */
export function assembleResult(
  args: LoadTestArguments,
  seen: Observations,
  { checks, inserts }: { checks: Check[]; inserts: LoadTestResult['inserts'] },
): LoadTestResult {
  const { truth, acknowledged } = seen
  const { records } = acknowledged
  const write_s = secondsOfWriting(seen)
  return {
    ok: checks.every(({ ok }) => ok),
    difference: differenceOf(checks),
    options: optionsOf(args),
    sent: truth.sent,
    accepted: truth.accepted.total,
    duplicates: truth.duplicates,
    dead_letters: [...truth.deadLetters.values()].reduce((sum, count) => sum + count, 0),
    checks,
    seconds: { publish: ((records.last_ms ?? 0) - (records.first_ms ?? 0)) / SECOND_MS, write: write_s },
    throughput: {
      published: rounded(records.rate_per_second),
      end_to_end: args.isPrefilled || write_s === 0 ? null : Math.round(truth.sent / write_s),
      written: rounded(rateOfWork(seen)),
    },
    freshness: freshnessOf(seen),
    cpu_us: cpuOfEach(seen),
    memory_mb: { peak: peakOfEach(seen), consumer_by_million: consumerByMillion(seen) },
    inserts,
  }
}

function optionsOf(args: LoadTestArguments): LoadTestResult['options'] {
  const { pace, duplicates_percent, malformed_percent, late_percent, isPrefilled, workers = null, seed } = args
  const { records, rate_per_second = null } = pace
  const percentages = { duplicates_percent, malformed_percent, late_percent }
  return { records, rate_per_second, ...percentages, prefill: isPrefilled, workers, seed }
}

function freshnessOf({ acknowledged, seen }: Observations): LoadTestResult['freshness'] {
  const freshness = seen && measureFreshness(acknowledged.events, seen.visible)
  return freshness ? { ...freshness, resolution_ms: seen.gap_ms_max } : null
}

function cpuOfEach({ truth, cpu_ms, samples }: Observations): Record<Program, number | null> {
  const each = (total_ms: number | undefined) =>
    total_ms === undefined || truth.sent === 0 ? null : Math.round((total_ms * MICROSECONDS * 100) / truth.sent) / 100
  return {
    producers: each(cpu_ms),
    kafka: each(cpuOf(samples.kafka)),
    consumer: each(cpuOf(samples.consumer)),
    clickhouse: each(cpuOf(samples.clickhouse)),
  }
}

function peakOfEach({ peak_bytes, samples }: Observations): Record<Program, number | null> {
  return {
    producers: megabytes(peak_bytes),
    kafka: megabytes(peakOf(samples.kafka)),
    consumer: megabytes(peakOf(samples.consumer)),
    clickhouse: megabytes(peakOf(samples.clickhouse)),
  }
}

function consumerByMillion({ samples, written }: Observations): LoadTestResult['memory_mb']['consumer_by_million'] {
  return memoryByRecords(samples.consumer, written, MILLION).map((window) =>
    window ? { mean: Math.round(window.mean_bytes / MEGABYTE), peak: Math.round(window.peak_bytes / MEGABYTE) } : null,
  )
}

const megabytes = (bytes: number | undefined) => (bytes === undefined ? null : Math.round(bytes / MEGABYTE))
const rounded = (value: number | undefined) => (value === undefined ? null : Math.round(value))
