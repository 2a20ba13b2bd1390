import { CHANNELS, createEventEncoder, type Kind, KINDS, REGIONS } from '@caretally/events'

import type { PlannedRecord } from './day-events.ts'
import { dayLookupIn } from './day-lookup.ts'
import { drawEventId } from './event-id.ts'
import { formatTime } from './event-time.ts'
import { createPopulation, createPseudonyms } from './members.ts'
import { choose, type Random } from './random.ts'
import type { Scenario, ScenarioYear } from './scenario.ts'
import { STUBS } from './stubs/index.ts'
import { cellOf } from './tally.ts'

interface DrawOptions {
  scenario: Scenario
  /** Divides the scenario's members. */
  scale: number
  timeZone: string
  pseudonymize: (memberId: string) => string
  kinds?: readonly Kind[]
}

/**
 * The function that makes an event of the given instant. The same instant and the same random numbers give the same event,
 * whatever was drawn before. The kinds have the proportions that the scenario's last year has at the instant's hour.
 */
export function createDraw(options: DrawOptions): (time_ms: number, random: Random) => PlannedRecord {
  const { scenario, scale, timeZone, pseudonymize, kinds = KINDS } = options
  const population = createPopulation(scenario, scale)
  const pseudonymOf = createPseudonyms(pseudonymize, population)
  const year = [...scenario.years.values()].at(-1)!
  const regions = shareOut([...scenario.members.values()].map((members, index): [number, number] => [index, members]))
  const kindsOfHours = Array.from({ length: 24 }, (_, hour) => kindsAt(hour, scenario, year, kinds))
  const dayOf = dayLookupIn(timeZone)
  const encode = createEventEncoder()

  return (time_ms, random) => {
    const day = dayOf(time_ms)
    const { hour } = day.hours.find(({ end_ms }) => time_ms < end_ms)!
    const kind = choose(random, kindsOfHours[hour]!)
    const regionIndex = choose(random, regions)
    const channelIndex = random.fraction() < year.mobileShares[kind] ? 1 : 0
    const region = population.regions[regionIndex]!
    const action = {
      id: drawEventId(time_ms, random),
      time: formatTime(time_ms),
      subject: pseudonymOf(population.pickMember(regionIndex, random)),
      channel: CHANNELS[channelIndex],
      region,
    }
    const value = encode(STUBS[kind].emit(action, random, scenario))
    const cell = cellOf(KINDS.indexOf(kind), channelIndex, REGIONS.indexOf(region))
    return { key: action.subject, value, date: day.date, cell }
  }
}

/** The kinds, each with its part of the events at that hour of an average day. */
function kindsAt(hour: number, { shapes }: Scenario, { totals }: ScenarioYear, kinds: readonly Kind[]) {
  return shareOut(
    kinds.map((kind) => {
      const { hours } = shapes[kind]
      const ofDay = hours.reduce((sum, weight) => sum + weight, 0)
      return [kind, (totals[kind] * hours[hour]!) / ofDay]
    }),
  )
}

/** The options with their weights divided by the sum of all. */
function shareOut<T>(options: readonly (readonly [T, number])[]): [T, number][] {
  const sum = options.reduce((total, [, weight]) => total + weight, 0)
  return options.map(([option, weight]) => [option, weight / sum])
}
