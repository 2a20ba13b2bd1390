/** Counts of a day, or of one combination of it. */
export interface Counts {
  events: number
  quantity: number
  /** Modulo 2^64; 0 where the counts are of one combination. */
  fingerprint: bigint
}

const NOTHING: Readonly<Counts> = { events: 0, quantity: 0, fingerprint: 0n }

/** Counts by a key, to which more can be added. What is nowhere is nothing. */
export class Tally {
  readonly #counts = new Map<string, Counts>()

  keys(): Iterable<string> {
    return this.#counts.keys()
  }

  at(key: string): Readonly<Counts> {
    return this.#counts.get(key) ?? NOTHING
  }

  copy(): Tally {
    const copy = new Tally()
    for (const [key, counts] of this.#counts) copy.add(key, counts)
    return copy
  }

  add(key: string, { events, quantity, fingerprint }: Counts): void {
    const before = this.at(key)
    this.#counts.set(key, {
      events: before.events + events,
      quantity: before.quantity + quantity,
      fingerprint: BigInt.asUintN(64, before.fingerprint + fingerprint),
    })
  }
}

/** The keys at which two tallies differ, and all keys of both; in order. */
export function compareTallies(one: Tally, other: Tally): { keys: string[]; differing: string[] } {
  const keys = [...new Set([...one.keys(), ...other.keys()])].sort()
  return { keys, differing: keys.filter((key) => !areEqual(one.at(key), other.at(key))) }
}

function areEqual(one: Counts, other: Counts): boolean {
  return one.events === other.events && one.quantity === other.quantity && one.fingerprint === other.fingerprint
}
