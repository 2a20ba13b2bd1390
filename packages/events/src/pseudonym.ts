import { Buffer } from 'node:buffer'
import { createHmac, createSecretKey } from 'node:crypto'

/** A key as strong as the hash that it keys (RFC 2104, section 3). */
export const PSEUDONYM_KEY_BYTES_MIN = 32

/** 128 of HMAC-SHA-256's 256 bits: with 100 million members, two share a pseudonym with a probability below 10^-22. */
const PSEUDONYM_HEX_LENGTH = 32

/**
 * Makes the function that replaces a member's id by their pseudonym: the first 128 bits of HMAC-SHA-256 over the id in
 * UTF-8, as 32 hex characters in lower case. The same id under the same key has the same pseudonym for ever; without the
 * key nobody can compute it, nor try ids until one fits. The id is taken as it stands: trim and fold case before, if your
 * ids need it.
 */
export function createPseudonymizer(key: Uint8Array): (memberId: string) => string {
  const secret = createSecretKey(key)
  return (memberId) =>
    createHmac('sha256', secret).update(memberId, 'utf8').digest('hex').slice(0, PSEUDONYM_HEX_LENGTH)
}

/**
 * Reads a key of at least 32 bytes from hex, or from base64 with its padding. Text of hex digits alone is hex.
 *
 * @throws {RangeError} with a message that does not quote the text.
 */
export function parsePseudonymKey(text: string): Uint8Array {
  const key = isHex(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  // Buffer skips what it cannot read; only text that comes out again was read whole.
  const isWhole = isHex(text) ? key.toString('hex') === text.toLowerCase() : key.toString('base64') === text
  if (!isWhole || key.length < PSEUDONYM_KEY_BYTES_MIN) {
    throw new RangeError(`the pseudonym key must be hex or base64 of at least ${PSEUDONYM_KEY_BYTES_MIN} bytes`)
  }
  return key
}

function isHex(text: string): boolean {
  return /^[0-9a-f]+$/i.test(text)
}
