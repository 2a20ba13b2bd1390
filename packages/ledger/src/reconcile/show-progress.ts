import type { Clock } from '@caretally/runtime'

import type { Progress } from './ledger.ts'

interface Terminal {
  write(text: string): unknown
  isTTY?: boolean | undefined
}

/** How often a stream that is not a terminal gets a line; a short run gets none. */
const LINE_INTERVAL_MS = 10_000

const STAGES: Record<Progress['stage'], string> = {
  offsets: 'offsets',
  days: 'raw events by day',
  repeats: 'raw events for repeats',
}

/** Tells on `stream` how far a proof has come: on a terminal in one line that is overwritten, elsewhere now and then. */
export function showProgress(stream: Terminal, clock: Clock) {
  let written_ms = clock.now()
  return {
    show({ stage, rows, rows_total }: Progress): void {
      const text = `looked at ${rows.toLocaleString('en-US')} of ${rows_total.toLocaleString('en-US')} ${STAGES[stage]}`
      if (stream.isTTY) {
        stream.write(`\r\u001B[K${text}`)
      } else if (clock.now() - written_ms >= LINE_INTERVAL_MS) {
        written_ms = clock.now()
        stream.write(`${text}\n`)
      }
    },
    clear(): void {
      if (stream.isTTY) stream.write('\r\u001B[K')
    },
  }
}
