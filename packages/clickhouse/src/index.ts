export type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
export { checkConnection } from './check-connection.ts'
export { watchConnection } from './watch-connection.ts'
export { checkSchema } from './check-schema.ts'
export { type ContentProbe, contentProbe } from './content-probe.ts'
export { openClickHouse } from './client.ts'
export { connectDatabase, type Database, databaseEnvironment, graceFrom } from './connect-database.ts'
export { type ClickHouseConnection, clickhouseEnvironment, connectionFrom } from './connection.ts'
export { type BlockInsert, insertBlock } from './insert.ts'
export { insertRows } from './insert-rows.ts'
export { checkInsertSettings, INSERT_SETTINGS } from './insert-settings.ts'
export { migrate } from './migrate.ts'
export type { Migration } from './migration-files.ts'
export { type Block, BLOCK_ROWS_MAX } from './native/block.ts'
export type { Words } from './native/hex-column.ts'
export type { Bytes } from './native/string-column.ts'
export {
  type DeadLetterRow,
  deadLettersBlock,
  type DuplicateRow,
  duplicatesBlock,
  eventsBlock,
  type InteractionRow,
  type Offset,
  type OutcomeBlock,
} from './native/table-blocks.ts'
export { type AcceptedId, visitAcceptedIds } from './queries/accepted-ids.ts'
export { insertPublishedRow, publishedRows, type PublishedRow } from './queries/annual-summaries.ts'
export { annualCounts, annualMembers, annualSums } from './queries/annual-sums.ts'
export { dailyEvents, type Dimension, DIMENSIONS } from './queries/daily-events.ts'
export { ledgerCounts, OUTCOME_TABLES, readWrittenLast, recentDeadLetters, writtenUpTo } from './queries/ledger.ts'
export { distinctMembers, distinctMembersExactly, type Period, PERIODS, regionMembers } from './queries/members.ts'
export { countedSpan, deadLettersByReason, lastWritten, outcomeCounts } from './queries/pipeline.ts'
export { insertReconciliation, lastReconciliation, type Reconciliation } from './queries/reconciliations.ts'
export { defineQuery, type Query, runQuery } from './queries/query.ts'
export { countsFromDaily, countsFromEvents } from './queries/raw-and-daily.ts'
export {
  countUncounted,
  countWritten,
  insertsUnderWay,
  uncountedEvents,
  WITHOUT_DAILY_COUNTS,
  writtenOffsets,
} from './queries/recount.ts'
export { day, exactInteger, IN_RANGE, offsetRange } from './queries/values.ts'
export { insertWatermarks, readWatermark, type Watermark } from './queries/watermarks.ts'
export { DEFAULT_RETENTION, type Retention, retentionEnvironment, retentionFrom } from './retention.ts'
export { toClickHouseError } from './server-error.ts'
export { type Lacking, untilKept } from './until-kept.ts'
