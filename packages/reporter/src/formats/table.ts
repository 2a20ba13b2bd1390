import { styleText } from 'node:util'

import Table from 'cli-table3'

export interface Column<Row> {
  title: string
  align?: 'left' | 'right'
  text: (row: Row) => string
}

export type Style = 'bold' | 'dim' | 'green' | 'yellow'

/** Colours a text, or leaves it as it is when colours are off. */
export type Paint = (style: Style, text: string) => string

export function createPaint(colours: boolean): Paint {
  return (style, text) => (colours && text !== '' ? styleText(style, text, { validateStream: false }) : text)
}

const GAP = '  '

/** Rows in aligned columns under their titles, without frames, each line ended by a line feed. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], paint: Paint): string {
  const table = new Table({
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: { ...NO_FRAME, middle: GAP },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(columns.map(({ title }) => paint('bold', title)))
  for (const row of rows) table.push(columns.map(({ text }) => text(row)))
  const lines = table.toString().split('\n')
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

const NO_FRAME = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
}
