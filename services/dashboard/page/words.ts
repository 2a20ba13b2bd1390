import { kindTitle } from '@caretally/reporter/charts'

/** What a kind is called where several of its events are meant; one that is not known keeps its name. */
export function kindWord(kind: string): string {
  return kindTitle(kind) ?? kind
}

export const CHANNEL_WORDS = { web: 'On the web', mobile: 'In the mobile app' } as const

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const percent = new Intl.NumberFormat('en-US', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** What stands where there is no figure. */
export const NO_FIGURE = '–'

/** 21800 → `21,800`. */
export function wholeWord(value: number | null): string {
  return value === null ? NO_FIGURE : whole.format(value)
}

/** A daily mean in a column: 516 → `516.0`. */
export function perDayWord(value: number | null): string {
  return value === null ? NO_FIGURE : oneDecimal.format(value)
}

/** A daily mean: 516.3 → `516.3`, and without its decimal from 1,000 on. */
export function meanWord(value: number | null): string {
  if (value === null) return NO_FIGURE
  return Math.abs(value) < 1_000 && !Number.isInteger(value) ? oneDecimal.format(value) : whole.format(value)
}

/** 0.61 → `61.0%`. */
export function shareWord(share: number | null): string {
  return share === null ? NO_FIGURE : percent.format(share)
}

/** A figure in its unit. */
export function valueWord(value: number | null, unit: string): string {
  return unit === 'share' ? shareWord(value) : wholeWord(value)
}

/** A change in percent: 31.4 → `+31.4%`, with a real minus sign when it is one. */
export function changeWord(change: number | null): string {
  if (change === null) return NO_FIGURE
  const sign = change > 0 ? '+' : change < 0 ? '−' : ''
  return `${sign}${oneDecimal.format(Math.abs(change))}%`
}

/** The same in words: `up 31.4% on 2015`. */
export function changeSentence(change: number, before: number): string {
  if (change === 0) return `as in ${before}`
  return `${change > 0 ? 'up' : 'down'} ${oneDecimal.format(Math.abs(change))}% on ${before}`
}

/** How long ago: `3 s ago`, `5 min ago`, `2 h ago`, `4 days ago`. */
export function agoWord(then_ms: number, now_ms: number): string {
  const seconds = Math.max(0, Math.round((now_ms - then_ms) / 1_000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.round(seconds / 3_600)} h ago`
  return `${whole.format(Math.round(seconds / 86_400))} days ago`
}
