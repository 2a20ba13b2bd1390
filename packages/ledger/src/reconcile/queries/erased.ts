import { IN_RANGE } from '@caretally/clickhouse'

/** The id of a duplicate of which nothing is kept but that there was one. */
export const NO_ID = "toUUID('00000000-0000-0000-0000-000000000000')"

/** The places of a range at which an event was erased, or is to be. */
export const ERASED_PLACES = `(SELECT DISTINCT kafka_offset FROM erased_events WHERE ${IN_RANGE})`

/**
 * The erased events of a range, as far as they are gone: they count like those that are there. An erasure that broke off has noted
 * some that are there still.
 */
export const ERASED_EVENTS = `(
  SELECT DISTINCT kafka_offset, day, kind, channel, region, detail, quantity FROM erased_events
  WHERE ${IN_RANGE} AND kafka_offset NOT IN (
    SELECT kafka_offset FROM events
    WHERE kafka_partition = {partition:UInt16} AND kafka_offset IN ${ERASED_PLACES}
  )
)`
