/** Kafka's murmur2 of the key, without its sign, modulo the number of partitions. */
export function partitionOf(key: string | Buffer, partitions: number): number {
  return (murmur2(toByteCharacters(key)) & 0x7fff_ffff) % partitions
}

const ASCII_ONLY = /^[\0-\x7f]*$/

/**
 * A text with one character for each byte of the key, of UTF-8 where the key is text. Keys are pseudonyms in hexadecimal:
 * of an ASCII key the characters are the bytes, which spares the copy.
 */
function toByteCharacters(key: string | Buffer): string {
  if (typeof key !== 'string') return key.toString('latin1')
  return ASCII_ONLY.test(key) ? key : Buffer.from(key).toString('latin1')
}

const MURMUR2_SEED = 0x9747_b28c
const MURMUR2_M = 0x5bd1_e995

/** Kafka's murmur2 (`org.apache.kafka.common.utils.Utils.murmur2`), as a signed 32-bit number. */
function murmur2(text: string): number {
  const length = text.length
  const tail = length & ~3
  let h = MURMUR2_SEED ^ length
  for (let i = 0; i < tail; i += 4) {
    let k =
      text.charCodeAt(i) |
      (text.charCodeAt(i + 1) << 8) |
      (text.charCodeAt(i + 2) << 16) |
      (text.charCodeAt(i + 3) << 24)
    k = Math.imul(k, MURMUR2_M)
    k ^= k >>> 24
    h = Math.imul(h, MURMUR2_M) ^ Math.imul(k, MURMUR2_M)
  }
  const rest = length - tail
  if (rest === 3) h ^= text.charCodeAt(tail + 2) << 16
  if (rest >= 2) h ^= text.charCodeAt(tail + 1) << 8
  if (rest >= 1) h = Math.imul(h ^ text.charCodeAt(tail), MURMUR2_M)
  h = Math.imul(h ^ (h >>> 13), MURMUR2_M)
  return h ^ (h >>> 15)
}
