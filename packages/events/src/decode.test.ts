import { Buffer } from 'node:buffer'

import { describe, expect, test } from 'vitest'

import { type Decoded, decodeEvent, DEPTH_MAX, EVENT_BYTES_MAX } from './decode.ts'
import { type Reason, REASONS } from './reasons.ts'
import type { LoginEvent } from './schema.ts'
import { TIME_AHEAD_MS_MAX } from './time.ts'

const APPENDED_AT_MS = Date.UTC(2030, 0, 1)

const login: LoginEvent = {
  specversion: '1.0',
  id: '019535d9-3df7-79fb-b466-fa907fa17f9e',
  source: '/portal/mobile-app',
  type: 'org.caretally.login.v1',
  time: '2016-07-01T12:00:00.250-07:00',
  subject: '00112233445566778899aabbccddeeff',
  datacontenttype: 'application/json',
  data: { channel: 'mobile', region: 'CA', method: 'biometric' },
}

const decodeText = (text: string, appendedAt_ms = APPENDED_AT_MS): Decoded =>
  decodeEvent(Buffer.from(text), appendedAt_ms)
const decodeJson = (value: unknown, appendedAt_ms = APPENDED_AT_MS): Decoded =>
  decodeText(JSON.stringify(value), appendedAt_ms)
/** The JSON of a login with other attributes; undefined leaves one out. */
const eventWith = (attributes: object): string => JSON.stringify({ ...login, ...attributes })
/** The JSON of a login with other data. */
const dataWith = (data: object): string => eventWith({ data: { ...login.data, ...data } })
/** The JSON of a refill request; `prescriptions` is put in as it stands. */
const refillOf = (prescriptions: string): string =>
  eventWith({ type: 'org.caretally.refill.v1', data: { channel: 'web', region: 'DC', prescriptions: 3 } }).replace(
    '3}',
    `${prescriptions}}`,
  )
const nothingThere = 'specversion: invalid_type; id: invalid_type; source: invalid_type; type: invalid_type'
const refused = (reason: Reason, detail = ''): Decoded => ({ ok: false, reason, detail })

describe('an event that keeps the contract', () => {
  test('comes back whole, with the facts that are counted', () => {
    expect(decodeJson(login)).toStrictEqual({
      ok: true,
      event: login,
      interaction: {
        id: '019535d9-3df7-79fb-b466-fa907fa17f9e',
        source: '/portal/mobile-app',
        time_ms: Date.UTC(2016, 6, 1, 19, 0, 0, 250),
        kind: 'login',
        subject: '00112233445566778899aabbccddeeff',
        channel: 'mobile',
        region: 'CA',
        detail: 'biometric',
        quantity: 1,
      },
    })
  })

  test.each([
    ['login', { method: 'sso' }, { detail: 'sso', quantity: 1 }],
    ['telehealth', { modality: 'phone' }, { detail: 'phone', quantity: 1 }],
    ['message', { direction: 'to_patient' }, { detail: 'to_patient', quantity: 1 }],
    ['refill', { prescriptions: 20 }, { detail: '', quantity: 20 }],
    ['lab_view', { results: 50 }, { detail: '', quantity: 50 }],
  ])('has the detail and the quantity of its kind: %s', (kind, own, facts) => {
    const event = { ...login, type: `org.caretally.${kind}.v1`, data: { channel: 'web', region: 'WY', ...own } }
    expect(decodeJson(event)).toMatchObject({ ok: true, event, interaction: { kind, ...facts } })
  })

  test('has its id in lower case, so that the same id is the same however it was written', () => {
    const decoded = decodeJson({ ...login, id: login.id.toUpperCase() })
    expect(decoded).toMatchObject({ ok: true, event: { id: login.id }, interaction: { id: login.id } })
  })

  test('may be spaced and ordered in any way', () => {
    const reversed = Object.fromEntries(Object.entries(login).toReversed())
    expect(decodeText(`\r\n\t${JSON.stringify(reversed, null, 4)}\n`)).toStrictEqual(decodeJson(login))
  })

  test('may be part of a larger buffer', () => {
    const text = JSON.stringify(login)
    const middle = Buffer.from(`{"a":${text}}`).subarray(5, 5 + text.length)
    expect(decodeEvent(middle, APPENDED_AT_MS)).toStrictEqual(decodeJson(login))
  })

  test('may be as large as the limit and no larger', () => {
    const text = JSON.stringify(login).padEnd(EVENT_BYTES_MAX)
    expect(decodeText(text)).toMatchObject({ ok: true })
    expect(decodeText(`${text} `)).toStrictEqual(refused('too_large'))
  })

  test('counts the last of repeated keys', () => {
    const text = refillOf('3').replace('"data":', '"data":{"name":"x"},"data":')
    expect(decodeText(text)).toStrictEqual(decodeText(refillOf('3')))
    expect(decodeText(refillOf('3,"prescriptions":4'))).toStrictEqual(decodeText(refillOf('4')))
  })

  test('may write a whole number in any way that JSON has', () => {
    for (const three of ['3', '3.0', '3e0', '0.3E+1']) {
      expect(decodeText(refillOf(three))).toMatchObject({ ok: true, interaction: { quantity: 3 } })
    }
  })

  test('may have a source of 256 characters', () => {
    expect(decodeJson({ ...login, source: 'a'.repeat(256) })).toMatchObject({ ok: true })
  })
})

