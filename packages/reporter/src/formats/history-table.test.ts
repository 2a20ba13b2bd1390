import { expect, test } from 'vitest'

import { renderHistoryTable } from './history-table.ts'
import { renderHistory } from './render.ts'
import { createPaint } from './table.ts'

const published = {
  year: 2016,
  metric: 'logins',
  published_at: '2017-01-05T00:00:00.000Z',
  value: 3,
  value_change: null,
  events: 3,
  events_change: null,
  days: 366,
  status: 'final',
}
const rows = [
  { ...published, version: 1, revision: 1 },
  { ...published, version: 1, revision: 2 },
  { ...published, version: 2, revision: 1 },
]

test('the table on the screen names a figure once, and again when its definition has another version', () => {
  const lines = renderHistoryTable(rows, createPaint(false)).split('\n').slice(1, 4)
  expect(lines.map((line) => line.slice(0, 10).trim())).toEqual(['logins v1', '', 'logins v2'])
})

test('a table that is not read on a screen names the figure in each row', () => {
  const lines = renderHistory(rows, 'markdown').split('\n').slice(2, 5)
  expect(lines.map((line) => line.slice(2, 11))).toEqual(['logins v1', 'logins v1', 'logins v2'])
})
