import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeEvent } from './decode.ts'
import { encodeEvent } from './encode.ts'
import type { InteractionEvent } from './schema.ts'
import { arbitraryEvent } from './testing.ts'

const APPENDED_AT_MS = Date.UTC(2030, 0, 1)

test('decoding what was encoded gives the same event', () => {
  fc.assert(
    fc.property(arbitraryEvent(APPENDED_AT_MS), (event) => {
      expect(decodeEvent(encodeEvent(event), APPENDED_AT_MS)).toMatchObject({ ok: true, event })
    }),
    { numRuns: 1000 },
  )
})

test('equal events have equal bytes, in whichever order their fields are', () => {
  fc.assert(
    fc.property(arbitraryEvent(), (event) => {
      const reordered = Object.assign(reverseFields(event), { data: reverseFields(event.data) })
      expect(encodeEvent(reordered)).toStrictEqual(encodeEvent(event))
    }),
  )
})

test('the data of every kind begins with channel and region, and its own field follows', () => {
  fc.assert(
    fc.property(arbitraryEvent(), (event) => {
      expect(encodeEvent(event).toString()).toMatch(/"data":\{"channel":"[a-z]+","region":"[A-Z]+","[a-z]+":[^,]+\}\}$/)
    }),
  )
})

test('the fields stand in the order of the contract, without spaces', () => {
  const event: InteractionEvent = {
    data: { prescriptions: 2, region: 'OR', channel: 'web' },
    datacontenttype: 'application/json',
    subject: '00112233445566778899aabbccddeeff',
    time: '2016-07-01T12:00:00-07:00',
    type: 'org.caretally.refill.v1',
    source: '/portal/web',
    id: '019535d9-3df7-79fb-b466-fa907fa17f9e',
    specversion: '1.0',
  }
  expect(encodeEvent(event).toString()).toBe(
    '{"specversion":"1.0","id":"019535d9-3df7-79fb-b466-fa907fa17f9e","source":"/portal/web",' +
      '"type":"org.caretally.refill.v1","time":"2016-07-01T12:00:00-07:00",' +
      '"subject":"00112233445566778899aabbccddeeff","datacontenttype":"application/json",' +
      '"data":{"channel":"web","region":"OR","prescriptions":2}}',
  )
})

test('the bytes are those that JSON.stringify would give, whatever the texts are', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"', '\\', '\n', '\u007f', '\ud800', 'é'),
  )
  const texts = fc.record({ id: text, source: text, time: text, subject: text })
  fc.assert(
    fc.property(arbitraryEvent(), texts, (event, { id, source, time, subject }) => {
      const { specversion, type, datacontenttype, data } = event
      const { channel, region, ...detail } = data
      const odd: InteractionEvent = Object.assign({}, event, { id, source, time, subject })
      const fields = { specversion, id, source, type, time, subject, datacontenttype }
      expect(encodeEvent(odd).toString()).toBe(
        Buffer.from(JSON.stringify({ ...fields, data: { channel, region, ...detail } })).toString(),
      )
    }),
    { numRuns: 500 },
  )
})

test('a field that the contract does not name never leaves the portal', () => {
  fc.assert(
    fc.property(arbitraryEvent(), (event) => {
      const chatty: InteractionEvent = Object.assign({}, event, { name: 'x', data: { ...event.data, note: 'x' } })
      expect(encodeEvent(chatty)).toStrictEqual(encodeEvent(event))
    }),
  )
})

/** The same fields with the same values, the last one first. */
function reverseFields<Fields extends object>(fields: Fields): Fields {
  const reversed = { ...fields }
  for (const key of Object.keys(fields).toReversed()) {
    const value: unknown = Reflect.get(fields, key)
    Reflect.deleteProperty(reversed, key)
    Reflect.set(reversed, key, value)
  }
  return reversed
}
