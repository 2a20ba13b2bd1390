import type { Dimension } from '@caretally/clickhouse'

import type { AnnualRow } from '../annual.ts'
import type { DailyRow } from '../counts.ts'
import type { MembersRow } from '../members.ts'
import { annualColumns, annualNotes } from './annual-table.ts'
import { dailyColumns, dailyNotes, dailyTotal } from './daily-table.ts'
import { type Defined, distinctDefinitions, nameOf, unitOf } from './definitions.ts'
import { membersColumns, membersNotes } from './members-table.ts'
import { type Column, createPaint } from './table.ts'

/** The rows as a table, what has to be known to read them rightly, and the definition of each metric. */
export function renderAnnualMarkdown(rows: readonly AnnualRow[]): string {
  const notes = annualNotes(rows).map((note) => `- ${escapeMarkdown(note)}`)
  const definitions = distinctDefinitions(rows).map(renderDefinition)
  const table = renderMarkdownTable(annualColumns(rows, createPaint(false)), rows)
  return joinBlocks([table, lines(notes), definitions.length > 0 ? '**Definitions**\n' : '', lines(definitions)])
}

/** The rows as a table, their sum, and what the two measures count. */
export function renderDailyMarkdown(rows: readonly DailyRow[], by: readonly Dimension[]): string {
  const notes = dailyNotes(rows).map((note) => `${escapeMarkdown(note)}\n`)
  return joinBlocks([renderMarkdownTable(dailyColumns(by), rows), `**${dailyTotal(rows)}**\n`, ...notes])
}

/** The members as a table, and how to read it. */
export function renderMembersMarkdown(rows: readonly MembersRow[], byRegion: boolean): string {
  const notes = membersNotes(rows).map((note) => `- ${escapeMarkdown(note)}`)
  return joinBlocks([renderMarkdownTable(membersColumns(byRegion), rows), lines(notes)])
}

/** A table of definitions. */
export function renderDefinitionsMarkdown(rows: readonly Defined[]): string {
  const columns: Column<Defined>[] = [
    { title: 'Metric', text: ({ title }) => title },
    { title: 'Name', text: nameOf },
    { title: 'Unit', text: unitOf },
    { title: 'Definition', text: ({ definition }) => definition },
  ]
  return renderMarkdownTable(columns, rows)
}

function renderDefinition(row: Defined): string {
  const [title, name, unit, definition] = [row.title, nameOf(row), unitOf(row), row.definition].map(escapeMarkdown)
  return `- **${title}** (${name}, in ${unit}): ${definition}`
}

/** A table in GitHub's Markdown. Whatever the cells hold, it is shown as text, in one line. */
export function renderMarkdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const titles = columns.map(({ title }) => escapeMarkdown(title))
  const rules = columns.map(({ align }) => (align === 'right' ? '---:' : '---'))
  const cells = rows.map((row) => columns.map(({ text }) => escapeMarkdown(text(row))))
  return lines([titles, rules, ...cells].map((line) => `| ${line.join(' | ')} |`))
}

/** The text for any place within a line: what would be markup, a link or a mention is escaped, line ends become blanks. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[\\`*_[\]<>~|&$:@]|(?<=www)\./gi, String.raw`\$&`)
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}

function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n')
}
