import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

import { type PseudonymKey, SUBJECT_BYTES, versionDigits } from '@caretally/events'
import { loadAssembly } from '@caretally/runtime'

/** Longer ids than anybody has. */
export const MEMBER_ID_BYTES_MAX = 1024

/** A longer key is hashed first (RFC 2104). */
const KEY_BYTES_MAX = 64
const HEX_DIGITS = Buffer.from('0123456789abcdef')

const createAssembly = loadAssembly(new URL('../dist/hmac-sha256.wasm', import.meta.url))

/**
 * Makes the function that writes the pseudonym of a member, as `createPseudonymizer` gives it, into `target` from `at` on: 32
 * bytes. A replay needs millions, and Node's HMAC makes three objects for each, which takes three times as long
 * (`docs/decisions/0016-pseudonyms-in-webassembly.md`).
 *
 * @throws {RangeError} the function, for an id of more than 1,024 bytes of UTF-8
 */
export function createPseudonymWriter({
  version,
  secret,
}: PseudonymKey): (memberId: string, target: Uint8Array, at: number) => void {
  const { memory, functionNamed } = createAssembly(1)
  const authenticate = functionNamed('authenticate')
  const message = functionNamed('messageAt')()
  const digest = functionNamed('digestAt')()
  const bytes = Buffer.from(memory.buffer)
  bytes.fill(0, message, message + KEY_BYTES_MAX)
  bytes.set(secret.length > KEY_BYTES_MAX ? createHash('sha256').update(secret).digest() : secret, message)
  functionNamed('setKey')()
  const digits = Buffer.from(versionDigits(version))

  return (memberId, target, at) => {
    // a character has at most three bytes, so this one may be too long
    if (3 * memberId.length > MEMBER_ID_BYTES_MAX && Buffer.byteLength(memberId) > MEMBER_ID_BYTES_MAX) {
      throw new RangeError(`a member's id has at most ${MEMBER_ID_BYTES_MAX} bytes`)
    }
    authenticate(bytes.write(memberId, message))
    target[at] = digits[0]!
    target[at + 1] = digits[1]!
    for (let place = at + 2, byteAt = digest; place < at + SUBJECT_BYTES; byteAt++) {
      const byte = bytes[byteAt]!
      target[place++] = HEX_DIGITS[byte >> 4]!
      target[place++] = HEX_DIGITS[byte & 0x0f]!
    }
  }
}
