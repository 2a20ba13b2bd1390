import { CHANNELS, type Kind, KINDS, type PseudonymKey } from '@caretally/events'

import { dayLookupIn } from './day-lookup.ts'
import { drawEventId } from './event-id.ts'
import { createDrawnEvent } from './event-writer.ts'
import { createPopulation, createPseudonyms } from './members.ts'
import { createRecorder, type PlannedRecord } from './planned-record.ts'
import { choose, type Random } from './random.ts'
import type { Scenario, ScenarioYear } from './scenario.ts'
import { STUBS } from './stubs/index.ts'

interface DrawOptions {
  scenario: Scenario
  /** Divides the scenario's members. */
  scale: number
  timeZone: string
  pseudonymKey: PseudonymKey
  kinds?: readonly Kind[]
}

/**
 * The function that makes an event of the given instant. The same instant and the same random numbers give the same event,
 * whatever was drawn before. The kinds have the proportions that the scenario's last year has at the instant's hour.
 */
export function createDraw(options: DrawOptions): (time_ms: number, random: Random) => PlannedRecord {
  const { scenario, scale, timeZone, pseudonymKey, kinds = KINDS } = options
  const population = createPopulation(scenario, scale)
  const record = createRecorder(population, createPseudonyms(pseudonymKey, population))
  const year = [...scenario.years.values()].at(-1)!
  const regions = shareOut([...scenario.members.values()].map((members, index): [number, number] => [index, members]))
  const kindsOfHours = Array.from({ length: 24 }, (_, hour) => kindsAt(hour, scenario, year, kinds))
  const dayOf = dayLookupIn(timeZone)

  const event = createDrawnEvent()

  return (time_ms, random) => {
    const day = dayOf(time_ms)
    const { hour } = day.hours.find(({ end_ms }) => time_ms < end_ms)!
    const kind = choose(random, kindsOfHours[hour]!)
    event.time_ms = time_ms
    event.kindIndex = KINDS.indexOf(kind)
    event.regionIndex = choose(random, regions)
    event.channelIndex = random.fraction() < year.mobileShares[kind] ? 1 : 0
    drawEventId(time_ms, random, event.id)
    event.member = population.pickMember(event.regionIndex, random)
    event.detail = STUBS[kind].drawDetail(CHANNELS[event.channelIndex]!, random, scenario)
    return record(event, day.date)
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
