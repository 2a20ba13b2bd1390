import { countPlanned, createPlan, datesBetween, kaiserScenario, type Plan } from '@caretally/producers'

import { TIME_ZONE } from './bench-run.ts'

/** What is sent: days of the `kaiser` scenario, from the first to the last of them. */
export interface ChosenEvents {
  plan: Plan
  from: string
  to: string
  /** How many there are. */
  events: number
}

/** A Monday in the middle of 2016. */
const FIRST_DAY = '2016-06-06'

/**
 * `events_min` events or a few more, as dense as they are in real life: as many days in full size as are needed; or, where that
 * is less than a day, one day scaled down. Spread over two years they would meet a daily view with hardly two events of the
 * same day, kind, channel and region in a range, which happens to nobody.
 */
export function chooseEvents(events_min: number, seed: number): ChosenEvents {
  const [fullDay = 0] = countDays(planAt(1, seed))
  if (events_min > fullDay) return wholeDays(planAt(1, seed), events_min)
  for (let scale = Math.floor(fullDay / events_min); ; scale--) {
    const plan = planAt(scale, seed)
    const [events = 0] = countDays(plan)
    if (events >= events_min) return { plan, from: FIRST_DAY, to: FIRST_DAY, events } // a day is rounded
  }
}

function wholeDays(plan: Plan, events_min: number): ChosenEvents {
  let events = 0
  for (const [index, count] of countDays(plan).entries()) {
    events += count
    if (events >= events_min) return { plan, from: FIRST_DAY, to: datesFromFirst(plan)[index]!, events }
  }
  return { plan, from: FIRST_DAY, to: plan.to, events }
}

function planAt(scale: number, seed: number): Plan {
  return createPlan({ scenario: kaiserScenario, scale, seed, timeZone: TIME_ZONE })
}

function datesFromFirst(plan: Plan): string[] {
  return datesBetween(FIRST_DAY, plan.to)
}

function countDays(plan: Plan): number[] {
  return datesFromFirst(plan).map((date) => countPlanned(plan, [date]))
}
