/** One JSON array of flat objects, indented, with a line feed at the end. */
export function renderJson(rows: readonly object[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`
}
