import { Buffer } from 'node:buffer'

import type { Reason } from '@caretally/events'

/** A way to make an event into something that is none. */
interface Malformation {
  /** Why it is refused. */
  readonly reason: Reason
  /** From the bytes of an event of ours; they are not changed. */
  spoil(value: Buffer): Buffer
}

/** What portals get wrong, from a record that was cut short to a field too many. */
export const MALFORMATIONS: readonly Malformation[] = [
  { reason: 'tombstone', spoil: () => Buffer.alloc(0) },
  { reason: 'invalid_utf8', spoil: breakUtf8 },
  { reason: 'invalid_json', spoil: (value) => value.subarray(0, value.length - 2) },
  { reason: 'not_cloudevent', spoil: replacing(/"specversion":"1\.0"/, '"specversion":"2.0"') },
  { reason: 'unknown_type', spoil: replacing(/"type":"org\.caretally\.\w+\.v1"/, '"type":"org.caretally.logoff.v1"') },
  { reason: 'unknown_field', spoil: replacing(/"data":\{/, '"data":{"browser":"unknown",') },
  { reason: 'invalid_field', spoil: replacing(/"region":"[A-Z]{2}"/, '"region":"ZZ"') },
  // 1996 has a 29 February too
  { reason: 'time_out_of_range', spoil: replacing(/"time":"\d{4}/, '"time":"1996') },
]

/** A continuation byte in the place of the brace that the text begins with. */
function breakUtf8(value: Buffer): Buffer {
  const broken = Buffer.from(value)
  broken[0] = 0x80
  return broken
}

function replacing(pattern: RegExp, replacement: string): (value: Buffer) => Buffer {
  return (value) => Buffer.from(value.toString().replace(pattern, replacement))
}
