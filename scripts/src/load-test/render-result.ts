import { renderPlainTable } from '@caretally/runtime'

import { renderChecks } from '../render-checks.ts'
import type { LoadTestResult, Program } from './result.ts'

const PROGRAMS: readonly Program[] = ['producers', 'kafka', 'consumer', 'clickhouse']

/** The result for a terminal: the counts first, then the figures, then the verdict. */
export function renderResult(result: LoadTestResult): string {
  const { checks, ok, sent, difference } = result
  const failed = checks.filter((check) => !check.ok).length
  const verdict = ok
    ? `every count is exact: ${number(sent)} records, difference 0`
    : `${failed} of ${checks.length} checks failed, difference ${number(difference)}`
  return `${renderChecks(checks)}\n\n${renderPlainTable(figuresOf(result), ['left', 'left'])}\n${verdict}\n`
}

function figuresOf(result: LoadTestResult): [name: string, figure: string][] {
  const { throughput, seconds, freshness, cpu_us, memory_mb, inserts, options } = result
  return [
    ['published', `${rate(throughput.published)}, in ${seconds.publish.toFixed(1)} s`],
    [
      'written',
      options.prefill
        ? `${rate(throughput.written)}, all in ${seconds.write.toFixed(1)} s from the consumer's start`
        : `${rate(throughput.end_to_end)} end to end, ${rate(throughput.written)} by the consumer, in ${seconds.write.toFixed(1)} s`,
    ],
    [
      'freshness',
      freshness
        ? `p50 ${ms(freshness.p50_ms)}, p95 ${ms(freshness.p95_ms)}, p99 ${ms(freshness.p99_ms)}, ` +
          `max ${ms(freshness.max_ms)}, each at most ${ms(freshness.resolution_ms)} too long`
        : '– (all was published before the consumer started)',
    ],
    ['CPU µs a record', PROGRAMS.map((program) => `${program} ${number(cpu_us[program])}`).join(', ')],
    ['peak memory MB', PROGRAMS.map((program) => `${program} ${number(memory_mb.peak[program])}`).join(', ')],
    [
      "consumer's MB by million",
      memory_mb.consumer_by_million.map((window) => number(window?.mean ?? null)).join(', '),
    ],
    [
      'inserts',
      `${number(inserts.total)} (events ${number(inserts.events)}, duplicates ${number(inserts.duplicates)}, dead letters ` +
        `${number(inserts.dead_letters)}), ${inserts.per_second_of_busiest_partition.toFixed(2)} a second into the busiest partition`,
    ],
  ]
}

const number = (value: number | null) => value?.toLocaleString('en-US') ?? '–'
const rate = (value: number | null) => `${number(value)} a second`
const ms = (value: number) => `${number(Math.round(value))} ms`
