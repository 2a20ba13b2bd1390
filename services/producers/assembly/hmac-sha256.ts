// AssemblyScript: compiled to WebAssembly; src/pseudonym-writer.ts calls it. HMAC (RFC 2104) with SHA-256 (FIPS 180-4) for short
// messages under one key: what the key alone determines, half of the work, is done once.

const BLOCK_BYTES: u32 = 64
const DIGEST_BYTES: u32 = 32
/** Of a block: behind the message come a bit and the message's length. */
const LENGTH_BYTES: u32 = 8
/** What a message may have. */
const MESSAGE_BYTES_MAX: u32 = 1024

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const CONSTANTS = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])
/** The first 32 bits of the fractional parts of the square roots of the first 8 primes. */
const INITIAL = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
])
/** The states behind the key's two blocks. */
const INNER = memory.data(DIGEST_BYTES)
const OUTER = memory.data(DIGEST_BYTES)
const STATE = memory.data(DIGEST_BYTES)
const SCHEDULE = memory.data(4 * 64)
/** A message with its end, or a key; and a digest with its end. */
const MESSAGE = memory.data(MESSAGE_BYTES_MAX + 2 * BLOCK_BYTES)
const DIGEST = memory.data(BLOCK_BYTES)

/** Where the key and then each message have to be written. */
export function messageAt(): usize {
  return MESSAGE
}

/** Where the digest is until the next call: its eight words, each with its highest byte first. */
export function digestAt(): usize {
  return DIGEST
}

/** Takes the key, of a block with zeros behind it, from where a message is. */
export function setKey(): void {
  keyState(INNER, 0x3636_3636)
  keyState(OUTER, 0x3636_3636 ^ 0x5c5c_5c5c)
  finishBlock(DIGEST, DIGEST_BYTES, DIGEST_BYTES, BLOCK_BYTES)
}

/** Authenticates the message of so many bytes, at most {@link MESSAGE_BYTES_MAX}. */
export function authenticate(bytes: u32): void {
  const end = ((bytes + LENGTH_BYTES) / BLOCK_BYTES) * BLOCK_BYTES + BLOCK_BYTES
  finishBlock(MESSAGE, bytes, bytes, end)
  memory.copy(STATE, INNER, DIGEST_BYTES)
  for (let at: u32 = 0; at < end; at += BLOCK_BYTES) compress(STATE, MESSAGE + at)
  storeDigest()
  memory.copy(STATE, OUTER, DIGEST_BYTES)
  compress(STATE, DIGEST)
  storeDigest()
}

/** The state behind the key's block; the pad is applied to what lies there, the one of the outer hash over the inner one's. */
function keyState(state: usize, pad: u32): void {
  for (let at: u32 = 0; at < BLOCK_BYTES; at += 4) store<u32>(MESSAGE + at, load<u32>(MESSAGE + at) ^ pad)
  memory.copy(state, INITIAL, DIGEST_BYTES)
  compress(state, MESSAGE)
}

/** Puts the end of what is hashed behind `bytes` of it: a bit, zeros, and the length, which counts the key's block too. */
function finishBlock(start: usize, at: u32, bytes: u32, end: u32): void {
  store<u8>(start + at, 0x80)
  memory.fill(start + at + 1, 0, end - at - 1)
  store<u32>(start + end - 4, bswap<u32>((BLOCK_BYTES + bytes) * 8))
}

function storeDigest(): void {
  for (let at: u32 = 0; at < DIGEST_BYTES; at += 4) store<u32>(DIGEST + at, bswap<u32>(load<u32>(STATE + at)))
}

function compress(state: usize, block: usize): void {
  for (let at: u32 = 0; at < BLOCK_BYTES; at += 4) store<u32>(SCHEDULE + at, bswap<u32>(load<u32>(block + at)))
  for (let at: usize = SCHEDULE + BLOCK_BYTES; at < SCHEDULE + 4 * 64; at += 4) {
    const early = load<u32>(at - 4 * 15)
    const late = load<u32>(at - 4 * 2)
    const sigma0 = rotr<u32>(early, 7) ^ rotr<u32>(early, 18) ^ (early >>> 3)
    const sigma1 = rotr<u32>(late, 17) ^ rotr<u32>(late, 19) ^ (late >>> 10)
    store<u32>(at, load<u32>(at - 4 * 16) + sigma0 + load<u32>(at - 4 * 7) + sigma1)
  }
  let a = load<u32>(state)
  let b = load<u32>(state, 4)
  let c = load<u32>(state, 8)
  let d = load<u32>(state, 12)
  let e = load<u32>(state, 16)
  let f = load<u32>(state, 20)
  let g = load<u32>(state, 24)
  let h = load<u32>(state, 28)
  for (let at: u32 = 0; at < 4 * 64; at += 4) {
    const t1 =
      h +
      (rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25)) +
      (g ^ (e & (f ^ g))) +
      load<u32>(CONSTANTS + at) +
      load<u32>(SCHEDULE + at)
    const t2 = (rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)) + ((a & b) | (c & (a | b)))
    h = g
    g = f
    f = e
    e = d + t1
    d = c
    c = b
    b = a
    a = t1 + t2
  }
  store<u32>(state, load<u32>(state) + a)
  store<u32>(state, load<u32>(state, 4) + b, 4)
  store<u32>(state, load<u32>(state, 8) + c, 8)
  store<u32>(state, load<u32>(state, 12) + d, 12)
  store<u32>(state, load<u32>(state, 16) + e, 16)
  store<u32>(state, load<u32>(state, 20) + f, 20)
  store<u32>(state, load<u32>(state, 24) + g, 24)
  store<u32>(state, load<u32>(state, 28) + h, 28)
}
