/** Looks at a count that only grows; returns how fast it has grown of late, per second, or null when it is too early to say. */
export type RateMeter = (now_ms: number, count: number) => number | null

/** The rate is that of this much time, or of less shortly after the start. */
export const RATE_SPAN_MS = 60_000
/** Looks that follow one another faster than this count as one. */
const LOOK_MS_MIN = 1_000

export function createRateMeter(): RateMeter {
  let looks: { at_ms: number; count: number }[] = []
  return (now_ms, count) => {
    const last = looks.at(-1)
    if (last !== undefined && (count < last.count || now_ms < last.at_ms)) looks = [] // another database, or another clock
    looks = looks.filter(({ at_ms }) => now_ms - at_ms <= RATE_SPAN_MS)
    if (now_ms - (looks.at(-1)?.at_ms ?? -Infinity) >= LOOK_MS_MIN) looks.push({ at_ms: now_ms, count })
    const [first] = looks
    if (first === undefined || now_ms - first.at_ms < LOOK_MS_MIN) return null
    return ((count - first.count) / (now_ms - first.at_ms)) * 1_000
  }
}
