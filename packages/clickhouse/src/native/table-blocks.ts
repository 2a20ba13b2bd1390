import { CHANNELS, DETAILS, type Facts, KINDS, REGIONS } from '@caretally/events'

import type { OutcomeTable } from '../queries/ledger.ts'
import { type Block, createBlock } from './block.ts'
import type { Column } from './column.ts'
import { FixedString16Column, UuidColumn, type Words } from './hex-column.ts'
import { LongColumn, TIME_MS_MAX, TIME_MS_MIN, UnsignedColumn } from './integer-column.ts'
import { LowCardinalityColumn } from './low-cardinality-column.ts'
import { type Bytes, NullableStringColumn, PairsColumn, StringColumn } from './string-column.ts'

/** One patient action, as `events` keeps it. */
export interface InteractionRow {
  /** UUID text. */
  id: string
  source: string
  /** Milliseconds since the Unix epoch. */
  time_ms: number
  kind: string
  /** Member pseudonym, 32 hex characters. */
  subject: string
  channel: string
  region: string
  detail: string
  /** 0 to 65,535. */
  quantity: number
}

/** A Kafka offset; bigints are accepted, numbers are faster. */
export type Offset = number | bigint

/** A block of one of the tables in which the outcomes of offsets are kept. */
export interface OutcomeBlock<Row = never, Table extends string = OutcomeTable> extends Block<
  [row: Row, partition: number, offset: Offset],
  Table
> {
  /** The offset of each row, in their order. */
  offsets(): number[]
}

function outcomeBlock<Row, Table extends OutcomeTable>(
  table: Table,
  columns: Readonly<Record<string, Column>> & { kafka_offset: LongColumn },
  append: (row: Row, partition: number, offset: Offset) => void,
): OutcomeBlock<Row, Table> {
  const block = createBlock<[Row, number, Offset], Table>(table, columns, append)
  return Object.assign(block, { offsets: () => columns.kafka_offset.values() })
}

interface EventsBlock extends OutcomeBlock<InteractionRow, 'events'> {
  /** The same as `append` of the same interaction, without a detour over text. */
  appendFacts(facts: Readonly<Facts>, partition: number, offset: number): void
}

export function eventsBlock(): EventsBlock {
  const id = new UuidColumn()
  const source = new LowCardinalityColumn()
  const time = new LongColumn("DateTime64(3, 'UTC')")
  const kind = new LowCardinalityColumn(KINDS)
  const subject = new FixedString16Column()
  const channel = new LowCardinalityColumn(CHANNELS)
  const region = new LowCardinalityColumn(REGIONS)
  const detail = new LowCardinalityColumn(DETAILS)
  const quantity = new UnsignedColumn('UInt16')
  const kafka_partition = new UnsignedColumn('UInt16')
  const kafka_offset = new LongColumn('UInt64')
  const block = outcomeBlock<InteractionRow, 'events'>(
    'events',
    { id, source, time, kind, subject, channel, region, detail, quantity, kafka_partition, kafka_offset },
    (interaction, partition, offset) => {
      id.append(interaction.id)
      source.append(interaction.source)
      time.append(interaction.time_ms)
      kind.append(interaction.kind)
      subject.append(interaction.subject)
      channel.append(interaction.channel)
      region.append(interaction.region)
      detail.append(interaction.detail)
      quantity.append(interaction.quantity)
      kafka_partition.append(partition)
      kafka_offset.append(offset)
    },
  )
  return Object.assign(block, {
    appendFacts(facts: Readonly<Facts>, partition: number, offset: number) {
      id.appendWords(facts.id)
      source.append(facts.source)
      time.append(facts.time_ms)
      kind.appendKnown(facts.kind)
      subject.appendWords(facts.subject)
      channel.appendKnown(facts.channel)
      region.appendKnown(facts.region)
      detail.appendKnown(facts.detail)
      quantity.append(facts.quantity)
      kafka_partition.append(partition)
      kafka_offset.append(offset)
    },
  })
}

/** An event that was dropped, and the accepted one with the same source and id, `firstOffset` in the same partition. */
export interface DuplicateRow {
  /** UUID, as text or as bits. */
  id: string | Words
  source: string
  firstOffset: Offset
}

export function duplicatesBlock(): OutcomeBlock<DuplicateRow, 'duplicates'> {
  const kafka_partition = new UnsignedColumn('UInt16')
  const kafka_offset = new LongColumn('UInt64')
  const id = new UuidColumn()
  const source = new LowCardinalityColumn()
  const first_offset = new LongColumn('UInt64')
  return outcomeBlock(
    'duplicates',
    { kafka_partition, kafka_offset, id, source, first_offset },
    (duplicate, partition, offset) => {
      kafka_partition.append(partition)
      kafka_offset.append(offset)
      id.append(duplicate.id)
      source.append(duplicate.source)
      first_offset.append(duplicate.firstOffset)
    },
  )
}

/** A record that could not be counted, byte for byte. */
export interface DeadLetterRow {
  key: Bytes | null
  value: Bytes | null
  headers: Iterable<readonly [name: Bytes, value: Bytes]>
  /** The record's timestamp, milliseconds since the Unix epoch. Whoever appends a record may set it to anything: times
   * outside the years 1900 to 2299 are kept as the nearest one in them. */
  appended_ms: number
  /** Stable code in snake_case. */
  reason: string
  /** Words of ours; never a value from the record. */
  detail: string
}

export function deadLettersBlock(): OutcomeBlock<DeadLetterRow, 'dead_letters'> {
  const kafka_partition = new UnsignedColumn('UInt16')
  const kafka_offset = new LongColumn('UInt64')
  const key = new NullableStringColumn()
  const value = new NullableStringColumn()
  const headers = new PairsColumn()
  const appended_at = new LongColumn("DateTime64(3, 'UTC')")
  const reason = new LowCardinalityColumn()
  const detail = new StringColumn()
  return outcomeBlock(
    'dead_letters',
    { kafka_partition, kafka_offset, key, value, headers, appended_at, reason, detail },
    (deadLetter, partition, offset) => {
      kafka_partition.append(partition)
      kafka_offset.append(offset)
      key.append(deadLetter.key)
      value.append(deadLetter.value)
      headers.append(deadLetter.headers)
      appended_at.append(Math.min(Math.max(deadLetter.appended_ms, TIME_MS_MIN), TIME_MS_MAX))
      reason.append(deadLetter.reason)
      detail.append(deadLetter.detail)
    },
  )
}