describe('the time', () => {
  test.each(['2000-01-01T00:00:00Z', '1999-12-31T19:00:00-05:00', '2000-01-01T14:00:00+14:00'])(
    '%s is accepted: the instant is not before 2000',
    (time) => {
      expect(decodeJson({ ...login, time })).toMatchObject({ ok: true, interaction: { time_ms: Date.UTC(2000, 0, 1) } })
    },
  )

  test.each([
    '1999-12-31T23:59:59Z',
    '1999-12-31T23:59:59.999999999Z',
    '2000-01-01T13:59:59+14:00',
    '0000-02-29T00:00:00Z',
  ])('%s is refused: the instant is before 2000', (time) => {
    expect(decodeJson({ ...login, time })).toStrictEqual(refused('time_out_of_range', 'time: too_small'))
  })

  test('may be 24 hours ahead of the log, and not a millisecond more', () => {
    const time = '2016-07-02T12:00:00.250Z'
    const appendedAt_ms = Date.parse(time) - TIME_AHEAD_MS_MAX
    expect(TIME_AHEAD_MS_MAX).toBe(86_400_000)
    expect(decodeJson({ ...login, time }, appendedAt_ms)).toMatchObject({ ok: true })
    expect(decodeJson({ ...login, time }, appendedAt_ms - 1)).toStrictEqual(
      refused('time_out_of_range', 'time: too_big'),
    )
  })
})

