import { CaretallyError } from '@caretally/runtime'

import type { AnnualSum, Counts } from './counts.ts'
import { type Fraction, fraction } from './fraction.ts'
import type { Figure, FigureName, YearFigures } from './reference/reference.ts'

/** The counts that a metric adds up: of one measure, where each named field has one of the given values. */
export interface Selection {
  measure: keyof Counts
  where?: Partial<Record<'kind' | 'channel' | 'detail', readonly string[]>>
}

/**
 * How a year's value comes from its daily counts: one sum, one sum divided by another (never a mean of ratios), or the
 * distinct members of all its days (never a sum of the members of each day). What a sum is divided by may be the sum itself
 * and a figure of the year's reference together.
 */
export type AnnualRule =
  | { rule: 'sum'; of: Selection }
  | { rule: 'ratio_of_sums'; numerator: Selection; denominator: Selection }
  | { rule: 'share_with_reference'; of: Selection; other: FigureName }
  | { rule: 'merged_distinct' }

/** What a number is a number of. A `share` is a fraction from 0 to 1. */
export type Unit = 'interactions' | 'logins' | 'visits' | 'messages' | 'prescriptions' | 'results' | 'members' | 'share'

/**
 * A figure's definition. What a published version counts never changes: another count is another version.
 */
export interface Metric {
  id: string
  version: number
  title: string
  /** One sentence, shown beside every figure. */
  definition: string
  unit: Unit
  /** Whether it counts what people do, or the people. */
  counts: 'events' | 'people'
  annual: AnnualRule
}

const CARE_KINDS = ['telehealth', 'message', 'refill', 'lab_view'] as const

/** Every metric, in the order in which reports show them. */
export const METRICS: readonly Metric[] = [
  {
    id: 'digital_interactions',
    version: 1,
    title: 'Digital interactions',
    definition: 'All logins, telehealth visits, secure messages, refill requests and lab-result views.',
    unit: 'interactions',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['login', ...CARE_KINDS] } } },
  },
  {
    id: 'care_interactions',
    version: 1,
    title: 'Care interactions',
    definition: 'Digital interactions without the logins.',
    unit: 'interactions',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: CARE_KINDS } } },
  },
  {
    id: 'logins',
    version: 1,
    title: 'Logins',
    definition: 'Logins to the patient portal, on the web or in the mobile app.',
    unit: 'logins',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['login'] } } },
  },
  {
    id: 'logins_by_password',
    version: 1,
    title: 'Logins by password',
    definition: 'Logins to the patient portal with a password.',
    unit: 'logins',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['login'], detail: ['password'] } } },
  },
  {
    id: 'logins_by_biometric',
    version: 1,
    title: 'Logins by fingerprint or face',
    definition: 'Logins to the patient portal with a fingerprint or a face.',
    unit: 'logins',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['login'], detail: ['biometric'] } } },
  },
  {
    id: 'logins_by_sso',
    version: 1,
    title: 'Logins by single sign-on',
    definition: 'Logins to the patient portal through another system that knows the patient.',
    unit: 'logins',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['login'], detail: ['sso'] } } },
  },
  {
    id: 'mobile_login_share',
    version: 1,
    title: 'Mobile share of logins',
    definition: "The year's logins in the mobile app divided by all of the year's logins.",
    unit: 'share',
    counts: 'events',
    annual: {
      rule: 'ratio_of_sums',
      numerator: { measure: 'events', where: { kind: ['login'], channel: ['mobile'] } },
      denominator: { measure: 'events', where: { kind: ['login'] } },
    },
  },
  {
    id: 'telehealth_visits',
    version: 1,
    title: 'Telehealth visits',
    definition: 'Visits by video, phone or chat.',
    unit: 'visits',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['telehealth'] } } },
  },
  {
    id: 'telehealth_by_video',
    version: 1,
    title: 'Telehealth visits by video',
    definition: 'Visits by video.',
    unit: 'visits',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['telehealth'], detail: ['video'] } } },
  },
  {
    id: 'telehealth_by_phone',
    version: 1,
    title: 'Telehealth visits by phone',
    definition: 'Visits by phone.',
    unit: 'visits',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['telehealth'], detail: ['phone'] } } },
  },
  {
    id: 'telehealth_by_chat',
    version: 1,
    title: 'Telehealth visits by chat',
    definition: 'Visits by chat.',
    unit: 'visits',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['telehealth'], detail: ['chat'] } } },
  },
  {
    id: 'digital_visit_share',
    version: 1,
    title: 'Digital share of visits',
    definition: "Telehealth visits divided by the sum of telehealth visits and the reference's in-person visits.",
    unit: 'share',
    counts: 'events',
    annual: {
      rule: 'share_with_reference',
      of: { measure: 'events', where: { kind: ['telehealth'] } },
      other: 'in_person_visits',
    },
  },
  {
    id: 'messages_exchanged',
    version: 1,
    title: 'Messages exchanged',
    definition: 'Secure messages between patients and providers, in both directions.',
    unit: 'messages',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['message'] } } },
  },
  {
    id: 'messages_to_provider',
    version: 1,
    title: 'Messages to providers',
    definition: 'Secure messages that patients sent to providers.',
    unit: 'messages',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['message'], detail: ['to_provider'] } } },
  },
  {
    id: 'messages_to_patient',
    version: 1,
    title: 'Messages to patients',
    definition: 'Secure messages that providers sent to patients.',
    unit: 'messages',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'events', where: { kind: ['message'], detail: ['to_patient'] } } },
  },
  {
    id: 'prescriptions_refilled',
    version: 1,
    title: 'Prescriptions refilled',
    definition: 'Prescriptions whose refill was requested online; one request can hold several.',
    unit: 'prescriptions',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'quantity', where: { kind: ['refill'] } } },
  },
  {
    id: 'lab_results_viewed',
    version: 1,
    title: 'Lab results viewed',
    definition: 'Lab results viewed online; one view can show several.',
    unit: 'results',
    counts: 'events',
    annual: { rule: 'sum', of: { measure: 'quantity', where: { kind: ['lab_view'] } } },
  },
  {
    id: 'active_members',
    version: 1,
    title: 'Active members',
    definition:
      'Members with a digital interaction in the year, each counted once; above 511 an estimate with a standard error of 0.8%.',
    unit: 'members',
    counts: 'people',
    annual: { rule: 'merged_distinct' },
  },
]

