import { Buffer } from 'node:buffer'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeEvent } from './decode.ts'
import { encodeEvent } from './encode.ts'
import { Facts } from './facts.ts'
import { scanEvent } from './scan-event.ts'
import { arbitraryEvent } from './testing.ts'

const APPENDED_AT_MS = Date.UTC(2030, 0, 1)

/** What the scan finds in a value that lies somewhere in a buffer; undefined when it does not know. */
function scan(value: Buffer, appendedAt_ms = APPENDED_AT_MS): Facts | undefined {
  const before = 7
  // what follows would complete a value that was cut
  const bytes = Buffer.concat([Buffer.alloc(before, '"'), value, Buffer.from('}}}}"""":"web","mobile')])
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const facts = new Facts()
  return scanEvent(bytes, view, before, before + value.length, appendedAt_ms, facts) ? facts : undefined
}

/** The facts that `decodeEvent` finds, or undefined. */
function decode(value: Buffer, appendedAt_ms = APPENDED_AT_MS): Facts | undefined {
  const decoded = decodeEvent(value, appendedAt_ms)
  if (!decoded.ok) return undefined
  const facts = new Facts()
  facts.take(decoded.interaction)
  return facts
}

/** Wherever the scan has a verdict, it is that of `decodeEvent`, down to each fact. */
function expectSameVerdict(value: Buffer): void {
  const scanned = scan(value)
  if (scanned) expect(scanned).toStrictEqual(decode(value))
}

/** Events whose times are written as our producers write them. */
const canonical = arbitraryEvent(APPENDED_AT_MS).map((event) => ({
  ...event,
  time: new Date(event.time).toISOString(),
}))

test('it knows every event in canonical bytes whose source has no escapes and is not tiny', () => {
  fc.assert(
    fc.property(
      canonical.filter(({ source }) => source.length >= 4),
      (event) => {
        const value = encodeEvent(event)
        expect(scan(value)).toStrictEqual(decode(value))
      },
    ),
    { numRuns: 1_000 },
  )
})

test('its verdict is that of decodeEvent: events as portals may write them', () => {
  fc.assert(fc.property(arbitraryEvent(APPENDED_AT_MS), (event) => expectSameVerdict(encodeEvent(event))))
})

test('its verdict is that of decodeEvent: one byte changed', () => {
  fc.assert(
    fc.property(canonical, fc.nat(), fc.nat(255), (event, position, byte) => {
      const value = encodeEvent(event)
      value[position % value.length] = byte
      expectSameVerdict(value)
    }),
    { numRuns: 20_000 },
  )
})

test('its verdict is that of decodeEvent: a digit or a letter changed for another', () => {
  const likely = fc.constantFrom(...Buffer.from('0123456789abcdefABCDEF"{}:.,-TZ%'))
  fc.assert(
    fc.property(canonical, fc.nat(), likely, (event, position, byte) => {
      const value = encodeEvent(event)
      value[position % value.length] = byte
      expectSameVerdict(value)
    }),
    { numRuns: 20_000 },
  )
})

test('its verdict is that of decodeEvent: bytes cut out, or repeated', () => {
  fc.assert(
    fc.property(canonical, fc.nat(), fc.nat(), fc.boolean(), (event, one, other, isRepeated) => {
      const value = encodeEvent(event)
      const [from, to] = [one % (value.length + 1), other % (value.length + 1)].sort((a, b) => a - b)
      const middle = isRepeated ? [value.subarray(from, to), value.subarray(from, to)] : []
      expectSameVerdict(Buffer.concat([value.subarray(0, from), ...middle, value.subarray(to)]))
    }),
    { numRuns: 5_000 },
  )
})

test('its verdict is that of decodeEvent: parts of two events put together', () => {
  fc.assert(
    fc.property(canonical, canonical, fc.nat(), (event, other, position) => {
      const [head, tail] = [encodeEvent(event), encodeEvent(other)]
      expectSameVerdict(
        Buffer.concat([head.subarray(0, position % head.length), tail.subarray(position % tail.length)]),
      )
    }),
    { numRuns: 5_000 },
  )
})

test.each([
  ['a day that the month does not have', { time: '2015-02-29T12:00:00.000Z' }],
  ['the last day of a leap February', { time: '2016-02-29T12:00:00.000Z' }],
  ['the century that is a leap year', { time: '2000-02-29T12:00:00.000Z' }],
  ['before the first time', { time: '1999-12-31T23:59:59.999Z' }],
  ['the first time', { time: '2000-01-01T00:00:00.000Z' }],
  ['the last time that is not ahead', { time: '2030-01-02T00:00:00.000Z' }],
  ['a time ahead', { time: '2030-01-02T00:00:00.001Z' }],
  ['hour 24', { time: '2016-02-28T24:00:00.000Z' }],
  ['a leap second', { time: '2016-12-31T23:59:60.000Z' }],
  ['month 13', { time: '2016-13-01T00:00:00.000Z' }],
  ['no more prescriptions than the most', { data: { channel: 'web', region: 'CA', prescriptions: 20 } }],
  ['more prescriptions than the most', { data: { channel: 'web', region: 'CA', prescriptions: 21 } }],
  ['no prescription', { data: { channel: 'web', region: 'CA', prescriptions: 0 } }],
  ['a method of another kind', { data: { channel: 'web', region: 'CA', method: 'sso' } }],
  ['a region that there is not', { data: { channel: 'web', region: 'XX', prescriptions: 1 } }],
  ['an id in upper case', { id: '019535D9-3DF7-79FB-B466-FA907FA17F9E' }],
  ['a subject in upper case', { subject: '00112233445566778899AABBCCDDEEFF' }],
  ['a source that is too long', { source: `/${'a'.repeat(256)}` }],
  ['the longest source', { source: `/${'a'.repeat(255)}` }],
  ['a source with an escape', { source: '/portal%2Fweb' }],
  ['a source with a broken escape', { source: '/portal%2' }],
  ['an empty source', { source: '' }],
])('its verdict is that of decodeEvent: %s', (_, change) => {
  const refill = {
    specversion: '1.0',
    id: '019535d9-3df7-79fb-b466-fa907fa17f9e',
    source: '/portal/mobile-app',
    type: 'org.caretally.refill.v1',
    time: '2025-02-24T17:30:00.250Z',
    subject: '00112233445566778899aabbccddeeff',
    datacontenttype: 'application/json',
    data: { channel: 'mobile', region: 'CA', prescriptions: 2 },
  }
  expect(scan(Buffer.from(JSON.stringify(refill)))).toBeDefined()
  const value = Buffer.from(JSON.stringify({ ...refill, ...change }))
  const decoded = decode(value)
  expect(scan(value)).toStrictEqual(decoded)
})
