import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Breaker } from './breaker.ts'

const outcome = fc.constantFrom('invalid_json', 'unknown_type', undefined)

test('it breaks at the first offset at which more than the share of the last offsets is bad, and not before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0.1, 0.5, 0.9),
      fc.nat(1_000),
      fc.array(outcome, { maxLength: 100 }),
      (offsets, share_max, first, log) => {
        const breaker = new Breaker({ offsets, share_max })
        for (const [index, reason] of log.entries()) {
          const recent = log.slice(Math.max(0, index + 1 - offsets), index + 1)
          const bad = recent.filter((reason) => reason !== undefined).length
          const note = () => breaker.note(first + index, reason)
          if (reason !== undefined && bad > offsets * share_max) {
            expect(note).toThrow(expect.objectContaining({ code: 'mostly_dead_letters' }))
            return
          }
          note()
        }
      },
    ),
  )
})

test('the error names the commonest reason', () => {
  const breaker = new Breaker({ offsets: 4, share_max: 0.5 })
  breaker.note(0, 'unknown_type')
  breaker.note(1, 'invalid_json')
  expect(() => breaker.note(2, 'unknown_type')).toThrow(
    '3 of the last 4 offsets up to 2 are dead letters, 2 of them unknown_type',
  )
})

test('a share of 1 never breaks', () => {
  const breaker = new Breaker({ offsets: 3, share_max: 1 })
  for (let offset = 0; offset < 10; offset++) breaker.note(offset, 'invalid_json')
})
