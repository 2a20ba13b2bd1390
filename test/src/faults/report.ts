import type { Protection } from '@caretally/consumer'
import Table from 'cli-table3'

import type { CaseResult } from './fault-case.ts'

/** What became of one case. */
export interface CaseReport {
  name: string
  /** Exact counts; or, without a protection, that the suite has noticed. */
  ok: boolean
  seconds: number
  without?: Protection
  result?: CaseResult
  /** Why there is no result. */
  problem?: string
}

const number = (value: number | undefined) => value?.toLocaleString('en-US') ?? '–'

/** A row for each case, then the problems in words. */
export function renderReports(reports: readonly CaseReport[]): string {
  const table = new Table({
    head: ['case', 'faults', 'sent', 'accepted', 'duplicates', 'dead letters', 'error', 's', ''],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const { name, ok, seconds, without, result } of reports) {
    const verdict = without ? (ok ? 'noticed' : 'NOT NOTICED') : ok ? 'ok' : 'FAILED'
    const drift = result && result.drift.length > 0 ? `: ${result.drift.join(', ')}` : ''
    const counts = [
      result?.faults,
      result?.sent,
      result?.accepted,
      result?.duplicates,
      result?.deadLetters,
      result?.error,
    ]
    table.push([name, ...counts.map(number), seconds.toFixed(1), verdict + drift])
  }
  const problems = reports.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : []))
  const failed = reports.filter(({ ok }) => !ok).length
  return [table.toString(), ...problems, `${reports.length - failed} passed, ${failed} failed`, ''].join('\n')
}
