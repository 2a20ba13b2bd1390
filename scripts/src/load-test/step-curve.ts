/** A total that only grows, over time: how many events were acknowledged, written or visible by when. */
export class StepCurve {
  /** Ascending. */
  readonly #times_ms: number[] = []
  /** The total from each of the times on; ascending. */
  readonly #totals: number[] = []

  /** Tells the total from an instant on. Instants come in order; a total that is not larger than the last changes nothing. */
  add(at_ms: number, total: number): void {
    if (total <= this.total) return
    this.#times_ms.push(at_ms)
    this.#totals.push(total)
  }

  /** The last total; 0 before the first. */
  get total(): number {
    return this.#totals.at(-1) ?? 0
  }

  /** The total at an instant. */
  totalAt(at_ms: number): number {
    const next = this.#times_ms.findIndex((time_ms) => time_ms > at_ms)
    return (next === -1 ? this.total : this.#totals[next - 1]) ?? 0
  }

  /** The instants at which the total grew, each with the total from then on. */
  *steps(): Generator<{ at_ms: number; total: number }, void, void> {
    for (const [index, at_ms] of this.#times_ms.entries()) yield { at_ms, total: this.#totals[index]! }
  }

  /** When it first grew; undefined when it never did. */
  get first_ms(): number | undefined {
    return this.#times_ms[0]
  }

  /** When it last grew; undefined when it never did. */
  get last_ms(): number | undefined {
    return this.#times_ms.at(-1)
  }

  /** The mean rate from the first step to the last one; undefined when there are not two. What the first step brought is not of the time between. */
  get rate_per_second(): number | undefined {
    const { first_ms, last_ms } = this
    if (first_ms === undefined || last_ms === undefined || last_ms === first_ms) return undefined
    return ((this.total - this.#totals[0]!) * 1_000) / (last_ms - first_ms)
  }
}