describe('a value that is no event has a reason', () => {
  const cases: readonly [what: string, value: Uint8Array | string | null, reason: Reason, detail?: string][] = [
    ['no value', null, 'tombstone'],
    ['an empty value', '', 'tombstone'],

    ['900 kB', `{"note":"${'x'.repeat(900_000)}"}`, 'too_large'],
    ['100,000 levels of nesting', '['.repeat(100_000), 'too_large'],

    ['a byte that UTF-8 never has', Buffer.from('"\u00ff"', 'latin1'), 'invalid_utf8'],
    ['a character cut off', Buffer.from('"é"').subarray(0, 2), 'invalid_utf8'],
    ['a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'invalid_utf8'],
    ['broken UTF-8 that nests deep', Buffer.from(`${'['.repeat(99)}\u00ff`, 'latin1'), 'invalid_utf8'],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'invalid_utf8'],

    ['as many open brackets as fit', '['.repeat(EVENT_BYTES_MAX), 'too_deep'],
    ['nesting of 8,000 levels', '['.repeat(8_000) + ']'.repeat(8_000), 'too_deep'],
    ['deep nesting inside an event', eventWith({ data: nest(DEPTH_MAX) }), 'too_deep'],

    ['a word', 'hello', 'invalid_json'],
    ['white space', '   ', 'invalid_json'],
    ['a byte-order mark', `\ufeff${eventWith({})}`, 'invalid_json'],
    ['an event cut short', eventWith({}).slice(0, -1), 'invalid_json'],
    ['two events', eventWith({}).repeat(2), 'invalid_json'],
    ['NaN', refillOf('NaN'), 'invalid_json'],
    ['a null byte', '\0', 'invalid_json'],

    ['null', 'null', 'not_cloudevent', 'event: invalid_type'],
    ['a string', '"hello"', 'not_cloudevent', 'event: invalid_type'],
    ['a batch of events', `[${eventWith({})}]`, 'not_cloudevent', 'event: invalid_type'],
    ['an array as deep as the limit', JSON.stringify(nest(DEPTH_MAX)), 'not_cloudevent', 'event: invalid_type'],
    ['an empty object', '{}', 'not_cloudevent', nothingThere],
    ['an event in the place of a prototype', `{"__proto__":${eventWith({})}}`, 'not_cloudevent', nothingThere],
    ['no id', eventWith({ id: undefined }), 'not_cloudevent', 'id: invalid_type'],
    ['CloudEvents 0.3', eventWith({ specversion: '0.3' }), 'not_cloudevent', 'specversion: invalid_value'],

    ['a newer version', eventWith({ type: 'org.caretally.login.v2' }), 'unknown_type', 'type: invalid_value'],
    ['a type that objects inherit', eventWith({ type: 'constructor' }), 'unknown_type', 'type: invalid_value'],
    ['a type that is no text', eventWith({ type: ['x'] }), 'unknown_type', 'type: invalid_value'],

    ['an extension attribute', eventWith({ traceparent: 'x' }), 'unknown_field', 'event: unrecognized_keys'],
    ['free text in data', dataWith({ note: 'x' }), 'unknown_field', 'data: unrecognized_keys'],
    [
      'free text beside a wrong field',
      dataWith({ region: 'x', note: 'x' }),
      'unknown_field',
      'data: unrecognized_keys',
    ],
    ["another kind's field", dataWith({ results: 1 }), 'unknown_field', 'data: unrecognized_keys'],
    [
      '__proto__ in the event',
      eventWith({}).replace('{', '{"__proto__":{"x":1},'),
      'unknown_field',
      'event: unrecognized_keys',
    ],
    [
      '__proto__ in data',
      eventWith({}).replace('"data":{', '"data":{"__proto__":null,'),
      'unknown_field',
      'data: unrecognized_keys',
    ],

    ['an id that is null', eventWith({ id: null }), 'invalid_field', 'id: invalid_type'],
    ['an id that is no UUID', eventWith({ id: '42' }), 'invalid_field', 'id: invalid_format'],
    ['an id in braces', eventWith({ id: `{${login.id}}` }), 'invalid_field', 'id: invalid_format'],
    ['an empty source', eventWith({ source: '' }), 'invalid_field', 'source: invalid_format'],
    ['a space in the source', eventWith({ source: '/a b' }), 'invalid_field', 'source: invalid_format'],
    ['a line break in the source', eventWith({ source: '/a\n' }), 'invalid_field', 'source: invalid_format'],
    ['a source in another script', eventWith({ source: '/é' }), 'invalid_field', 'source: invalid_format'],
    ['half a percent-encoding', eventWith({ source: '/%f' }), 'invalid_field', 'source: invalid_format'],
    ['a source of 257 characters', eventWith({ source: 'a'.repeat(257) }), 'invalid_field', 'source: too_big'],
    ['no time', eventWith({ time: undefined }), 'invalid_field', 'time: invalid_type'],
    ['a time in seconds', eventWith({ time: 1_467_374_400 }), 'invalid_field', 'time: invalid_type'],
    ['a leap second', eventWith({ time: '2016-12-31T23:59:60Z' }), 'invalid_field', 'time: invalid_format'],
    ['hour 24', eventWith({ time: '2016-07-01T24:00:00Z' }), 'invalid_field', 'time: invalid_format'],
    ['30 February', eventWith({ time: '2016-02-30T12:00:00Z' }), 'invalid_field', 'time: invalid_format'],
    ['t in lower case', eventWith({ time: '2016-07-01t12:00:00Z' }), 'invalid_field', 'time: invalid_format'],
    ['a member id', eventWith({ subject: '12345' }), 'invalid_field', 'subject: invalid_format'],
    ['a pseudonym in upper case', eventWith({ subject: 'A'.repeat(32) }), 'invalid_field', 'subject: invalid_format'],
    [
      'another media type',
      eventWith({ datacontenttype: 'text/json' }),
      'invalid_field',
      'datacontenttype: invalid_value',
    ],
    ['data that is null', eventWith({ data: null }), 'invalid_field', 'data: invalid_type'],
    ['data that is a list', eventWith({ data: [] }), 'invalid_field', 'data: invalid_type'],
    ['no method', dataWith({ method: undefined }), 'invalid_field', 'data.method: invalid_value'],
    [
      'several wrong fields',
      dataWith({ channel: 'fax', region: 'ca' }),
      'invalid_field',
      'data.channel: invalid_value; data.region: invalid_value',
    ],
    ['a number as text', refillOf('"3"'), 'invalid_field', 'data.prescriptions: invalid_type'],
    ['infinity', refillOf('1e999'), 'invalid_field', 'data.prescriptions: invalid_type'],
    ['a fraction', refillOf('2.5'), 'invalid_field', 'data.prescriptions: invalid_type'],
    ['zero', refillOf('0'), 'invalid_field', 'data.prescriptions: too_small'],
    ['minus zero', refillOf('-0'), 'invalid_field', 'data.prescriptions: too_small'],
    ['21 prescriptions', refillOf('21'), 'invalid_field', 'data.prescriptions: too_big'],

    ['1999', eventWith({ time: '1999-12-31T23:59:59Z' }), 'time_out_of_range', 'time: too_small'],
  ]

  test.each(cases)('%s', (_, value, reason, detail = '') => {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    expect(decodeEvent(bytes, APPENDED_AT_MS)).toStrictEqual(refused(reason, detail))
  })

  test('and every reason is the reason of one of these', () => {
    expect(new Set(cases.map(([, , reason]) => reason))).toStrictEqual(new Set(Object.keys(REASONS)))
  })
})

test('of several reasons the first in the order of REASONS is given', () => {
  const faults: readonly (readonly [Reason, object])[] = [
    ['time_out_of_range', { time: '1999-12-31T23:59:59Z' }],
    ['invalid_field', { subject: 'x' }],
    ['unknown_field', { name: 'x' }],
    ['unknown_type', { type: 'x' }],
    ['not_cloudevent', { specversion: '2.0' }],
    ['too_deep', { name: nest(DEPTH_MAX) }],
    ['too_large', { note: 'x'.repeat(EVENT_BYTES_MAX) }],
  ]
  let event: object = login
  for (const [reason, fault] of faults) {
    event = { ...event, ...fault }
    expect(decodeJson(event)).toMatchObject({ reason })
  }
  const order = Object.keys(REASONS)
  expect(faults.map(([reason]) => order.indexOf(reason)).toReversed()).toStrictEqual(
    faults.map(([reason]) => order.indexOf(reason)).sort((a, b) => a - b),
  )
})

/** Lists within lists, `depth` deep. */
function nest(depth: number): unknown {
  return depth === 0 ? 1 : [nest(depth - 1)]
}
