import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { AnnualSum } from './counts.ts'
import { toDecimal } from './fraction.ts'
import { evaluate, findMetrics, type Metric, METRICS } from './metrics.ts'
import type { YearFigures } from './reference/reference.ts'

/** Every cell that events can fall into, with counts of which no two sums are alike. */
const sums: AnnualSum[] = [
  cell('login', 'web', 'password', 1),
  cell('login', 'web', 'sso', 2),
  cell('login', 'mobile', 'biometric', 4),
  cell('telehealth', 'web', 'video', 8),
  cell('telehealth', 'mobile', 'phone', 16),
  cell('telehealth', 'mobile', 'chat', 32),
  cell('message', 'web', 'to_provider', 64),
  cell('message', 'mobile', 'to_provider', 128),
  cell('message', 'web', 'to_patient', 256),
  cell('refill', 'web', '', 512, 1000),
  cell('refill', 'mobile', '', 1024, 2000),
  cell('lab_view', 'web', '', 2048, 40_000),
  cell('lab_view', 'mobile', '', 4096, 50_000),
]

function cell(kind: string, channel: string, detail: string, events: number, quantity = events): AnnualSum {
  return { year: 2016, kind, channel, detail, events, quantity }
}

const figures = { in_person_visits: { value: 100, source: 'annual report' } }

const members = 31
interface Besides {
  members?: number
  figures?: YearFigures
}
const valueOf = (metric: Metric, sums: readonly AnnualSum[], { members = 0, figures = {} }: Besides = {}) => {
  const value = evaluate(metric, { sums, members, figures })
  return value && toDecimal(value, 6)
}

const expected: Record<string, number> = {
  digital_interactions: 8191,
  care_interactions: 8184,
  logins: 7,
  logins_by_password: 1,
  logins_by_biometric: 4,
  logins_by_sso: 2,
  mobile_login_share: 0.571429,
  telehealth_visits: 56,
  telehealth_by_video: 8,
  telehealth_by_phone: 16,
  telehealth_by_chat: 32,
  digital_visit_share: 0.358974,
  messages_exchanged: 448,
  messages_to_provider: 192,
  messages_to_patient: 256,
  prescriptions_refilled: 3000,
  lab_results_viewed: 90_000,
  active_members: members,
}

describe('metrics', () => {
  test.each(METRICS.map((metric) => [metric.id, metric] as const))('%s adds up its own counts only', (id, metric) => {
    expect(valueOf(metric, sums, { members, figures })).toBe(expected[id])
  })

  test('a metric of a year without events is 0, and a share null', () => {
    for (const metric of METRICS) expect(valueOf(metric, [])).toBe(metric.unit === 'share' ? null : 0)
  })

  test('a share with a reference is null without its figure, and 0 when only the events are missing', () => {
    const [share] = findMetrics(['digital_visit_share'])
    expect(valueOf(share!, sums)).toBeNull()
    expect(valueOf(share!, sums, { figures: { members: figures.in_person_visits } })).toBeNull()
    expect(valueOf(share!, [], { figures })).toBe(0)
  })

  test('ids are unique, and each definition is one sentence', () => {
    expect(new Set(METRICS.map(({ id }) => id)).size).toBe(METRICS.length)
    for (const { definition } of METRICS) expect(definition).toMatch(/^[A-Z](?:[^.]|\.\d)+\.$/)
  })

  test('metrics are found by id in the order of the registry', () => {
    expect(findMetrics(['logins', 'digital_interactions']).map(({ id }) => id)).toEqual([
      'digital_interactions',
      'logins',
    ])
    expect(() => findMetrics(['logins', 'steps'])).toThrow(expect.objectContaining({ code: 'metric_unknown' }))
  })
})

const anySums = fc.array(
  fc
    .record({
      cell: fc.constantFrom(...sums),
      events: fc.integer({ min: 0, max: 10 ** 9 }),
      quantity: fc.integer({ min: 0, max: 10 ** 9 }),
    })
    .map(({ cell, events, quantity }) => ({ ...cell, events, quantity })),
)

describe('whatever the counts', () => {
  test('however a year is cut into rows, every metric stays the same', () => {
    fc.assert(
      fc.property(anySums, fc.integer({ min: 1, max: 5 }), (rows, parts) => {
        const pieces = rows.flatMap((row) =>
          Array.from({ length: parts }, (_, index) => ({
            ...row,
            events: share(row.events, index, parts),
            quantity: share(row.quantity, index, parts),
          })),
        )
        for (const metric of METRICS) {
          expect(valueOf(metric, pieces.toReversed(), { members, figures })).toEqual(
            valueOf(metric, rows, { members, figures }),
          )
        }
      }),
    )
  })

  test('a share lies between 0 and 1', () => {
    fc.assert(
      fc.property(anySums, (rows) => {
        for (const metric of METRICS.filter(({ unit }) => unit === 'share')) {
          const value = valueOf(metric, rows, { figures })
          expect(value === null || (value >= 0 && value <= 1)).toBe(true)
        }
      }),
    )
  })
})

/** The piece `index` of `parts` whole pieces that add up to `total`. */
function share(total: number, index: number, parts: number): number {
  return Math.floor((total * (index + 1)) / parts) - Math.floor((total * index) / parts)
}
