import type { PipelineHealth } from './api.ts'
import { byId, element, fillTable, setText } from './elements.ts'
import { agoWord, meanWord, NO_FIGURE, wholeWord } from './words.ts'

/** How the pipeline is: in one sentence, in figures, and by partition. */
export function showHealth(health: PipelineHealth, now_ms: number): void {
  byId('pipeline', HTMLElement).hidden = false
  setText(byId('pipeline-status', HTMLParagraphElement), statusOf(health))
  showFacts(health, now_ms)
  showLetters(health)
  showPartitions(health)
}

function statusOf({ kafka, lag, dead_letters }: PipelineHealth): string {
  const open = dead_letters.reduce((sum, { open }) => sum + open, 0)
  const letters =
    open === 0 ? '' : ` ${wholeWord(open)} dead ${open === 1 ? 'letter waits' : 'letters wait'} for a decision.`
  if (kafka === 'silent') return `Kafka does not answer, so nobody knows how far behind the figures are.${letters}`
  if (kafka === 'unknown')
    return `How far behind the figures are is not known: the dashboard was not told of a Kafka.${letters}`
  const behind =
    lag === 0
      ? 'Everything that has come to Kafka is in the figures.'
      : `Records that wait to be counted: ${wholeWord(lag)}.`
  return `${behind}${letters}`
}

const facts = new Map<string, HTMLElement>()

function showFacts(health: PipelineHealth, now_ms: number): void {
  const { outcomes, offsets_per_second, lag, last_written_at, last_reconciliation } = health
  const list = byId('pipeline-figures', HTMLElement)
  const entries: [term: string, text: string][] = [
    ['Accepted events', wholeWord(outcomes.accepted)],
    ['Duplicates dropped', wholeWord(outcomes.duplicates)],
    ['Dead letters', wholeWord(outcomes.dead_letters)],
    ['Offsets a second', meanWord(offsets_per_second)],
    ['Waiting in Kafka', wholeWord(lag)],
    ['Last written', last_written_at === null ? NO_FIGURE : agoWord(Date.parse(last_written_at), now_ms)],
    ['Last reconciled', last_reconciliation === null ? 'never' : reconciledWord(last_reconciliation, now_ms)],
  ]
  for (const [term, text] of entries) {
    const value = facts.get(term) ?? addFact(list, term)
    setText(value, text)
  }
}

const VERDICT_WORDS = { holds: 'the ledger held', drift: 'it did not add up', undecided: 'undecided' } as const

function reconciledWord(last: NonNullable<PipelineHealth['last_reconciliation']>, now_ms: number): string {
  return `${agoWord(Date.parse(last.finished_at), now_ms)}: ${VERDICT_WORDS[last.verdict]}`
}

function addFact(list: HTMLElement, term: string): HTMLElement {
  const value = element('dd', {})
  facts.set(term, value)
  list.append(element('div', {}, element('dt', {}, term), value))
  return value
}

function showLetters({ dead_letters }: PipelineHealth): void {
  const table = byId('letters', HTMLTableElement)
  table.parentElement!.hidden = dead_letters.length === 0
  byId('no-letters', HTMLParagraphElement).hidden = dead_letters.length > 0
  fillTable(table, {
    caption: 'By reason, and what was decided',
    columns: [
      { title: 'Reason' },
      { title: 'Open', align: 'right' },
      { title: 'Replayed', align: 'right' },
      { title: 'Discarded', align: 'right' },
    ],
    rows: dead_letters.map(({ reason, open, replayed, discarded }) => [
      reason,
      ...[open, replayed, discarded].map(wholeWord),
    ]),
  })
}

function showPartitions({ partitions }: PipelineHealth): void {
  byId('partitions-part', HTMLDivElement).hidden = partitions.length === 0
  fillTable(byId('partitions', HTMLTableElement), {
    caption: 'Offsets of each partition of the topic',
    columns: [
      { title: 'Partition' },
      { title: 'Settled below', align: 'right' },
      { title: 'End', align: 'right' },
      { title: 'Waiting', align: 'right' },
    ],
    rows: partitions.map(({ partition, committed, end, lag }) => [
      String(partition),
      ...[committed, end, lag].map(wholeWord),
    ]),
  })
}
