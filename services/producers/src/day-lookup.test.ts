import fc from 'fast-check'
import { expect, test } from 'vitest'

import { dayAt } from './calendar.ts'
import { dayLookupIn } from './day-lookup.ts'

test('in whatever order instants are asked for, their days are those of the calendar', () => {
  const zones = fc.constantFrom('America/Los_Angeles', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC')
  const instants = fc.array(
    fc.integer({ min: Date.UTC(2016, 9, 28), max: Date.UTC(2016, 10, 9) }), // daylight saving ends
    { minLength: 1, maxLength: 50 },
  )
  fc.assert(
    fc.property(zones, instants, (timeZone, times) => {
      const lookUp = dayLookupIn(timeZone)
      for (const time_ms of [...times, ...times]) expect(lookUp(time_ms)).toEqual(dayAt(timeZone, time_ms))
    }),
    { numRuns: 30 },
  )
})
