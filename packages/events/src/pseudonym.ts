import { Buffer } from 'node:buffer'
import { createHmac, createSecretKey } from 'node:crypto'

/** What members' pseudonyms are made with. */
export interface PseudonymKey {
  /** Which of a health system's keys it is, from 1 to 255: every pseudonym names it, so that keys can be told apart. */
  readonly version: number
  /** Known to the portals only. */
  readonly secret: Uint8Array
}

/** A key as strong as the hash that it keys (RFC 2104, section 3). */
export const PSEUDONYM_KEY_BYTES_MIN = 32
export const PSEUDONYM_KEY_VERSION_MAX = 255

/** 120 of HMAC-SHA-256's 256 bits: with 100 million members, two share a pseudonym with a probability below 10^-20. */
const HMAC_HEX_LENGTH = 30

/**
 * Makes the function that replaces a member's id by their pseudonym, 32 hex characters in lower case: two of the key's version,
 * then the first 120 bits of HMAC-SHA-256 over the id in UTF-8. The same id under the same key has the same pseudonym for ever;
 * without the key nobody can compute it, nor try ids until one fits. The id is taken as it stands: trim and fold case before, if
 * your ids need it.
 */
export function createPseudonymizer({ version, secret }: PseudonymKey): (memberId: string) => string {
  const key = createSecretKey(secret)
  const digits = versionDigits(version)
  return (memberId) =>
    digits + createHmac('sha256', key).update(memberId, 'utf8').digest('hex').slice(0, HMAC_HEX_LENGTH)
}

/** The two characters that the pseudonyms of a key's version begin with. */
export function versionDigits(version: number): string {
  return version.toString(16).padStart(2, '0')
}

const WITH_VERSION = /^([1-9]\d{0,2}):(.*)$/s

/**
 * Reads a key: its version and a colon, then at least 32 bytes in hex, or in base64 with its padding. Text of hex digits alone is
 * hex. Without a version it is the first key.
 *
 * @throws {RangeError} with a message that does not quote the text.
 */
export function parsePseudonymKey(text: string): PseudonymKey {
  const [, version = '1', secretText = text] = WITH_VERSION.exec(text) ?? []
  if (Number(version) > PSEUDONYM_KEY_VERSION_MAX) {
    throw new RangeError(`the version of the pseudonym key must be 1 to ${PSEUDONYM_KEY_VERSION_MAX}`)
  }
  return { version: Number(version), secret: parseSecret(secretText) }
}

/** Whether {@link parsePseudonymKey} reads the text. */
export function isPseudonymKey(text: string): boolean {
  try {
    parsePseudonymKey(text)
    return true
  } catch {
    return false
  }
}

function parseSecret(text: string): Uint8Array {
  const secret = isHex(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  // Buffer skips what it cannot read; only text that comes out again was read whole.
  const isWhole = isHex(text) ? secret.toString('hex') === text.toLowerCase() : secret.toString('base64') === text
  if (!isWhole || secret.length < PSEUDONYM_KEY_BYTES_MIN) {
    throw new RangeError(`the pseudonym key must be hex or base64 of at least ${PSEUDONYM_KEY_BYTES_MIN} bytes`)
  }
  return secret
}

function isHex(text: string): boolean {
  return /^[0-9a-f]+$/i.test(text)
}
