const DAY_MS = 86_400_000
const ZERO = '0'.charCodeAt(0)
/** In `2016-02-29T20:00:00.000Z`. */
const HOUR_AT = 11
const MINUTE_AT = 14
const SECOND_AT = 17
const MILLISECOND_AT = 20

let knownDay = Number.NaN
const text = Buffer.alloc('2016-02-29T20:00:00.000Z'.length)

/** Writes `new Date(time_ms).toISOString()`, for times since 1970: events come in the order of their days, so a day is formatted once. */
export function writeTime(time_ms: number, target: Uint8Array, at: number): void {
  const day = Math.floor(time_ms / DAY_MS)
  if (day !== knownDay) {
    knownDay = day
    text.write(new Date(time_ms).toISOString())
  }
  const ofDay_ms = time_ms - day * DAY_MS
  const seconds = Math.floor(ofDay_ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  for (let index = 0; index < text.length; index++) target[at + index] = text[index]!
  writeTwoDigits(Math.floor(minutes / 60), target, at + HOUR_AT)
  writeTwoDigits(minutes % 60, target, at + MINUTE_AT)
  writeTwoDigits(seconds % 60, target, at + SECOND_AT)
  const milliseconds = ofDay_ms % 1_000
  target[at + MILLISECOND_AT] = ZERO + Math.floor(milliseconds / 100)
  writeTwoDigits(milliseconds % 100, target, at + MILLISECOND_AT + 1)
}

function writeTwoDigits(value: number, target: Uint8Array, at: number): void {
  target[at] = ZERO + Math.floor(value / 10)
  target[at + 1] = ZERO + (value % 10)
}
