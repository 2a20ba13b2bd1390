import { HEADLINES } from '@caretally/reporter/headlines'

import type { AnnualRow } from './api.ts'
import { byId, element, fillTable, setOptions, setText } from './elements.ts'
import { changeSentence, changeWord, meanWord, perDayWord, valueWord } from './words.ts'

interface Card {
  root: HTMLLIElement
  update: (row: AnnualRow) => void
}

const cards = new Map<string, Card>()

/** The headline figures and the table of the year that is chosen, the latest one at first. */
export function showYear(rows: readonly AnnualRow[]): void {
  const years = [...new Set(rows.map(({ year }) => year))].sort((a, b) => b - a)
  const select = byId('year', HTMLSelectElement)
  setOptions(
    select,
    years.map((year) => [String(year), String(year)]),
  )
  const chosen = rows.filter(({ year }) => String(year) === select.value)
  const [any] = chosen
  if (any === undefined) return
  setText(byId('year-title', HTMLHeadingElement), `The year ${any.year}`)
  setText(byId('year-status', HTMLParagraphElement), statusSentence(any))
  showHeadlines(chosen)
  showTable(chosen, any)
}

function showHeadlines(rows: readonly AnnualRow[]): void {
  for (const metric of HEADLINES) {
    const row = rows.find((row) => row.metric === metric)
    if (row === undefined) continue
    const card = cards.get(metric) ?? addCard(metric)
    card.update(row)
  }
}

function addCard(metric: string): Card {
  const card = createCard(metric)
  cards.set(metric, card)
  byId('headlines', HTMLUListElement).append(card.root)
  return card
}

/** A figure under its name; the name is a button that tells the definition, and so does pointing at the figure. */
function createCard(metric: string): Card {
  const id = `definition-${metric}`
  const name = element('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': id })
  const [value, unit, change, total] = [
    element('strong', {}),
    element('span', {}),
    element('p', { class: 'change' }),
    element('p', { class: 'total' }),
  ]
  const definition = element('p', { id, class: 'definition', hidden: '' })
  const root = element(
    'li',
    {},
    element('h3', {}, name),
    element('p', { class: 'value' }, value, ' ', unit),
    change,
    total,
    definition,
  )
  tellDefinition(root, name, definition)
  return {
    root,
    update(row) {
      const perDay = row.metric === 'digital_interactions'
      setText(name, row.title)
      setText(value, perDay ? meanWord(row.per_day) : valueWord(row.value, row.unit))
      setText(unit, perDay ? 'a day' : row.unit === 'share' ? 'of logins' : row.unit)
      setText(change, changeOf(row, perDay ? row.per_day_change_pct : row.change_pct))
      setText(total, totalOf(row))
      setText(definition, `${row.definition} (${row.metric}, version ${row.version})`)
    },
  }
}

/** The change of a share is relative, and must not be taken for percentage points. Nothing without a year before. */
function changeOf({ unit, year, previous }: AnnualRow, change: number | null): string {
  if (previous === null) return ''
  if (change === null) return `${valueWord(previous, unit)} in ${year - 1}`
  return `${changeSentence(change, year - 1)}${unit === 'share' ? ', relative' : ''}`
}

function totalOf({ metric, unit, value, per_day, previous, year, status }: AnnualRow): string {
  if (metric === 'digital_interactions') {
    return `${valueWord(value, unit)} ${status === 'provisional' ? 'so far in' : 'in all of'} ${year}`
  }
  if (unit !== 'share') return `${meanWord(per_day)} a day`
  return previous === null ? '' : `${valueWord(previous, unit)} in ${year - 1}`
}

/** Shown while it is pointed at or its button has the focus, and from a press until the next; Escape hides it. */
function tellDefinition(root: HTMLElement, button: HTMLButtonElement, definition: HTMLElement): void {
  const show = (isShown: boolean) => {
    definition.hidden = !isShown
    button.setAttribute('aria-expanded', String(isShown))
  }
  root.addEventListener('pointerenter', ({ pointerType }) => {
    if (pointerType === 'mouse') show(true)
  })
  root.addEventListener('pointerleave', () => show(false))
  button.addEventListener('focus', () => {
    if (button.matches(':focus-visible')) show(true)
  })
  button.addEventListener('blur', () => show(false))
  button.addEventListener('click', ({ pointerType }) => {
    show(pointerType === 'mouse' || button.getAttribute('aria-expanded') === 'false')
  })
  root.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') show(false)
  })
}

const STATUS_WORDS = {
  final: 'is final: every day has been counted',
  provisional: 'is provisional: it is not over, or its last events may still arrive',
  partial: 'is partial: some of its days have no event at all',
} as const

function statusSentence({ year, status, days, days_in_year, previous_status }: AnnualRow): string {
  const before =
    previous_status === null
      ? ` There is no ${year - 1} to compare with.`
      : previous_status === 'final'
        ? ''
        : ` ${year - 1}, with which it is compared, is ${previous_status}.`
  return `${year} ${STATUS_WORDS[status]} (${days} of ${days_in_year} days).${before}`
}

function showTable(rows: readonly AnnualRow[], { year, status, previous_status }: AnnualRow): void {
  const remark = previous_status === null || previous_status === 'final' ? '' : ` (${previous_status})`
  const before = previous_status === null ? '' : ` compared with ${year - 1}${remark}`
  fillTable(byId('years', HTMLTableElement), {
    caption: `${year} (${status})${before}`,
    columns: [
      { title: 'Figure' },
      { title: String(year - 1), align: 'right' },
      { title: String(year), align: 'right' },
      { title: 'Change', align: 'right' },
      { title: `A day in ${year}`, align: 'right' },
      { title: 'Change a day', align: 'right' },
    ],
    rows: rows.map((row) => [
      element('span', {}, row.title, element('small', {}, row.definition)),
      valueWord(row.previous, row.unit),
      valueWord(row.value, row.unit),
      changeWord(row.change_pct),
      perDayWord(row.per_day),
      changeWord(row.per_day_change_pct),
    ]),
  })
}
