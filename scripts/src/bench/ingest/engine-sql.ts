/** A way to write the Kafka table and the view that fills `events` from it. */
export interface EngineVariant {
  format: string
  /** Of the Kafka table. */
  columns: string
  /** The view's query. */
  select: string
  /** Settings of the Kafka table that differ from {@link SETTINGS}. */
  settings?: Readonly<Record<string, number>>
}

/** Blocks as large as they can be while rows are visible within a second, and two threads. */
const SETTINGS: Readonly<Record<string, number>> = {
  kafka_num_consumers: 2,
  kafka_thread_per_consumer: 1,
  kafka_max_block_size: 262_144,
  kafka_poll_max_batch_size: 262_144,
  kafka_flush_interval_ms: 1_000,
}

/** Our producers write UTC with milliseconds, which is cheap to read; an event may have any offset. */
const timeOf = (text: string) =>
  `if(length(${text}) = 24 AND endsWith(${text}, 'Z'), toDateTime64(substring(${text}, 1, 23), 3, 'UTC'),
      parseDateTime64BestEffort(${text}, 3, 'UTC'))`

/** `login` of `org.caretally.login.v1`. */
const kindOf = (type: string) => `substring(${type}, 15, length(${type}) - 17)`

const OFFSET = `toUInt16(_partition) AS kafka_partition, toUInt64(_offset) AS kafka_offset`
const ENVELOPE = ['id', 'source', 'type', 'time', 'subject']
const DATA = ['channel', 'region', 'method', 'modality', 'direction', 'prescriptions', 'results']
const strings = (names: readonly string[]) => names.map((name) => `${name} String`).join(', ')

/** From columns that are all text, with `field` to get at those of `data`. */
function selectFromText(field: (name: string) => string): string {
  return `
    SELECT toUUID(kafka_events.id) AS id,
      kafka_events.source AS source,
      ${timeOf('kafka_events.time')} AS time,
      ${kindOf('type')} AS kind,
      CAST(unhex(kafka_events.subject), 'FixedString(16)') AS subject,
      ${field('channel')} AS channel,
      ${field('region')} AS region,
      concat(${field('method')}, ${field('modality')}, ${field('direction')}) AS detail,
      multiIf(kind = 'refill', toUInt16OrZero(${field('prescriptions')}),
        kind = 'lab_view', toUInt16OrZero(${field('results')}), toUInt16(1)) AS quantity,
      ${OFFSET}
    FROM kafka_events`
}

/** From the whole message, parsed once. */
const SELECT_FROM_MESSAGE = `
    WITH JSONExtract(message, 'Tuple(${strings(ENVELOPE)}, data Tuple(
        ${strings(DATA.slice(0, 5))}, prescriptions UInt16, results UInt16))') AS event
    SELECT toUUID(event.id) AS id,
      event.source AS source,
      ${timeOf('event.time')} AS time,
      ${kindOf('event.type')} AS kind,
      CAST(unhex(event.subject), 'FixedString(16)') AS subject,
      event.data.channel AS channel,
      event.data.region AS region,
      concat(event.data.method, event.data.modality, event.data.direction) AS detail,
      toUInt16(if(kind IN ('refill', 'lab_view'), event.data.prescriptions + event.data.results, 1)) AS quantity,
      ${OFFSET}
    FROM kafka_events`

const MESSAGE = { format: 'RawBLOB', columns: 'message String', select: SELECT_FROM_MESSAGE }

/** The figures of all, and of what else was tried, are in docs/performance.md. */
export const ENGINE_VARIANTS = {
  /** The whole message as text, which the view parses; blocks may take 5 s to fill, and end when nothing comes for 0.5 s. */
  message: {
    ...MESSAGE,
    settings: { kafka_flush_interval_ms: 5_000, kafka_poll_timeout_ms: 50 },
  },
  /** The same, in blocks of a second. */
  message_1s: MESSAGE,
  /** JSONEachRow into text, `data` as a tuple of text. */
  tuple: {
    format: 'JSONEachRow',
    columns: `${strings(ENVELOPE)}, data Tuple(${strings(DATA)})`,
    select: selectFromText((name) => `data.${name}`),
  },
  /** JSONEachRow into text, the fields of `data` as columns of their own. */
  nested: {
    format: 'JSONEachRow',
    columns: `${strings(ENVELOPE)}, ${DATA.map((name) => `\`data.${name}\` String`).join(', ')}`,
    select: selectFromText((name) => `\`data.${name}\``),
    settings: { input_format_import_nested_json: 1 },
  },
  /** JSONEachRow into text, `data` as JSON that the view searches. */
  data: {
    format: 'JSONEachRow',
    columns: `${strings(ENVELOPE)}, data String`,
    select: selectFromText((name) =>
      name === 'prescriptions' || name === 'results'
        ? `simpleJSONExtractRaw(data, '${name}')`
        : `simpleJSONExtractString(data, '${name}')`,
    ),
  },
} as const satisfies Record<string, EngineVariant>

export type EngineVariantName = keyof typeof ENGINE_VARIANTS

interface Source {
  brokers: readonly string[]
  topic: string
  group: string
}

/** The statements that make ClickHouse's own consumer; it begins with the last of them. */
export function createEngine({ format, columns, select, settings }: EngineVariant, source: Source): string[] {
  const texts = {
    kafka_broker_list: source.brokers.join(','),
    kafka_topic_list: source.topic,
    kafka_group_name: source.group,
    kafka_format: format,
  }
  const all = [
    ...Object.entries(texts).map(([name, value]) => `${name} = '${value}'`),
    ...Object.entries({ ...SETTINGS, ...settings }).map(([name, value]) => `${name} = ${value}`),
  ]
  return [
    `CREATE TABLE kafka_events (${columns}) ENGINE = Kafka SETTINGS ${all.join(', ')}`,
    `CREATE MATERIALIZED VIEW events_from_kafka TO events AS ${select}`,
  ]
}

/** The statements that end it; when they are done, it has left its group. */
export const DROP_ENGINE = ['DROP TABLE IF EXISTS events_from_kafka SYNC', 'DROP TABLE IF EXISTS kafka_events SYNC']
