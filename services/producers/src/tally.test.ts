import { CHANNELS, KINDS, REGIONS } from '@caretally/events'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { cellOf, createTally, readTally } from './tally.ts'

const CELLS = KINDS.length * CHANNELS.length * REGIONS.length
const counted = fc.array(
  fc.record({
    date: fc.constantFrom('2015-12-31', '2016-01-01', '2016-02-29'),
    cell: fc.nat({ max: CELLS - 1 }),
    events: fc.integer({ min: 1, max: 1_000 }),
  }),
)

function tallyOf(counts: readonly { date: string; cell: number; events: number }[]) {
  const tally = createTally()
  for (const { date, cell, events } of counts) tally.add(date, cell, events)
  return tally
}

test('a cell stands for one kind, channel and region', () => {
  const tally = tallyOf(Array.from({ length: CELLS }, (_, cell) => ({ date: '2016-02-29', cell, events: 1 })))
  const names = [...tally.entries()].map(({ kind, channel, region }) => `${kind} ${channel} ${region}`)
  expect(new Set(names).size).toBe(CELLS)
  const single = tallyOf([{ date: '2016-02-29', cell: cellOf(4, 1, REGIONS.indexOf('DC')), events: 3 }])
  expect([...single.entries()]).toEqual([
    { date: '2016-02-29', kind: 'lab_view', channel: 'mobile', region: 'DC', events: 3 },
  ])
})

test('two tallies merged are the tally of both', () => {
  fc.assert(
    fc.property(counted, counted, (left, right) => {
      const merged = tallyOf(left)
      merged.merge(tallyOf(right))
      expect([...merged.entries()]).toEqual([...tallyOf([...left, ...right]).entries()])
      expect(merged.total).toBe([...left, ...right].reduce((sum, { events }) => sum + events, 0))
    }),
  )
})

test('a tally survives JSON', () => {
  fc.assert(
    fc.property(counted, (counts) => {
      const tally = tallyOf(counts)
      const read = readTally(JSON.parse(JSON.stringify(tally)))
      expect([...read.entries()]).toEqual([...tally.entries()])
      expect(read.totals()).toEqual(tally.totals())
    }),
  )
})

test('a file that does not add up to its total is refused', () => {
  const days = { '2016-01-01': { login: { web: { CA: 2 } } } }
  expect(readTally({ total: 2, days }).total).toBe(2)
  expect(() => readTally({ total: 3, days })).toThrow(RangeError)
})
