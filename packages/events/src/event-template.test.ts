import fc from 'fast-check'
import { expect, test } from 'vitest'

import { encodeEvent } from './encode.ts'
import { createEventTemplate } from './event-template.ts'
import { arbitraryEvent } from './testing.ts'

const APPENDED_AT_MS = Date.UTC(2030, 0, 1)

/** As our producers write them. */
const events = arbitraryEvent(APPENDED_AT_MS).map((event) => ({ ...event, time: new Date(event.time).toISOString() }))

test('with the id, time and subject of another event of its sort it has the bytes of encodeEvent', () => {
  fc.assert(
    fc.property(events, events, fc.string(), (event, other, source) => {
      const { id, time, subject } = other
      const template = createEventTemplate({ ...event, source })
      const bytes = Buffer.from(template.bytes)
      bytes.write(id, template.idAt)
      bytes.write(time, template.timeAt)
      bytes.write(subject, template.subjectAt)
      expect(String(bytes)).toBe(String(encodeEvent({ ...event, source, id, time, subject })))
    }),
    { numRuns: 300 },
  )
})

test('an event whose id, time or subject has another length is refused', () => {
  const [event] = fc.sample(events, 1)
  for (const other of [{ id: 'x' }, { time: '2016-02-29T20:00:00Z' }, { subject: '' }]) {
    expect(() => createEventTemplate({ ...event!, ...other })).toThrow(RangeError)
  }
})
