import { type Day, dayAt } from './calendar.ts'

const DAY_MS = 86_400_000

type DayLookup = (time_ms: number) => Day

const lookups = new Map<string, DayLookup>()

/**
 * `dayAt` for instants in any order: every day of a zone is looked up in the calendar once, which takes milliseconds. Its
 * memory is that of the days asked for.
 */
export function dayLookupIn(timeZone: string): DayLookup {
  const lookUp = lookups.get(timeZone) ?? createLookup(timeZone)
  lookups.set(timeZone, lookUp)
  return lookUp
}

function createLookup(timeZone: string): DayLookup {
  // Days of the zone by the days of UTC that they share an instant with which was asked for: two or three each.
  const known = new Map<number, Day[]>()
  return (time_ms) => {
    const utcDay = Math.floor(time_ms / DAY_MS)
    let days = known.get(utcDay)
    if (days === undefined) {
      days = []
      known.set(utcDay, days)
    }
    for (const day of days) if (time_ms >= day.start_ms && time_ms < day.end_ms) return day
    const day = dayAt(timeZone, time_ms)
    days.push(day)
    return day
  }
}
