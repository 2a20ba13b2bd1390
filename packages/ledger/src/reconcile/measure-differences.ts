import { Bounds } from './bounds.ts'
import { type Counted, Looker } from './look.ts'
import type { Source } from './source.ts'
import { compareTallies, type Tally } from './tally.ts'

/** As many looks as are needed until every difference is known exactly; under full load a few dozen. */
const LOOKS_MAX = 50
/** Pauses of different lengths, so that looks do not keep in step with the consumer. */
const LOOK_PAUSES_MS = [20, 35, 50, 75, 110]

export interface Differences {
  raw: Tally
  daily: Tally
  keys: string[]
  /** What raw has more than the daily counts, where that is not nothing. */
  differences: Map<string, { events: number; quantity: number }>
  /** Keys whose difference could not be told apart from what was being written. */
  undecided: Set<string>
}

/**
 * Measures exactly by how much raw and daily counts differ, also while events flow in: see {@link Bounds}. When a
 * consumer has died within a range and none has taken its place, what cannot be told stays undecided.
 */
export async function measureDifferences(source: Source, counted: Counted): Promise<Differences> {
  const looker = new Looker(source, counted)
  const bounds = new Map<string, Bounds>()
  for (let look = 1; ; look++) {
    const { daily, least, most, isComplete } = await looker.look({ waitForPending: true })
    const { keys } = compareTallies(most, daily)
    if (isComplete) {
      for (const key of keys) {
        const known = bounds.get(key) ?? new Bounds()
        known.narrow(daily.at(key), least.at(key), most.at(key))
        bounds.set(key, known)
      }
    }
    const undecided = new Set(keys.filter((key) => bounds.get(key)?.difference === undefined))
    if (undecided.size > 0 && isComplete && look < LOOKS_MAX) {
      await source.clock.sleep(LOOK_PAUSES_MS[look % LOOK_PAUSES_MS.length]!, source.signal)
      continue
    }
    return { raw: least, daily, keys, differences: knownDifferences(bounds), undecided }
  }
}

function knownDifferences(bounds: ReadonlyMap<string, Bounds>): Differences['differences'] {
  const differences: Differences['differences'] = new Map()
  for (const [key, { difference }] of bounds) {
    if (difference && (difference.events !== 0 || difference.quantity !== 0)) differences.set(key, difference)
  }
  return differences
}
