import { CHANNELS, KINDS, REGIONS } from '@caretally/events'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { cellOf, createTally, type Tally } from './tally.ts'
import { type CountedCell, differenceFrom } from './tally-difference.ts'

const CELLS = KINDS.length * CHANNELS.length * REGIONS.length
const tallies = fc
  .array(
    fc.record({
      date: fc.constantFrom('2015-12-31', '2016-02-29'),
      cell: fc.nat({ max: CELLS - 1 }),
      events: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1 },
  )
  .map((counts) => {
    const tally = createTally()
    for (const { date, cell, events } of counts) tally.add(date, cell, events)
    return tally
  })

function countsOf(tally: Tally): CountedCell[] {
  return [...tally.entries()].map(({ date, ...cell }) => ({ day: date, ...cell }))
}

test('a tally does not differ from its own cells, in any order and in parts', () => {
  fc.assert(
    fc.property(tallies, (tally) => {
      const counts = countsOf(tally).toReversed()
      expect(differenceFrom(tally, counts)).toEqual({ cells: 0, events: 0 })
      const parts = counts.flatMap((cell) => [
        { ...cell, events: cell.events - 1 },
        { ...cell, events: 1 },
      ])
      expect(differenceFrom(tally, parts)).toEqual({ cells: 0, events: 0 })
    }),
  )
})

test('an event that is missing, too many or in the wrong cell is told', () => {
  const tally = createTally()
  tally.add('2016-02-29', cellOf(0, 0, 0), 3)
  const [cell] = countsOf(tally) as [CountedCell]
  expect(differenceFrom(tally, [])).toEqual({ cells: 1, events: 3 })
  expect(differenceFrom(tally, [{ ...cell, events: 4 }])).toEqual({ cells: 1, events: 1 })
  expect(differenceFrom(tally, [{ ...cell, day: '2016-03-01' }])).toEqual({ cells: 2, events: 6 })
})
