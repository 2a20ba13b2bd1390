import { expect, test } from 'vitest'

import { renderResult } from './render.ts'
import type { BenchResult } from './result.ts'

const spread = (median: number) => ({ median, min: median * 0.9, max: median * 1.1 })

const result: BenchResult = {
  startedAt: '2026-01-01T00:00:00.000Z',
  machine: { cpu: 'A CPU', cores: 2, memoryGb: 8, node: '22.12.0', system: 'Linux 6 x64', load: 0.1 },
  seed: 1,
  ingest: {
    events: 4_004_477,
    rounds: 3,
    engine: 'message',
    rateRatio: 1.7,
    cpuRatio: 0.7,
    rateRatioSpread: [1.6, 1.8],
    cpuRatioSpread: [0.65, 0.75],
    peakRssMb: 600,
    caretally: {
      rate: spread(500_000),
      cpuUs: spread(3.5),
      peakRssMb: { consumer: 600, server: 900, total: 1_400 },
    },
    tableEngine: { rate: spread(300_000), cpuUs: spread(5), peakRssMb: { consumer: 0, server: 1_700, total: 1_700 } },
    countsVerified: true,
    isRough: false,
  },
  query: {
    1000000: {
      annual: { medianMs: 12.34, maxMs: 20 },
      daily: { medianMs: 5, maxMs: 6 },
      page: { medianMs: 7, maxMs: 8 },
    },
  },
}

test('the tables show medians with their spread, the machine, and which targets are missed', () => {
  const text = renderResult(result)
  expect(text).toContain('A CPU, 2 cores, 8 GB, Linux 6 x64, Node 22.12.0')
  expect(text).toContain('500,000 (450,000–550,000)')
  expect(text).toContain('1.70 (1.60–1.80)')
  expect(text).toMatch(/consumer, rate over the engine’s +1\.70 +≥ 1\.6 +met/)
  expect(text).toMatch(/CPU time over the engine’s +0\.70 +≤ 0\.65 +MISSED/)
  expect(text).toMatch(/annual report over 1,000,000 events, ms +12 +≤ 50 +met/)
  expect(text).not.toContain('produce')
  expect(text).not.toContain('too few')
})

test('figures of too few events are called so', () => {
  expect(renderResult({ ...result, ingest: { ...result.ingest!, isRough: true } })).toContain('too few events')
})
