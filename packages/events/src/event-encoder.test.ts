import fc from 'fast-check'
import { expect, test } from 'vitest'

import { encodeEvent } from './encode.ts'
import { createEventEncoder } from './event-encoder.ts'
import { arbitraryEvent } from './testing.ts'

const APPENDED_AT_MS = Date.UTC(2030, 0, 1)

/** As our producers write them, so that they go the faster way, and as others may. */
const events = fc
  .tuple(arbitraryEvent(APPENDED_AT_MS), fc.boolean())
  .map(([event, isCanonical]) => (isCanonical ? { ...event, time: new Date(event.time).toISOString() } : event))

test('its bytes are those of encodeEvent, for each of many events of many sorts, and stay so', () => {
  fc.assert(
    fc.property(fc.array(events, { minLength: 1, maxLength: 30 }), (events) => {
      const encode = createEventEncoder()
      const twice = [...events, ...events]
      const encoded = twice.map(encode)
      expect(encoded.map(String)).toEqual(twice.map((event) => String(encodeEvent(event))))
    }),
    { numRuns: 300 },
  )
})

test('what JSON escapes, or is no ASCII, is written as encodeEvent writes it, wherever it stands', () => {
  const encode = createEventEncoder()
  const ofLength = (length: number) => fc.string({ unit: 'grapheme', minLength: length, maxLength: length })
  fc.assert(
    fc.property(events, ofLength(36), ofLength(24), ofLength(32), fc.string(), (event, id, time, subject, source) => {
      for (const changed of [{ id }, { time }, { subject }, { source }, { id, source }]) {
        const hostile = { ...event, ...changed }
        expect(String(encode(hostile))).toBe(String(encodeEvent(hostile)))
      }
    }),
  )
})

test('more sorts than are remembered are encoded as well', () => {
  const encode = createEventEncoder()
  const [event] = fc.sample(events, { numRuns: 1, seed: 1 })
  for (let index = 0; index < 10_100; index++) {
    const other = { ...event!, source: `/portal/${index}` }
    expect(encode(other).equals(encodeEvent(other))).toBe(true)
  }
})
