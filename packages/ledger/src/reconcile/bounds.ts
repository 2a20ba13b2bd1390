import type { Counts } from './tally.ts'

interface Bound {
  least: number
  most: number
}

/**
 * What is known of a difference that does not change: each look bounds it from both sides, and it lies within all of the
 * bounds. Once they meet it is known exactly.
 */
export class Bounds {
  #events: Bound = { least: -Infinity, most: Infinity }
  #quantity: Bound = { least: -Infinity, most: Infinity }

  /** The difference is what raw has more than `daily`; raw is somewhere between `least` and `most`. */
  narrow(daily: Readonly<Counts>, least: Readonly<Counts>, most: Readonly<Counts>): void {
    this.#events = narrowed(this.#events, least.events - daily.events, most.events - daily.events)
    this.#quantity = narrowed(this.#quantity, least.quantity - daily.quantity, most.quantity - daily.quantity)
  }

  /** The difference, or undefined as long as it is not known exactly. */
  get difference(): { events: number; quantity: number } | undefined {
    const [events, quantity] = [this.#events, this.#quantity]
    if (events.least !== events.most || quantity.least !== quantity.most) return undefined
    return { events: events.least, quantity: quantity.least }
  }
}

/** Bounds that exclude each other mean that somebody has changed the difference meanwhile: the later ones hold. */
function narrowed(bound: Bound, least: number, most: number): Bound {
  const both = { least: Math.max(bound.least, least), most: Math.min(bound.most, most) }
  return both.least <= both.most ? both : { least, most }
}
