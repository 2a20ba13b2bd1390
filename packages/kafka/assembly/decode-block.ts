// AssemblyScript: compiled to WebAssembly, which copies sixteen bytes at a time; src/lz4-decoder.ts calls it.
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md

/** What {@link decodeBlock} returns instead of an end. */
const UNREADABLE: u32 = 0xffff_ffff

/** Copies go by so many bytes at a time and may write as many, less one, beyond their end. */
const STRIDE: u32 = 16
const WORD: u32 = 8

/** A length of this much goes on in the bytes that follow. */
const LONG: u32 = 0x0f
const MORE: u32 = 0xff
const COPY_BYTES_MIN: u32 = 4
const DISTANCE_BYTES: u32 = 2

/**
 * Decompresses the block in memory from `at` to `end`: sequences of literals and of a copy of what came before; the last one
 * has literals only. The content goes to `out`, of which `start` is where that of the frame begins, and up to `limit`;
 * behind it there has to be memory for a stride.
 *
 * Returns where the content ends, or {@link UNREADABLE} for what is no block or exceeds the limit.
 */
export function decodeBlock(at: u32, end: u32, start: u32, out: u32, limit: u32): u32 {
  while (at < end) {
    const token: u32 = load<u8>(at++)
    let literals = token >>> 4
    if (literals == LONG) {
      let more = MORE
      for (; more == MORE && at < end; literals += more) more = load<u8>(at++)
    }
    if (literals > end - at || literals > limit - out) return UNREADABLE
    copyStrides(at, out, literals)
    at += literals
    out += literals
    if (at == end) return out

    if (end - at < DISTANCE_BYTES) return UNREADABLE
    const distance: u32 = load<u16>(at)
    at += DISTANCE_BYTES
    let copied = (token & LONG) + COPY_BYTES_MIN
    if (copied == LONG + COPY_BYTES_MIN) {
      let more = MORE
      for (; more == MORE && at < end; copied += more) more = load<u8>(at++)
    }
    if (distance == 0 || distance > out - start || copied > limit - out) return UNREADABLE
    const from = out - distance
    if (distance >= STRIDE) copyStrides(from, out, copied)
    else if (distance >= WORD) copyWords(from, out, copied)
    else copyBytes(from, out, copied)
    out += copied
  }
  return UNREADABLE
}

/** Source and target may overlap from a distance of a stride on. */
function copyStrides(from: u32, to: u32, count: u32): void {
  const end = to + count
  do {
    v128.store(to, v128.load(from))
    from += STRIDE
    to += STRIDE
  } while (to < end)
}

/** Source and target may overlap from a distance of a word on. */
function copyWords(from: u32, to: u32, count: u32): void {
  const end = to + count
  do {
    store<u64>(to, load<u64>(from))
    from += WORD
    to += WORD
  } while (to < end)
}

/** Copies what may be just being written. */
function copyBytes(from: u32, to: u32, count: u32): void {
  const end = to + count
  do {
    store<u8>(to++, load<u8>(from++))
  } while (to < end)
}
