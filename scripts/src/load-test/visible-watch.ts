import { type ClickHouseClient, runQuery } from '@caretally/clickhouse'
import type { Clock } from '@caretally/runtime'

import { visibleEvents } from './queries.ts'
import { repeat } from './repeat.ts'
import { StepCurve } from './step-curve.ts'

export interface VisibleWatch {
  readonly visible: StepCurve
  /** The longest time between two looks: by so much may something have been visible earlier. */
  readonly gap_ms_max: number
  /** Looks a last time. */
  stop(this: void): Promise<void>
}

interface WatchOptions {
  client: ClickHouseClient
  every_ms: number
  clock: Clock
  signal: AbortSignal
}

/** Watches how many events are visible in the daily counts, until it is stopped or `signal` is aborted. */
export function watchVisible({ client, ...timing }: WatchOptions): VisibleWatch {
  const { clock } = timing
  const visible = new StepCurve()
  let looked_ms: number | undefined
  let gap_ms_max = 0
  const { stop } = repeat(async () => {
    const [row] = await runQuery(client, visibleEvents, {})
    const now_ms = clock.now()
    gap_ms_max = Math.max(gap_ms_max, now_ms - (looked_ms ?? now_ms))
    looked_ms = now_ms
    visible.add(now_ms, row?.events ?? 0)
  }, timing)
  return {
    visible,
    stop,
    get gap_ms_max() {
      return gap_ms_max
    },
  }
}
