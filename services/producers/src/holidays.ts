import { Temporal } from 'temporal-polyfill'

const MONDAY = 1
const THURSDAY = 4

/**
 * The days of a year on which medical offices of the United States are closed or nearly so: the federal holidays on their
 * own dates (5 U.S.C. 6103), and the days beside Thanksgiving and Christmas that offices give as well.
 */
export function holidaysOf(year: number): ReadonlySet<string> {
  const on = (month: number, day: number) => Temporal.PlainDate.from({ year, month, day })
  const thanksgiving = nthWeekday(year, 11, THURSDAY, 4)
  const days = [
    on(1, 1),
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 2, MONDAY, 3),
    nthWeekday(year, 6, MONDAY, 1).subtract({ days: 7 }), // Memorial Day: the last Monday of May
    on(7, 4),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 10, MONDAY, 2),
    on(11, 11),
    thanksgiving,
    thanksgiving.add({ days: 1 }),
    on(12, 24),
    on(12, 25),
  ]
  return new Set(days.map(String))
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): Temporal.PlainDate {
  const first = Temporal.PlainDate.from({ year, month, day: 1 })
  const days = ((weekday - first.dayOfWeek + 7) % 7) + (nth - 1) * 7
  return first.add({ days })
}
