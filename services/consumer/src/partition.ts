import type { Breaker } from './breaker.ts'
import type { Cursor } from './cursor.ts'
import type { DuplicateWindow } from './duplicate-window.ts'

/** What this process knows of a partition, within one epoch. All of it follows from the log up to the cursor. */
export interface Partition {
  cursor: Cursor
  window: DuplicateWindow
  breaker: Breaker
}
