import { Buffer } from 'node:buffer'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeEvent } from './decode.ts'
import { encodeEvent } from './encode.ts'
import { REASONS } from './reasons.ts'
import { arbitraryEvent } from './testing.ts'

const APPENDED_AT_MS = Date.UTC(2030, 0, 1)

test('every value has a verdict that says nothing of what was in it: random bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 512 }), expectVerdict))
})

test('every value has a verdict that says nothing of what was in it: random JSON', () => {
  fc.assert(fc.property(fc.json(), (text) => expectVerdict(Buffer.from(text))))
})

test('every value has a verdict that says nothing of what was in it: an event with one byte changed', () => {
  const mutated = fc
    .tuple(arbitraryEvent(APPENDED_AT_MS), fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([event, position, change]) => {
      const bytes = encodeEvent(event)
      const index = position % bytes.length
      bytes[index] = (bytes[index] ?? 0) ^ change
      return bytes
    })
  fc.assert(fc.property(mutated, expectVerdict), { numRuns: 5000 })
})

test('every value has a verdict that says nothing of what was in it: an event with foreign fields and values', () => {
  const foreign = fc
    .tuple(arbitraryEvent(APPENDED_AT_MS), fc.dictionary(fc.string(), fc.jsonValue()), fc.object(), fc.boolean())
    .map(([event, extra, data, replace]) =>
      Buffer.from(JSON.stringify({ ...event, ...extra, data: replace ? data : { ...event.data, ...data } })),
    )
  fc.assert(fc.property(foreign, expectVerdict), { numRuns: 500 })
})

test('a field of any name or value is refused, and neither is repeated', () => {
  fc.assert(
    fc.property(arbitraryEvent(), fc.uuid(), fc.uuid(), (event, name, secret) => {
      for (const value of [
        { ...event, [name]: secret },
        { ...event, data: { ...event.data, [name]: secret } },
      ]) {
        const verdict = JSON.stringify(decodeEvent(Buffer.from(JSON.stringify(value)), APPENDED_AT_MS))
        expect(verdict).toContain('unknown_field')
        expect(verdict).not.toContain(name)
        expect(verdict).not.toContain(secret)
      }
    }),
  )
})

/** All the words that a detail may be made of. */
const fields = 'event|specversion|id|source|type|time|subject|datacontenttype|data'
const dataFields = 'channel|region|method|modality|direction|prescriptions|results'
const codes = 'invalid_type|invalid_value|invalid_format|too_small|too_big|unrecognized_keys'
const fault = `(?:${fields}|data\\.(?:${dataFields})): (?:${codes})`
const ours = new RegExp(`^(?:${fault}(?:; ${fault})*)?$`)

function expectVerdict(value: Uint8Array): void {
  const decoded = decodeEvent(value, APPENDED_AT_MS)
  if (decoded.ok) {
    expect(decodeEvent(encodeEvent(decoded.event), APPENDED_AT_MS)).toStrictEqual(decoded)
  } else {
    expect(Object.keys(REASONS)).toContain(decoded.reason)
    expect(decoded.detail).toMatch(ours)
  }
}
