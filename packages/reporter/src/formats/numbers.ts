/** What stands in a table where there is no figure. */
export const NO_FIGURE = '–'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const threeDecimals = new Intl.NumberFormat('en-US', { minimumFractionDigits: 3, maximumFractionDigits: 3 })
const share = new Intl.NumberFormat('en-US', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
const signed = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
})

/** 21800 → `21,800`. */
export function formatWhole(value: number): string {
  return whole.format(value)
}

/** The same of a count that may be suppressed. */
export function formatCount(value: number | null): string {
  return value === null ? NO_FIGURE : formatWhole(value)
}

/** 1234.5 → `1,234.5`. */
export function formatOneDecimal(value: number | null): string {
  return value === null ? NO_FIGURE : oneDecimal.format(value)
}

/** 23.19 → `23.190`. */
export function formatThreeDecimals(value: number | null): string {
  return value === null ? NO_FIGURE : threeDecimals.format(value)
}

/** A figure in its unit: 0.61 → `61.0%` for a share, otherwise 21800 → `21,800`. */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return NO_FIGURE
  return unit === 'share' ? share.format(value) : whole.format(value)
}

/** A change in percent: 31.4 → `+31.4%`. */
export function formatChange(percent: number | null): string {
  return percent === null ? NO_FIGURE : `${signed.format(percent)}%`
}
