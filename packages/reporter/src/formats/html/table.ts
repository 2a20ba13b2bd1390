import type { Align } from '@caretally/runtime'

import type { Column } from '../table.ts'
import { html, type Html } from './html.ts'

/** Rows with the same text in the first column, one after the other, are headed by one cell. */
export function renderHtmlTable<Row>(
  caption: string,
  [head, ...columns]: readonly [Column<Row>, ...Column<Row>[]],
  rows: readonly Row[],
): Html {
  const titles = [head, ...columns].map(renderTitle)
  const groups = groupRows(rows, head.text).map((group) => renderGroup(head.text, columns, group))
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${titles}
        </tr>
      </thead>
      ${groups}
    </table>
  </div>`
}

function groupRows<Row>(rows: readonly Row[], headOf: (row: Row) => string): Row[][] {
  const groups: Row[][] = []
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    if (before !== undefined && headOf(before) === headOf(row)) groups.at(-1)?.push(row)
    else groups.push([row])
  }
  return groups
}

function renderGroup<Row>(headOf: (row: Row) => string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const lines = rows.map((row, index) => {
    const head = index === 0 ? renderHead(headOf(row), rows.length) : ''
    return html`<tr>
      ${head}${columns.map(({ text, align }) => renderCell(text(row), align))}
    </tr>`
  })
  return html`<tbody>
    ${lines}
  </tbody>`
}

function renderTitle({ title, align }: { title: string; align?: Align }): Html {
  if (align === 'right') return html`<th scope="col" class="number">${title}</th>`
  return html`<th scope="col">${title}</th>`
}

function renderHead(text: string, rows: number): Html {
  if (rows === 1) return html`<th scope="row">${text}</th>`
  return html`<th scope="rowgroup" rowspan="${rows}">${text}</th>`
}

function renderCell(text: string, align?: Align): Html {
  return align === 'right' ? html`<td class="number">${text}</td>` : html`<td>${text}</td>`
}
