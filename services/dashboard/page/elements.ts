type Child = Node | string

/** An element with attributes and children. Texts become text nodes, so whatever they hold is shown and never parsed. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children)
  return node
}

/** The element of the page with this id. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new Error(`the page has no ${type.name} #${id}`)
}

/** Sets a text only when it is another one, so that nobody's selection or reading is disturbed. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text
}

/** Replaces the options of a list, and keeps the choice where it is still there. */
export function setOptions(
  select: HTMLSelectElement,
  options: readonly (readonly [value: string, label: string])[],
): void {
  const wanted = JSON.stringify(options)
  if (select.dataset['options'] === wanted) return
  const { value } = select
  select.replaceChildren(...options.map(([value, label]) => element('option', { value }, label)))
  select.dataset['options'] = wanted
  if (options.some(([one]) => one === value)) select.value = value
}

interface Table {
  caption: string
  columns: readonly { title: string; align?: 'right' }[]
  /** The first cell of a row is its header. */
  rows: readonly (readonly Child[])[]
}

/** Fills a table whose rows have headers; figures are aligned on the right. */
export function fillTable(table: HTMLTableElement, { caption, columns, rows }: Table): void {
  const cellClass = (index: number): Record<string, string> =>
    columns[index]?.align === 'right' ? { class: 'figure' } : {}
  const head = columns.map(({ title }, index) => element('th', { scope: 'col', ...cellClass(index) }, title))
  const body = rows.map((cells) =>
    element(
      'tr',
      {},
      ...cells.map((cell, index) =>
        index === 0 ? element('th', { scope: 'row' }, cell) : element('td', cellClass(index), cell),
      ),
    ),
  )
  table.replaceChildren(
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  )
}
