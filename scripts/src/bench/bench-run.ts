import type { Servers } from '@caretally/infra'
import type { Logger } from '@caretally/runtime'

import type { ChosenEvents } from './choose-events.ts'

/** What every part of the bench works with. */
export interface BenchRun extends ChosenEvents {
  servers: Servers
  /** Where the programs under measurement leave their logs. */
  directory: string
  rounds: number
  logger: Logger
  signal: AbortSignal
}

export const TIME_ZONE = 'America/Los_Angeles'

/** Says on standard error what is being done. */
export function say(line: string): void {
  process.stderr.write(`caretally: ${line}\n`)
}
