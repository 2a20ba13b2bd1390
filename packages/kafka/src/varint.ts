/** Writes a signed integer of up to 32 bits, zigzag, in groups of seven bits, the lowest first; returns where it ends. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = zigzag(value)
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = rest | 0x80
  bytes[at++] = rest
  return at
}

/** How many bytes {@link writeVarint} writes. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = zigzag(value); rest > 0x7f; rest >>>= 7) bytes++
  return bytes
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0
}
