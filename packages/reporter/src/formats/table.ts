import { styleText } from 'node:util'

import { type Align, renderPlainTable } from '@caretally/runtime'

export interface Column<Row> {
  title: string
  align?: Align
  text: (row: Row) => string
}

export type Style = 'bold' | 'dim' | 'green' | 'yellow'

/** Colours a text, or leaves it as it is when colours are off. */
export type Paint = (style: Style, text: string) => string

export function createPaint(colours: boolean): Paint {
  return (style, text) => (colours && text !== '' ? styleText(style, text, { validateStream: false }) : text)
}

/** The columns of a table in which the first one has a text only where another thing begins, told from its key. */
export function headedOnce<Row>(
  [head, ...columns]: readonly [Column<Row>, ...Column<Row>[]],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Column<Row>[] {
  const keys = rows.map(keyOf)
  const begins = new Set(rows.filter((_, index) => keys[index] !== keys[index - 1]))
  return [{ ...head, text: (row) => (begins.has(row) ? head.text(row) : '') }, ...columns]
}

/** Rows in aligned columns under their titles. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], paint: Paint): string {
  const titles = columns.map(({ title }) => paint('bold', title))
  const cells = rows.map((row) => columns.map(({ text }) => text(row)))
  return renderPlainTable(
    [titles, ...cells],
    columns.map(({ align = 'left' }) => align),
  )
}
