import type { Buffer } from 'node:buffer'

import { isSource } from '../event-schema.ts'
import { Fixed } from './fixed.ts'

interface Known {
  text: string
  /** Together with {@link BEFORE}. */
  bytes: Fixed
}

/** What stands before any source of an event; with it the shortest that is looked up has the length that Fixed wants. */
const BEFORE = 'e":"'

/** Portals have few sources. Where two meet in a slot, they take turns. */
const KNOWN_MAX = 2 ** 10
const known: (Known | undefined)[] = Array.from({ length: KNOWN_MAX })
const LENGTH_MIN = 4

/** The source in these bytes of an event; undefined when it is none, or too short to be looked up. */
export function readSource(bytes: Buffer, view: DataView, start: number, end: number): string | undefined {
  const length = end - start
  if (length < LENGTH_MIN) return undefined
  const slot = slotOf(view.getInt32(start, true), view.getInt32(end - 4, true), length)
  const candidate = known[slot]
  const before = start - BEFORE.length
  if (candidate?.bytes.length === end - before && candidate.bytes.stands(view, before)) return candidate.text
  const text = bytes.toString('latin1', start, end)
  if (!isSource(text)) return undefined
  known[slot] = { text, bytes: new Fixed(BEFORE + text) }
  return text
}

function slotOf(first: number, last: number, length: number): number {
  const mixed = Math.imul(first ^ length, 0x9e37_79b1) ^ last
  return Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b) >>> 22
}
