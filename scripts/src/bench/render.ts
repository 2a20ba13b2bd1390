import { type Align, renderPlainTable } from '@caretally/runtime'

import type { IngestResult } from './ingest/ingest.ts'
import type { Machine } from './machine.ts'
import type { ProduceResult } from './produce/produce.ts'
import type { QueryResult } from './query/query.ts'
import type { BenchResult } from './result.ts'
import type { Spread } from './statistics.ts'
import { targetsOf } from './targets.ts'

/** The result as tables for a terminal: a figure is a median, with the least and the greatest of the rounds behind it. */
export function renderResult(result: BenchResult): string {
  const { machine, ingest, produce, query } = result
  const parts = [
    describe(machine),
    ...(ingest ? [renderIngest(ingest)] : []),
    ...(produce ? [renderProduce(produce)] : []),
    ...(query ? [renderQuery(query)] : []),
    renderTargets(result),
  ]
  return parts.join('\n')
}

function describe({ cpu, cores, memoryGb, node, system, load }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}; load before: ${load}\n`
}

function renderIngest({ events, rounds, engine, caretally, tableEngine, ...ratios }: IngestResult): string {
  const rowOf = (name: string, { rate, cpuUs, peakRssMb }: IngestResult['caretally']) => [
    name,
    withSpread(rate, 0),
    withSpread(cpuUs, 2),
    whole(peakRssMb.consumer),
    whole(peakRssMb.server),
    whole(peakRssMb.total),
  ]
  return section(
    `ingest: ${whole(events)} events, ${rounds} rounds; all counts verified`,
    [
      ['', 'events/s', 'CPU µs/event', 'consumer MB', 'server MB', 'together MB'],
      rowOf('caretally', caretally),
      rowOf(`Kafka table engine (${engine})`, tableEngine),
      [
        'ratio',
        ratio(ratios.rateRatio, ratios.rateRatioSpread),
        ratio(ratios.cpuRatio, ratios.cpuRatioSpread),
        '',
        '',
        '',
      ],
    ],
    ratios.isRough,
  )
}

function renderProduce({ events, rounds, valueBytes, caretally, performanceTool, ...ratios }: ProduceResult): string {
  const rowOf = (name: string, { rate, cpuUs }: ProduceResult['caretally']) => [
    name,
    withSpread(rate, 0),
    withSpread(cpuUs, 2),
  ]
  return section(
    `produce: ${whole(events)} records of ${valueBytes} bytes, ${rounds} rounds; acks=all, lz4`,
    [
      ['', 'records/s', 'CPU µs/record'],
      rowOf('caretally', caretally),
      rowOf('ProducerPerformance', performanceTool),
      ['ratio', ratio(ratios.rateRatio, ratios.rateRatioSpread), ''],
    ],
    ratios.isRough,
  )
}

function renderQuery(query: QueryResult): string {
  const rows = Object.entries(query).map(([events, { annual, daily, page }]) => [
    `${whole(Number(events))} events`,
    ...[annual, daily, page].flatMap(({ medianMs, maxMs }) => [medianMs.toFixed(1), maxMs.toFixed(1)]),
  ])
  return section('query: milliseconds, median and longest', [
    ['', 'annual', 'longest', 'daily', 'longest', 'page', 'longest'],
    ...rows,
  ])
}

function renderTargets(result: BenchResult): string {
  const rows = targetsOf(result).map(({ name, actual, wanted, met }) => [
    name,
    actual.toFixed(actual < 10 ? 2 : 0),
    wanted,
    met ? 'met' : 'MISSED',
  ])
  return `targets\n${renderPlainTable(rows, ['left', 'right', 'right', 'left'])}`
}

function section(title: string, rows: readonly string[][], isRough = false): string {
  const aligns = rows[0]!.map((_, column): Align => (column === 0 ? 'left' : 'right'))
  const warning = isRough ? 'too few events: start-up is part of these figures; measure more with --events\n' : ''
  return `${title}\n${renderPlainTable(rows, aligns)}${warning}`
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US')

function withSpread({ median, min, max }: Spread, decimals: number): string {
  const format = (value: number) => (decimals === 0 ? whole(value) : value.toFixed(decimals))
  return `${format(median)} (${format(min)}–${format(max)})`
}

function ratio(value: number, [min, max]: readonly [number, number]): string {
  return withSpread({ median: value, min, max }, 2)
}
