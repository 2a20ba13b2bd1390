const DAY_MS = 86_400_000
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, value) => String(value).padStart(3, '0'))

let knownDay = Number.NaN
let knownDate = ''

/** `new Date(time_ms).toISOString()` for times since 1970, at a fraction of its cost: events come in the order of their days. */
export function formatTime(time_ms: number): string {
  const day = Math.floor(time_ms / DAY_MS)
  if (day !== knownDay) {
    knownDay = day
    knownDate = new Date(time_ms).toISOString().slice(0, 11)
  }
  const ofDay_ms = time_ms - day * DAY_MS
  const seconds = Math.floor(ofDay_ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  const hour = TWO_DIGITS[Math.floor(minutes / 60)]!
  return `${knownDate}${hour}:${TWO_DIGITS[minutes % 60]!}:${TWO_DIGITS[seconds % 60]!}.${THREE_DIGITS[ofDay_ms % 1_000]!}Z`
}