/**
 * The metrics with these ids, in the registry's order.
 *
 * @throws {CaretallyError} `metric_unknown`
 */
export function findMetrics(ids: readonly string[]): Metric[] {
  const unknown = ids.find((id) => !METRICS.some((metric) => metric.id === id))
  if (unknown !== undefined) {
    throw new CaretallyError('metric_unknown', `there is no metric '${unknown}'`, {
      hint: `the metrics are ${METRICS.map((metric) => metric.id).join(', ')}`,
    })
  }
  return METRICS.filter((metric) => ids.includes(metric.id))
}

/** The figure of a year's reference without which the metric has no value, if there is one. */
export function neededFigure({ annual }: Metric): FigureName | undefined {
  return annual.rule === 'share_with_reference' ? annual.other : undefined
}

/** What is known of one year. */
interface YearCounts {
  sums: readonly AnnualSum[]
  /** Distinct members. */
  members: number
  /** Of the year's reference. */
  figures: YearFigures
}

/** The unrounded value of a metric in one year; null for a ratio to nothing, and where a figure is not known. */
export function evaluate({ annual }: Metric, { sums, members, figures }: YearCounts): Fraction | null {
  if (annual.rule === 'merged_distinct') return fraction(members)
  if (annual.rule === 'sum') return fraction(addUp(annual.of, sums))
  if (annual.rule === 'share_with_reference') return shareBeside(addUp(annual.of, sums), figures[annual.other])
  return fraction(addUp(annual.numerator, sums), addUp(annual.denominator, sums))
}

function shareBeside(counted: bigint, other: Figure | undefined): Fraction | null {
  return other === undefined ? null : fraction(counted, counted + BigInt(other.value))
}

/** How many events a metric's value is made from; of a share, those of the whole. */
export function countEvents({ annual }: Metric, sums: readonly AnnualSum[]): number {
  return Number(addUp({ ...countedOf(annual), measure: 'events' }, sums))
}

function countedOf(annual: AnnualRule): Partial<Selection> {
  if (annual.rule === 'merged_distinct') return {} // whatever the members did
  return annual.rule === 'ratio_of_sums' ? annual.denominator : annual.of
}

function addUp(selection: Selection, sums: readonly AnnualSum[]): bigint {
  return sums
    .filter((sum) => isSelected(selection, sum))
    .reduce((total, sum) => total + BigInt(sum[selection.measure]), 0n)
}

function isSelected({ where = {} }: Selection, sum: AnnualSum): boolean {
  return (
    (where.kind?.includes(sum.kind) ?? true) &&
    (where.channel?.includes(sum.channel) ?? true) &&
    (where.detail?.includes(sum.detail) ?? true)
  )
}
