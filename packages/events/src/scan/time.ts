import { daysInMonth } from '../time.ts'

export const TIME_LENGTH = '2016-02-29T20:00:00.000Z'.length

/** By two ASCII bytes, read as a little-endian number, the number whose digits they are. */
const NUMBER_OF_PAIR = new Uint8Array(2 ** 16).fill(0xff)
const ZERO = '0'.charCodeAt(0)
for (let value = 0; value < 100; value++) {
  NUMBER_OF_PAIR[(ZERO + Math.floor(value / 10)) | ((ZERO + (value % 10)) << 8)] = value
}

/** The number of two digits that begins at `at`; 255 when they are none. */
export function readPair(view: DataView, at: number): number {
  return NUMBER_OF_PAIR[view.getUint16(at, true)]!
}

const [DASH, COLON, T, DOT, Z] = ['-', ':', 'T', '.', 'Z'].map((character) => character.charCodeAt(0))

const DAY_MS = 86_400_000
const YEAR_FIRST = 2000
const YEAR_LAST = 2099
/** Days from the Unix epoch to the first of each month, by months since January of YEAR_FIRST. */
const DAYS_BEFORE_MONTH = Int32Array.from({ length: (YEAR_LAST - YEAR_FIRST + 1) * 12 }, (_, months) =>
  Math.round(Date.UTC(YEAR_FIRST, months) / DAY_MS),
)

/** The epoch milliseconds of a time such as `2016-02-29T20:00:00.000Z`; NaN when it is none, or not of this century. */
export function scanTime(view: DataView, at: number): number {
  const isPunctuated =
    view.getUint8(at + 4) === DASH &&
    view.getUint8(at + 7) === DASH &&
    view.getUint8(at + 10) === T &&
    view.getUint8(at + 13) === COLON &&
    view.getUint8(at + 16) === COLON &&
    view.getUint8(at + 19) === DOT &&
    view.getUint8(at + 23) === Z
  if (!isPunctuated) return Number.NaN
  const [century, yearOfCentury] = [readPair(view, at), readPair(view, at + 2)]
  const month = readPair(view, at + 5)
  const day = readPair(view, at + 8)
  if (century !== 20 || yearOfCentury > 99 || month < 1 || month > 12) return Number.NaN
  const year = century * 100 + yearOfCentury
  if (day < 1 || day > 28) {
    if (day < 1 || day > daysInMonth(year, month)) return Number.NaN
  }
  const hour = readPair(view, at + 11)
  const minute = readPair(view, at + 14)
  const second = readPair(view, at + 17)
  const hundredth = readPair(view, at + 20)
  const thousandth = view.getUint8(at + 22) - ZERO
  if (hour > 23 || minute > 59 || second > 59 || hundredth > 99 || thousandth < 0 || thousandth > 9) return Number.NaN
  const days = DAYS_BEFORE_MONTH[(year - YEAR_FIRST) * 12 + month - 1]! + day - 1
  return days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1_000 + hundredth * 10 + thousandth
}
