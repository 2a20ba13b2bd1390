import { stringify } from 'csv-stringify/sync'

/**
 * CSV as in RFC 4180: a line of `columns`, then the rows, each ended by CR LF; null is an empty field, and what is
 * true or false is written so.
 *
 * A text that a spreadsheet would run as a formula gets a leading apostrophe. Numbers are left as they are.
 */
export function renderCsv(rows: readonly object[], columns: readonly string[]): string {
  return stringify([...rows], {
    columns: [...columns],
    header: true,
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/, // the library itself quotes only the whole CR LF
    escape_formulas: true,
    cast: { boolean: String }, // the library itself writes 1 or nothing
  })
}
