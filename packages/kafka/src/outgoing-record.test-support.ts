import fc from 'fast-check'
import type { IHeaders } from 'kafkajs'

import type { Header, OutgoingRecord, RecordKey } from './record.ts'

const anyBytes = fc.uint8Array({ maxLength: 200, size: 'max' }).map((bytes) => Buffer.from(bytes))
const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 60, maxLength: 70 }))
const anyKey: fc.Arbitrary<RecordKey> = fc.oneof(fc.constant(null), anyText, anyBytes)
const anyName = fc.oneof(fc.constantFrom('a', 'b'), anyText)
const anyHeaders = fc.array(fc.tuple(anyName, anyBytes), { maxLength: 5 })

/** A record of any key, any bytes and any headers, a name of which may come several times. */
export const anyRecord: fc.Arbitrary<OutgoingRecord<RecordKey>> = fc.record(
  { key: anyKey, value: anyBytes, headers: anyHeaders },
  { requiredKeys: ['key', 'value'] },
)

/** A record whose headers are in an order that kafkajs does not change. */
export const anyRecordInOrder = anyRecord.map((record) => {
  if (record.headers === undefined) return record
  const headers = Object.entries(gatherHeaders(record.headers)).flatMap(([name, values]) =>
    values.map((value): Header => [name, value]),
  )
  return { ...record, headers }
})

/** As kafkajs wants them: by name. It moves those of one name together, and whole numbers to the front. */
export function gatherHeaders(headers: readonly Header[] = []): IHeaders & Record<string, Buffer[]> {
  const gathered: Record<string, Buffer[]> = Object.create(null)
  for (const [name, value] of headers) (gathered[name] ??= []).push(value)
  return gathered
}

export const someRecordsInOrder = fc.array(anyRecordInOrder, { minLength: 1, maxLength: 200 })
