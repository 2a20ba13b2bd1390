import type { Protection } from '@caretally/consumer'

import type { Target, Verdict } from './case-run.ts'

export interface CaseContext {
  /** Servers that are shared with the other cases: not to be harmed. */
  shared: Target
  /** For the logs and, where a case starts servers of its own, their state. */
  directory: string
  /** Whether there is an hour instead of minutes. */
  isLong: boolean
  /** What is drawn at random is drawn from this. */
  seed: number
  /** Says what is going on, for whoever watches. */
  say: (line: string) => void
  /** The protection that has to be switched off in the consumers of this run, to show that the case then fails. */
  without?: Protection
}

export interface CaseResult extends Verdict {
  /** How many faults were injected. */
  faults: number
}

/** A fault, injected into a real pipeline, after which every count has to be exact. Throws when it cannot be told. */
export interface FaultCase {
  name: string
  /** What is done to the pipeline, in a sentence. */
  description: string
  /** The protections without which the case fails; the suite shows that it does. */
  needs?: readonly Protection[]
  /** Mostly waits: it runs beside the other cases. */
  isWaiting?: boolean
  run: (context: CaseContext) => Promise<CaseResult>
}
