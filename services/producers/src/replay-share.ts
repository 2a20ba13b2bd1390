import type { Kind } from '@caretally/events'

import { createPlan } from './plan.ts'
import type { Prepared } from './prepare.ts'
import { replay, type ReplayProgress } from './replay.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'
import type { Share } from './shares.ts'
import type { Tally } from './tally.ts'

/** Which events a replay publishes; the same give the same, however many workers share them. */
export interface ReplayedEvents {
  from: string
  to: string
  scale: number
  seed: number
  kinds: Kind[]
}

interface ShareOptions {
  prepared: Prepared
  what: ReplayedEvents
  share: Share
  /** Where to count; also what is known when the replay ends before its time. */
  tally: Tally
  onProgress: (progress: ReplayProgress) => void
  signal: AbortSignal
}

/** Replays a share of the events as the environment says. */
export async function replayShare({ prepared, what, share, tally, onProgress, signal }: ShareOptions): Promise<void> {
  const { timeZone, pseudonymKey, openTopic } = prepared
  const { scale, seed, from, to, kinds } = what
  const plan = createPlan({ scenario: kaiserScenario, scale, seed, timeZone })
  await using publisher = await openTopic()
  await replay({ plan, publisher, pseudonymKey, from, to, kinds, share, tally, onProgress, signal })
}
