import { formatWhole } from '../formats/numbers.ts'
import { divide, type Fraction, fraction, toDecimal } from '../fraction.ts'
import type { Metric } from '../metrics.ts'
import { type Figure, type FigureName, FIGURES, figuresOf, type Reference } from './reference.ts'

/** What an annual row says besides when a reference is given. */
export interface Rates {
  /**
   * The value divided by the members of the year, with three decimals; null for a share, or where they are not known. In a
   * year that is not complete it is the rate of the days that were counted.
   */
  per_member: number | null
  /** The value divided by the physicians of the year, with one decimal; null as `per_member` is. */
  per_physician: number | null
  /** The figures of the reference that this row is computed from, each with its source; null when there are none. */
  reference: string | null
}

/** Whether a reference was given when the rows were made. */
export function hasRates(rows: readonly Partial<Rates>[]): boolean {
  return rows.some(({ reference }) => reference !== undefined)
}

/** One interaction among a thousand members. */
const PER_MEMBER_DECIMALS = 3
const PER_PHYSICIAN_DECIMALS = 1

interface RatesQuestion {
  metric: Metric
  /** Exact. */
  value: Fraction | null
  /** The value of the year before. */
  previous: Fraction | null
  year: number
  reference: Reference
}

/** The rates of one metric in one year. Each is rounded once; what the reference does not give is null, and never zero. */
export function ratesOf(question: RatesQuestion): Rates {
  const { metric, value, year, reference } = question
  const { members, physicians } = metric.annual.rule === 'sum' ? figuresOf(reference, year) : {}
  return {
    per_member: rate(value, members, PER_MEMBER_DECIMALS),
    per_physician: rate(value, physicians, PER_PHYSICIAN_DECIMALS),
    reference: describeInputs(question),
  }
}

function rate(value: Fraction | null, among: Figure | undefined, decimals: number): number | null {
  const count = among && fraction(among.value)
  const quotient = value && count && divide(value, count)
  return quotient ? toDecimal(quotient, decimals) : null
}

function describeInputs(question: RatesQuestion): string | null {
  const { reference } = question
  const { years, names } = inputsOf(question)
  const texts = years.flatMap((year) => describeFigures(reference, year, names))
  return texts.length === 0 ? null : `${reference.title}, ${texts.join('; ')}`
}

/** A share that is compared has taken a figure of the year before as well. */
function inputsOf({ metric, previous, year }: RatesQuestion): { years: number[]; names: FigureName[] } {
  const { annual } = metric
  if (annual.rule === 'sum') return { years: [year], names: ['members', 'physicians'] }
  if (annual.rule === 'share_with_reference')
    return { years: previous ? [year - 1, year] : [year], names: [annual.other] }
  return { years: [], names: [] }
}

/** Such as `2016: 10,700,000 members, 19,479 physicians (annual report)`; nothing where none of them is known. */
function describeFigures(reference: Reference, year: number, names: readonly FigureName[]): string[] {
  const figures = figuresOf(reference, year)
  const bySource = new Map<string, string[]>()
  for (const name of names) {
    const figure = figures[name]
    if (figure === undefined) continue
    const text = `${formatWhole(figure.value)} ${FIGURES[name]}`
    bySource.set(figure.source, [...(bySource.get(figure.source) ?? []), text])
  }
  const texts = [...bySource].map(([source, figures]) => `${figures.join(', ')} (${source})`)
  return texts.length === 0 ? [] : [`${year}: ${texts.join(', ')}`]
}
