import { type Counted, Looker } from './look.ts'
import type { Source } from './source.ts'
import { compareTallies, type Tally } from './tally.ts'

/** Looks are bounded in number and so, with the pause between them, in time: 2 s. */
const LOOKS_MAX = 20
/** Looks for a still moment before agreement without one is enough. At low traffic most moments are still. */
const LOOKS_FOR_PROOF = 5
const LOOK_PAUSE_MS = 100

interface Suspects {
  raw: Tally
  daily: Tally
  keys: string[]
  /** In order. */
  suspects: string[]
}

/**
 * Finds the keys at which raw and daily counts may differ. One still look decides it: what it does not name is proved.
 *
 * Under a load that leaves no moment still, a key that agrees at any look, with or without what was being written, is
 * taken as agreeing: its drift would have to be the exact reverse of what was just being written, in events, quantity
 * and fingerprint.
 */
export async function findSuspects(source: Source, counted: Counted): Promise<Suspects> {
  const looker = new Looker(source, counted)
  const cleared = new Set<string>()
  for (let look = 1; ; look++) {
    const { daily, least, most, isStill } = await looker.look({ waitForPending: false })
    const { keys, differing } = compareTallies(least, daily)
    if (isStill) return { raw: least, daily, keys, suspects: differing }
    const differsFromLeast = new Set(differing)
    const differsFromMost = new Set(compareTallies(most, daily).differing)
    for (const key of keys) if (!differsFromLeast.has(key) || !differsFromMost.has(key)) cleared.add(key)
    const suspects = keys.filter((key) => !cleared.has(key))
    if (look >= (suspects.length === 0 ? LOOKS_FOR_PROOF : LOOKS_MAX)) return { raw: least, daily, keys, suspects }
    await source.clock.sleep(LOOK_PAUSE_MS, source.signal)
  }
}
