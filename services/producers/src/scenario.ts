import type { Kind, Region } from '@caretally/events'

import type { Random } from './random.ts'

/** What happens in a portal in full size, from which a plan takes a scaled-down copy. */
export interface Scenario {
  readonly name: string
  /** The years that it covers; in ascending order. */
  readonly years: ReadonlyMap<number, ScenarioYear>
  /** The people who may use the portal, by the region that they live in. */
  readonly members: ReadonlyMap<Region, number>
  /** How unequally members use the portal: 1 is all alike; see `pickMember`. */
  readonly activitySkew: number
  readonly shapes: Readonly<Record<Kind, Shape>>
  /** How many prescriptions a refill event has. */
  drawPrescriptions(random: Random): number
  /** How many results a lab_view event has. */
  drawResults(random: Random): number
}

export interface ScenarioYear {
  /** Events of the year. */
  readonly totals: Readonly<Record<Kind, number>>
  /** The part of them that came from a mobile device, 0 to 1. */
  readonly mobileShares: Readonly<Record<Kind, number>>
}

/** How the events of a year lie on its days and hours. All numbers are weights: only their ratios count. */
export interface Shape {
  /** Monday to Sunday. */
  readonly weekdays: readonly number[]
  /** The most that a holiday weighs, whatever its weekday. */
  readonly holiday: number
  /** The weight at the end of the year over that at its beginning, in a straight line between. */
  readonly growth: number
  /** 24 hours from midnight. */
  readonly hours: readonly number[]
}
