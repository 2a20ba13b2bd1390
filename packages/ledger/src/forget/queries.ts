import { type ClickHouseClient, defineQuery, exactInteger, toClickHouseError } from '@caretally/clickhouse'
import { z } from 'zod'

import { NO_ID } from '../reconcile/queries/erased.ts'

/** A query that names a member must not stay in the server's own log of queries. */
const UNLOGGED = 'SETTINGS log_queries = 0'

/** A member, and up to which offset of each partition the outcomes are settled: the n-th partition with the n-th offset. */
const settled = z.object({
  subject: z.string().regex(/^[0-9a-f]{32}$/),
  partitions: z.array(z.int().min(0)),
  nexts: z.array(z.int().min(0)),
})
export type Settled = z.infer<typeof settled>

const OF_MEMBER = 'subject = unhex({subject:String})'
const IS_SETTLED = `kafka_offset < transform(kafka_partition, {partitions:Array(UInt16)}, {nexts:Array(UInt64)}, toUInt64(0))`

/** The raw events of a member by partition. Reads the pseudonyms of all events. */
export const memberEvents = defineQuery({
  name: 'the events of a member',
  parameters: settled.extend({ timeZone: z.string() }),
  row: z.object({
    partition: z.int(),
    settled: exactInteger,
    /** Of a range that is being written, or was left pending. */
    unsettled: exactInteger,
    days: z.array(z.iso.date()),
  }),
  sql: () => `
    SELECT kafka_partition AS partition, countIf(${IS_SETTLED}) AS settled, countIf(NOT ${IS_SETTLED}) AS unsettled,
      groupUniqArrayIf(toDate(time, {timeZone:String}), ${IS_SETTLED}) AS days
    FROM events
    WHERE ${OF_MEMBER}
    GROUP BY partition
    ORDER BY partition
    ${UNLOGGED}`,
})

/** The versions of the keys under which there are events. Reads the pseudonyms of all events. */
export const keyVersions = defineQuery({
  name: 'the versions of pseudonym keys',
  parameters: z.object({}),
  row: z.object({ version: z.int() }),
  sql: () => 'SELECT DISTINCT reinterpretAsUInt8(substring(subject, 1, 1)) AS version FROM events ORDER BY version',
})

/** Notes the places and counts of a member's settled events, as far as they are not noted yet. */
export async function noteErased(client: ClickHouseClient, parameters: Settled & { timeZone: string }): Promise<void> {
  await command(client, 'note what is erased', {
    query: `
      INSERT INTO erased_events
        (kafka_partition, kafka_offset, day, kind, channel, region, detail, quantity, ingested_at)
      SELECT kafka_partition, kafka_offset, toDate(time, {timeZone:String}), kind, channel, region, detail, quantity,
        toStartOfMonth(ingested_at)
      FROM events
      WHERE ${OF_MEMBER} AND ${IS_SETTLED}
        AND (kafka_partition, kafka_offset) NOT IN (SELECT kafka_partition, kafka_offset FROM erased_events)
      ${UNLOGGED}`,
    query_params: parameters,
    clickhouse_settings: { async_insert: 0 },
  })
}

/** All that is noted as erased. The mutations below name nothing else, because ClickHouse keeps their text. */
const ERASED = '(SELECT kafka_partition, kafka_offset FROM erased_events)'
/** A repeat may also come after its event was erased, as long as a consumer remembers that. */
const IDS_OF_ERASED = `
  id != ${NO_ID} AND ((kafka_partition, first_offset) IN ${ERASED}
    OR (id, source) IN (SELECT id, source FROM events WHERE (kafka_partition, kafka_offset) IN ${ERASED}))`

export const erasedDuplicates = defineQuery({
  name: 'the duplicates of erased events',
  parameters: z.object({}),
  row: z.object({ rows: exactInteger }),
  sql: () => `SELECT count() AS rows FROM duplicates WHERE ${IDS_OF_ERASED}`,
})

/** The repeats of a member's events, before those are noted as erased. */
export const memberDuplicates = defineQuery({
  name: 'the duplicates of a member',
  parameters: settled,
  row: z.object({ rows: exactInteger }),
  sql: () => `
    SELECT count() AS rows FROM duplicates
    WHERE (id, source) IN (SELECT id, source FROM events WHERE ${OF_MEMBER} AND ${IS_SETTLED})
    ${UNLOGGED}`,
})

/** Takes the ids out of the duplicates of events that are noted as erased. To be done while the events are still there. */
export async function blankDuplicates(client: ClickHouseClient): Promise<void> {
  await mutate(client, `ALTER TABLE duplicates UPDATE id = ${NO_ID} WHERE ${IDS_OF_ERASED}`)
}

/** Removes the events that are noted as erased, from the disk too. */
export async function removeErased(client: ClickHouseClient): Promise<void> {
  await mutate(client, `ALTER TABLE events DELETE WHERE (kafka_partition, kafka_offset) IN ${ERASED}`)
}

export const erasedEventsLeft = defineQuery({
  name: 'what is left of erased events',
  parameters: z.object({}),
  row: z.object({ rows: exactInteger }),
  sql: () => `SELECT count() AS rows FROM events WHERE (kafka_partition, kafka_offset) IN ${ERASED}`,
})

/** Dead letters whose key, value or headers contain one of the texts, in whatever case. */
export const lettersWith = defineQuery({
  name: 'the dead letters of a member',
  parameters: z.object({ texts: z.array(z.string().min(1)).min(1) }),
  row: z.object({ partition: z.int(), offset: exactInteger }),
  sql: () => `
    SELECT kafka_partition AS partition, kafka_offset AS offset
    FROM dead_letters
    WHERE arrayExists(
      bytes -> multiSearchAnyCaseInsensitive(bytes, {texts:Array(String)}),
      arrayConcat([ifNull(key, ''), ifNull(value, '')], headers.name, headers.value))
    ORDER BY partition, offset
    ${UNLOGGED}`,
})

export async function blankLetters(
  client: ClickHouseClient,
  letters: readonly { partition: number; offset: number }[],
): Promise<void> {
  await mutate(
    client,
    `ALTER TABLE dead_letters UPDATE key = NULL, value = NULL, headers = []
      WHERE (kafka_partition, kafka_offset) IN arrayZip({partitions:Array(UInt16)}, {offsets:Array(UInt64)})`,
    { partitions: letters.map(({ partition }) => partition), offsets: letters.map(({ offset }) => offset) },
  )
}

/** The mutations of the tables that have members in them, as long as they are not done. */
export const openMutations = defineQuery({
  name: 'how far the erasure is',
  parameters: z.object({}),
  row: z.object({ parts: exactInteger, failures: exactInteger }),
  sql: () => `
    SELECT sum(parts_to_do) AS parts, countIf(latest_fail_reason != '') AS failures
    FROM system.mutations
    WHERE database = currentDatabase() AND table IN ('events', 'duplicates', 'dead_letters') AND NOT is_done
    HAVING count() > 0`,
})

async function mutate(client: ClickHouseClient, query: string, query_params: Record<string, unknown> = {}) {
  await command(client, 'erase', { query, query_params, clickhouse_settings: { mutations_sync: '0' } })
}

async function command(
  client: ClickHouseClient,
  operation: string,
  request: Parameters<ClickHouseClient['command']>[0],
) {
  try {
    await client.command(request)
  } catch (error) {
    throw toClickHouseError(error, operation)
  }
}
