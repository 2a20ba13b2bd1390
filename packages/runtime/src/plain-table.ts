import Table from 'cli-table3'

export type Align = 'left' | 'right'

const GAP = '  '

/** Rows of cells in aligned columns, without frames, each line ended by a line feed. A cell may hold colour codes. */
export function renderPlainTable(rows: readonly (readonly string[])[], aligns: readonly Align[]): string {
  const table = new Table({
    colAligns: [...aligns],
    chars: { ...NO_FRAME, middle: GAP },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
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
