import { type ClickHouseClient, toClickHouseError } from '@caretally/clickhouse'
import { CHANNELS, KINDS, LOGIN_METHODS, TELEHEALTH_MODALITIES } from '@caretally/events'
import { kaiserScenario } from '@caretally/producers'

/** As the consumer's ranges: so many rows of the daily counts come at a time. */
const BLOCK_ROWS = 100_000
const MEMBERS = 107_000
/** Of each kind, in the order of KINDS. */
const DETAILS = [LOGIN_METHODS, TELEHEALTH_MODALITIES, ['to_provider', 'to_patient'], [''], ['']]

/**
 * Adds the events with the numbers from `from` up to but without `to`, in the order of their times, which go once over both
 * years of the scenario. Every kind, detail, channel and region is as likely as any other, so every cell of a day's counts
 * is there: more of them than real years have.
 */
export async function fillEvents(
  client: ClickHouseClient,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<void> {
  const years = [...kaiserScenario.years.keys()]
  // From noon to noon: in the reporting zone, too, all are days of these years.
  const start_ms = Date.UTC(Math.min(...years), 0, 1, 12)
  const end_ms = Date.UTC(Math.max(...years) + 1, 0, 1)
  try {
    await client.command({
      query: FILL,
      abort_signal: signal,
      query_params: {
        from,
        count: to - from,
        start_ms,
        span_ms: end_ms - start_ms,
        kinds: KINDS,
        details: DETAILS,
        channels: CHANNELS,
        regions: [...kaiserScenario.members.keys()],
        members: MEMBERS,
      },
      clickhouse_settings: {
        max_block_size: String(BLOCK_ROWS),
        min_insert_block_size_rows: String(BLOCK_ROWS),
        min_insert_block_size_bytes: '0',
        max_insert_threads: '1',
        max_threads: 1,
      },
    })
  } catch (error) {
    signal.throwIfAborted()
    throw toClickHouseError(error, 'make events')
  }
}

const FILL = `
  INSERT INTO events (id, source, time, kind, subject, channel, region, detail, quantity, kafka_partition, kafka_offset)
  WITH
    sipHash64(number + {from:UInt64}) AS hash,
    1 + hash % 5 AS kind_index,
    arrayElement({details:Array(Array(String))}, kind_index) AS kind_details
  SELECT
    generateUUIDv4(),
    '/portal/web/bench',
    fromUnixTimestamp64Milli({start_ms:Int64} + toInt64(intDiv(number * {span_ms:UInt64}, {count:UInt64})), 'UTC'),
    arrayElement({kinds:Array(String)}, kind_index),
    sipHash128(bitShiftRight(hash, 32) % {members:UInt64}),
    arrayElement({channels:Array(String)}, 1 + bitShiftRight(hash, 8) % 2),
    arrayElement({regions:Array(String)}, 1 + bitShiftRight(hash, 16) % length({regions:Array(String)})),
    kind_details[1 + bitShiftRight(hash, 24) % length(kind_details)],
    1,
    0,
    number + {from:UInt64}
  FROM numbers({count:UInt64})`
