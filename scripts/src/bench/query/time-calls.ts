import { spreadOf } from '../statistics.ts'

/** Of {@link CALLS} calls, in milliseconds. */
export interface CallTimes {
  medianMs: number
  maxMs: number
}

export const CALLS = 21
const WARM_UP_CALLS = 3

/** How long a call takes, one after the other, once the first few are done. */
export async function timeCalls(call: () => Promise<unknown>, signal: AbortSignal): Promise<CallTimes> {
  const times_ms: number[] = []
  for (let number = 0; number < WARM_UP_CALLS + CALLS; number++) {
    signal.throwIfAborted()
    const start_ms = performance.now()
    await call()
    if (number >= WARM_UP_CALLS) times_ms.push(performance.now() - start_ms)
  }
  const { median, max } = spreadOf(times_ms)
  return { medianMs: median, maxMs: max }
}
