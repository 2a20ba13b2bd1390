import Table from 'cli-table3'

import type { Check } from './check.ts'

/** The checks as a table for a terminal: what was expected, what came out, and whether they agree. */
export function renderChecks(checks: readonly Check[]): string {
  const table = new Table({
    head: ['check', 'expected', 'actual', ''],
    colAligns: ['left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const { name, expected, actual, ok } of checks) {
    table.push([name, format(expected), format(actual), ok ? 'ok' : 'DIFFERS'])
  }
  return table.toString()
}

function format(value: number | string | null): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : (value ?? '–')
}
