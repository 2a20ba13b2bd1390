import type { YearStatus } from '../status.ts'

/** `2016`, or `2016 (provisional)`: a year that is not final says so wherever it is drawn. */
export function yearLabel(year: number, status: YearStatus | null): string {
  return status === null || status === 'final' ? String(year) : `${year} (${status})`
}
