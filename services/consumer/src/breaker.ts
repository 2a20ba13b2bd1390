import { CaretallyError } from '@caretally/runtime'

export interface BreakerLimits {
  /** How many offsets are looked back upon. */
  offsets: number
  /** The share of them that may be dead letters, from 0 to 1; 1 never breaks. */
  share_max: number
}

export const BREAKER_LIMITS: BreakerLimits = { offsets: 10_000, share_max: 0.5 }

/**
 * Stops a partition when nearly everything in it is bad: that is a broken deploy and not bad data, and thousands of dead
 * letters would only have to be replayed. Looks back by offsets, so a replay breaks at the same place.
 */
export class Breaker {
  readonly #limits: BreakerLimits
  /** Offset o at o modulo the number of offsets. */
  readonly #recent: (string | undefined)[]
  #bad = 0

  constructor(limits: BreakerLimits) {
    this.#limits = limits
    this.#recent = Array.from({ length: limits.offsets })
  }

  /**
   * Tells the outcome of an offset: the reason of a dead letter, or undefined.
   *
   * @throws {CaretallyError} `mostly_dead_letters`, which names the commonest reason
   */
  note(offset: number, reason: string | undefined): void {
    if (this.#bad === 0 && reason === undefined) return // nothing is remembered that this could replace
    const { offsets, share_max } = this.#limits
    const at = offset % offsets
    if (this.#recent[at] !== undefined) this.#bad -= 1
    this.#recent[at] = reason
    if (reason === undefined) return
    this.#bad += 1
    if (this.#bad > offsets * share_max) throw this.#broken(offset)
  }

  /** The share of dead letters among the offsets that are looked back upon. */
  get share(): number {
    return this.#bad / this.#limits.offsets
  }

  /** Tells of a dead letter that was written before, when the breaker is rebuilt. */
  restore(offset: number, reason: string): void {
    this.#recent[offset % this.#limits.offsets] = reason
    this.#bad += 1
  }

  #broken(offset: number): CaretallyError {
    const counts = new Map<string, number>()
    for (const reason of this.#recent) if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1)
    const [commonest, count] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most))
    return new CaretallyError(
      'mostly_dead_letters',
      `${this.#bad} of the last ${this.#limits.offsets} offsets up to ${offset} are dead letters, ${count} of them ${commonest}`,
      {
        hint: 'mend what the portal sends or what we accept, and start again; BREAKER_SHARE_MAX=1 lets everything through',
      },
    )
  }
}
