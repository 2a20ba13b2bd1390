import { CHANNELS, encodeEvent, type Kind, KINDS, REGIONS } from '@caretally/events'
import type { Publisher } from '@caretally/kafka'
import { type Clock, systemClock } from '@caretally/runtime'

import { type Day, dayAt } from './calendar.ts'
import type { PlannedRecord } from './day-events.ts'
import { drawEventId } from './event-id.ts'
import { formatTime } from './event-time.ts'
import { createPopulation, createPseudonyms } from './members.ts'
import { choose, createRandom } from './random.ts'
import type { Scenario, ScenarioYear } from './scenario.ts'
import { STUBS } from './stubs/index.ts'
import { cellOf, createTally, type Tally } from './tally.ts'

export interface LiveOptions {
  scenario: Scenario
  /** Divides the scenario's members. */
  scale: number
  /** Must differ between programs that run at the same time, or their ids may meet. */
  seed: number
  timeZone: string
  publisher: Pick<Publisher, 'publish'>
  pseudonymize: (memberId: string) => string
  rate_per_second: number
  /** Without it, until the signal. */
  duration_ms?: number
  kinds?: readonly Kind[]
  tally?: Tally
  onProgress?: (acknowledged: number) => void
  clock?: Clock
  signal?: AbortSignal
}

const TICK_MS = 100
/** What could not be published in time is made up for, up to this much; the rest did not happen. */
const BACKLOG_MS_MAX = 5_000
const BACKLOG_ROWS_MAX = 20_000

/**
 * Publishes events of now at a rate, until `duration_ms` is over or the signal is aborted, and resolves to the tally of what
 * is acknowledged. The kinds have the proportions that the scenario's last year has at this hour.
 */
export async function live(options: LiveOptions): Promise<Tally> {
  const { publisher, rate_per_second, clock = systemClock, tally = createTally(), signal } = options
  const draw = createDraw(options)
  const start_ms = clock.now()
  const end_ms = start_ms + (options.duration_ms ?? Infinity)
  const backlog_max = Math.min(BACKLOG_ROWS_MAX, Math.max(1, (BACKLOG_MS_MAX * rate_per_second) / 1_000))
  // Of the events that were due since the start, those that are published or given up.
  let settled = 0

  for (;;) {
    const now_ms = Math.min(clock.now(), end_ms)
    const due = Math.floor(((now_ms - start_ms) * rate_per_second) / 1_000) - settled
    if (due > 0) {
      const block = Array.from({ length: Math.min(due, Math.floor(backlog_max)) }, () => draw(clock.now()))
      await publisher.publish(block, ({ records }) => {
        for (const { date, cell } of records) tally.add(date, cell)
        options.onProgress?.(tally.total)
      })
      settled += due
    }
    if (now_ms === end_ms || !(await sleepUnlessAborted(clock, Math.min(TICK_MS, end_ms - now_ms), signal)))
      return tally
  }
}

/** Whether the time is over; false when the signal was aborted first. */
async function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    signal?.throwIfAborted()
    await clock.sleep(ms, signal)
    return true
  } catch (error) {
    if (signal?.aborted) return false
    throw error
  }
}

/** The function that makes an event of the given instant. */
function createDraw({ scenario, scale, seed, timeZone, pseudonymize, kinds = KINDS }: LiveOptions) {
  const random = createRandom(seed)
  const population = createPopulation(scenario, scale)
  const pseudonymOf = createPseudonyms(pseudonymize)
  const year = [...scenario.years.values()].at(-1)!
  const regions = shareOut([...scenario.members.values()].map((members, index): [number, number] => [index, members]))
  let day: Day | undefined
  let hourEnd_ms = -Infinity
  let kindsOfHour: [Kind, number][] = []

  return (time_ms: number): PlannedRecord => {
    if (day === undefined || time_ms < day.start_ms || time_ms >= day.end_ms) day = dayAt(timeZone, time_ms)
    if (time_ms >= hourEnd_ms || time_ms < day.start_ms) {
      const { hour, end_ms } = day.hours.find((slot) => time_ms < slot.end_ms)!
      hourEnd_ms = end_ms
      kindsOfHour = kindsAt(hour, scenario, year, kinds)
    }
    const kind = choose(random, kindsOfHour)
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
    const value = encodeEvent(STUBS[kind].emit(action, random, scenario))
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
