import { CaretallyError } from '@caretally/runtime'

import type { Column } from './column.ts'
import { GrowingBuffer } from './growing-buffer.ts'

/** A range has at most this many offsets, and a table gets at most one row for each of them. */
export const BLOCK_ROWS_MAX = 131_072

/** The rows of one insert, in the columnar Native format. Made once and used for one range after the other. */
export interface Block<Row extends unknown[], Table extends string = string> {
  readonly table: Table
  /** The names of the columns that a row brings; the table's others get their defaults. */
  readonly columns: readonly string[]
  /** Rows appended since the last reset. */
  readonly rows: number
  append(...row: Row): void
  /** Forgets the rows and keeps the memory. Also what to do after a failed append, which may leave half a row. */
  reset(): void
  /**
   * The rows as the body of an insert, the same bytes for the same rows whatever the block held before. They lie in
   * memory of the block and are valid until its next `encode`.
   *
   * @throws {CaretallyError} `block_too_large` above {@link BLOCK_ROWS_MAX} rows; `block_uneven` after half a row
   */
  encode: () => Buffer
}

/** A block of `table` whose rows `append` spreads over `columns`, one value to each. */
export function createBlock<Row extends unknown[], Table extends string>(
  table: Table,
  columns: Readonly<Record<string, Column>>,
  append: (...row: Row) => void,
): Block<Row, Table> {
  const named = Object.entries(columns)
  const out = new GrowingBuffer()
  return {
    table,
    columns: Object.keys(columns),
    get rows() {
      return named[0]?.[1].rows ?? 0
    },
    append,
    reset() {
      for (const [, column] of named) column.reset()
    },
    encode() {
      out.reset()
      writeBlock(table, named, out)
      return out.bytes.subarray(0, out.length)
    },
  }
}

function writeBlock(table: string, columns: [name: string, column: Column][], out: GrowingBuffer): void {
  const rows = columns[0]?.[1].rows ?? 0
  if (rows > BLOCK_ROWS_MAX) {
    throw new CaretallyError('block_too_large', `a block of ${table} has ${rows} rows; ${BLOCK_ROWS_MAX} are allowed`)
  }
  out.appendVarint(columns.length)
  out.appendVarint(rows)
  for (const [name, column] of columns) {
    if (column.rows !== rows) {
      throw new CaretallyError(
        'block_uneven',
        `column ${name} of a block of ${table} has ${column.rows} of ${rows} rows`,
      )
    }
    out.appendString(name)
    out.appendString(column.type)
    if (rows > 0) column.writeTo(out)
  }
}
