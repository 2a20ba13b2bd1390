/** Kafka's murmur2 of the key, without its sign, modulo the number of partitions. */
export function partitionOf(key: string | Buffer, partitions: number): number {
  if (typeof key !== 'string') return partitionOfBytes(key, 0, key.length, partitions)
  if (3 * key.length > scratch.length) return partitionOf(Buffer.from(key), partitions)
  return partitionOfBytes(scratch, 0, scratch.write(key), partitions)
}

/** The same of the key that lies in `bytes` from `at` on. */
export function partitionOfBytes(bytes: Uint8Array, at: number, length: number, partitions: number): number {
  return (murmur2(bytes, at, length) & 0x7fff_ffff) % partitions
}

/** Keys that are text are encoded here when they surely fit. */
const scratch = Buffer.alloc(128)

const MURMUR2_SEED = 0x9747_b28c
const MURMUR2_M = 0x5bd1_e995

/** Kafka's murmur2 (`org.apache.kafka.common.utils.Utils.murmur2`), as a signed 32-bit number. */
function murmur2(bytes: Uint8Array, start: number, length: number): number {
  const tail = start + (length & ~3)
  let h = MURMUR2_SEED ^ length
  for (let i = start; i < tail; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    k = Math.imul(k, MURMUR2_M)
    k ^= k >>> 24
    h = Math.imul(h, MURMUR2_M) ^ Math.imul(k, MURMUR2_M)
  }
  const rest = length & 3
  if (rest === 3) h ^= bytes[tail + 2]! << 16
  if (rest >= 2) h ^= bytes[tail + 1]! << 8
  if (rest >= 1) h = Math.imul(h ^ bytes[tail]!, MURMUR2_M)
  h = Math.imul(h ^ (h >>> 13), MURMUR2_M)
  return h ^ (h >>> 15)
}
