import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Bounds } from './bounds.ts'

const counts = (events: number) => ({ events, quantity: events * 2, fingerprint: 0n })

/** What was settled at a look, what was being written, and how much of that was counted. */
const look = fc
  .tuple(fc.nat(50), fc.nat(50))
  .chain(([settled, pending]) => fc.tuple(fc.constant(settled), fc.constant(pending), fc.nat(pending)))

test('whatever is being written at any look, the bounds never exclude the difference, and tell no other one', () => {
  fc.assert(
    fc.property(fc.integer({ min: -20, max: 20 }), fc.array(look), (drift, looks) => {
      const bounds = new Bounds()
      for (const [settled, pending, counted] of looks) {
        bounds.narrow(counts(settled + counted - drift), counts(settled), counts(settled + pending))
        expect([undefined, drift]).toContain(bounds.difference?.events)
      }
      bounds.narrow(counts(9 - drift), counts(9), counts(9))
      expect(bounds.difference).toEqual({ events: drift, quantity: drift * 2 })
    }),
  )
})

test('a look before and a look after the same range was counted tell the difference without a still moment', () => {
  const bounds = new Bounds()
  bounds.narrow(counts(10), counts(13), counts(20))
  expect(bounds.difference).toBeUndefined()
  bounds.narrow(counts(17), counts(13), counts(20))
  expect(bounds.difference).toEqual({ events: 3, quantity: 6 })
})

test('a difference that was mended meanwhile is measured anew', () => {
  const bounds = new Bounds()
  bounds.narrow(counts(10), counts(13), counts(13))
  bounds.narrow(counts(13), counts(13), counts(13))
  expect(bounds.difference).toEqual({ events: 0, quantity: 0 })
})
