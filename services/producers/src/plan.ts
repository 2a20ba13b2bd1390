import { type Kind, KINDS } from '@caretally/events'
import { CaretallyError } from '@caretally/runtime'

import { apportion } from './apportion.ts'
import { type Arrangement, createArrangement } from './arrangement.ts'
import { datesOfYear, weekdayOf } from './calendar.ts'
import { holidaysOf } from './holidays.ts'
import { createPopulation, type Population } from './members.ts'
import { streamSeed } from './random.ts'
import type { Scenario, Shape } from './scenario.ts'

/** How many events of each kind each day has, and from which channels and regions: a scenario at a scale, under a seed. */
export interface Plan {
  readonly scenario: Scenario
  readonly scale: number
  readonly seed: number
  /** The reporting time zone, in which its days are days. */
  readonly timeZone: string
  readonly population: Population
  /** The first and the last date of the scenario. */
  readonly from: string
  readonly to: string
  /** @throws {CaretallyError} `date_not_in_scenario` */
  quota(date: string, kind: Kind): Quota
}

/** The share of one kind in one day. */
export interface Quota {
  readonly count: number
  /** Events of the kind in the days of the year before. */
  readonly before: number
  /** Channels (by index in CHANNELS) of the year's events of the kind, in order. */
  readonly channels: Arrangement
  /** Regions (by index in the population's) of the year's events of the kind, in order. */
  readonly regions: Arrangement
}

interface PlanOptions {
  scenario: Scenario
  /** Divides the scenario's annual totals and its members. */
  scale: number
  seed: number
  timeZone: string
}

/** From the golden ratio and from the square root of 2: steps that come near no earlier one, nor near each other's. */
const CHANNEL_STEP = (3 - Math.sqrt(5)) / 2
const REGION_STEP = Math.SQRT2 - 1

/**
 * Guarantees, for each year and kind, that the days add up to the scaled annual total; that channels and regions have
 * their shares of it, by largest remainders; and that the kinds add up to the year's scaled sum. A day depends on the
 * options only, not on what else was asked for.
 */
export function createPlan({ scenario, scale, seed, timeZone }: PlanOptions): Plan {
  const population = createPopulation(scenario, scale)
  const years = new Map<number, YearPlan>()

  function planOf(date: string): YearPlan {
    const year = Number(date.slice(0, 4))
    const known = years.get(year)
    if (known) return known
    const made = planYear({ scenario, scale, seed, year })
    years.set(year, made)
    return made
  }

  const covered = [...scenario.years.keys()]
  return {
    scenario,
    scale,
    seed,
    timeZone,
    population,
    from: `${Math.min(...covered)}-01-01`,
    to: `${Math.max(...covered)}-12-31`,
    quota(date, kind) {
      const year = planOf(date)
      const { counts, befores, channels, regions } = year.kinds[kind]
      const day = year.days.get(date)
      if (day === undefined) throw notInScenario(scenario, date)
      return { count: counts[day]!, before: befores[day]!, channels, regions }
    },
  }
}

/** The scaled annual totals: they add up to the rounded sum, and each is its exact share rounded down or up. */
export function scaleTotals(totals: Readonly<Record<Kind, number>>, scale: number): Record<Kind, number> {
  const sum = KINDS.reduce((total, kind) => total + totals[kind], 0)
  const [login, telehealth, message, refill, lab_view] = apportion(
    Math.round(sum / scale),
    KINDS.map((kind) => totals[kind]),
  )
  return { login: login!, telehealth: telehealth!, message: message!, refill: refill!, lab_view: lab_view! }
}

interface YearPlan {
  days: ReadonlyMap<string, number>
  kinds: Record<Kind, KindYear>
}

interface KindYear {
  counts: number[]
  befores: number[]
  channels: Arrangement
  regions: Arrangement
}

type YearOptions = Omit<PlanOptions, 'timeZone'> & { year: number }

function planYear({ scenario, scale, seed, year }: YearOptions): YearPlan {
  const numbers = scenario.years.get(year)
  if (!numbers) throw notInScenario(scenario, String(year))
  const dates = datesOfYear(year)
  const weekdays = dates.map(weekdayOf)
  const holidays = holidaysOf(year)
  const totals = scaleTotals(numbers.totals, scale)
  const members = [...scenario.members.values()]

  function planKind(kind: Kind): KindYear {
    const total = totals[kind]
    const weights = dates.map((date, day) =>
      dayWeight(scenario.shapes[kind], weekdays[day]!, holidays.has(date), day / (dates.length - 1)),
    )
    const counts = apportion(total, weights)
    let sum = 0
    const befores = counts.map((count) => (sum += count) - count)
    const mobile = Math.round(total * numbers!.mobileShares[kind])
    const start = streamSeed(seed, year * KINDS.length + KINDS.indexOf(kind)) >>> 0
    return {
      counts,
      befores,
      channels: createArrangement({ counts: [total - mobile, mobile], step: CHANNEL_STEP, offset: start }),
      regions: createArrangement({ counts: apportion(total, members), step: REGION_STEP, offset: start }),
    }
  }

  return {
    days: new Map(dates.map((date, day) => [date, day])),
    kinds: {
      login: planKind('login'),
      telehealth: planKind('telehealth'),
      message: planKind('message'),
      refill: planKind('refill'),
      lab_view: planKind('lab_view'),
    },
  }
}

/** `progress` is 0 on the first day of the year and 1 on the last. */
function dayWeight(
  { weekdays, holiday, growth }: Shape,
  weekday: number,
  isHoliday: boolean,
  progress: number,
): number {
  const ofWeekday = weekdays[weekday]!
  return (isHoliday ? Math.min(ofWeekday, holiday) : ofWeekday) * (1 + (growth - 1) * progress)
}

function notInScenario({ name, years }: Scenario, what: string): CaretallyError {
  return new CaretallyError('date_not_in_scenario', `the scenario ${name} does not cover ${what}`, {
    hint: `it covers the years ${[...years.keys()].join(', ')}`,
  })
}
