import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A stream of random numbers that its seed determines. */
export interface Random {
  /** 32 random bits, as a signed integer. */
  bits(): number
  /** Uniform in [0, 1), in steps of 2^-32. */
  fraction(): number
  /** Uniform in the integers from 0 to `end - 1`; `end` is at most 2^31. */
  below(end: number): number
}

/** `seed` is taken modulo 2^32. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(mixBits(seed))
  const bits = () => generator.next()
  const fraction = () => (generator.next() >>> 0) / 2 ** 32
  return { bits, fraction, below: (end) => Math.floor(fraction() * end) }
}

/** The seed of stream number `stream` under `seed`; under one seed the streams 0 to 2^32 - 1 have seeds of their own. */
export function streamSeed(seed: number, stream: number): number {
  return mixBits(mixBits(seed) + stream)
}

/** The last step of MurmurHash3: a permutation of the 32-bit integers that makes near numbers differ in about half their bits. */
function mixBits(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}

/** One of `options`, each with the probability of its weight; the weights add up to 1. */
export function choose<T>(random: Random, options: readonly (readonly [T, number])[]): T {
  let rest = random.fraction()
  for (const [option, weight] of options) {
    rest -= weight
    if (rest < 0) return option
  }
  return options.at(-1)![0]
}
