import { CaretallyError } from '@caretally/runtime'

import type { GrowingBuffer } from './growing-buffer.ts'

/** The values of one column of a block, encoded while they are appended. */
export interface Column {
  /** The ClickHouse type that the bytes are in. */
  readonly type: string
  /** Values appended since the last reset. */
  readonly rows: number
  /** Forgets the values and keeps the memory. */
  reset(): void
  /** Appends all values to `out` in the layout of the Native format. */
  writeTo(out: GrowingBuffer): void
}

/** The value cannot be held by a column of that type: a mistake in our code, since events are validated before. */
export function valueRefused(type: string): CaretallyError {
  return new CaretallyError('column_value_invalid', `a value does not fit into a column of type ${type}`)
}
