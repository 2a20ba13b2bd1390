-- What is left of the events of members who were erased (npm run forget). The daily counts keep them, and each was the outcome of an
-- offset; without these rows an erasure would look like a loss. Nothing here names a member, an event or a time of day, and what
-- rows belong together is not kept. They expire with the raw events.
CREATE TABLE IF NOT EXISTS erased_events
(
    kafka_partition UInt16
        COMMENT 'With kafka_offset the place that the event had',
    kafka_offset UInt64
        COMMENT 'A place may have several equal rows: two erasures at once write it twice',
    day Date
        COMMENT 'Calendar day in the reporting time zone, as in daily_counts',
    kind LowCardinality(String)
        COMMENT 'As in daily_counts',
    channel LowCardinality(String)
        COMMENT 'As in daily_counts',
    region LowCardinality(String)
        COMMENT 'As in daily_counts',
    detail LowCardinality(String)
        COMMENT 'As in daily_counts',
    quantity UInt16
        COMMENT 'As in events',
    ingested_at DateTime64(3, 'UTC')
        COMMENT 'The month in which the event was written, which decides when the row expires'
)
ENGINE = MergeTree
ORDER BY (kafka_partition, kafka_offset)
COMMENT 'Places and counts of erased events, without anything about the member';

CREATE TABLE IF NOT EXISTS erasures
(
    erasure UUID
        COMMENT 'Of one run of npm run forget',
    status LowCardinality(String)
        COMMENT 'begun, or done. One that is not done was interrupted, and is completed by the next erasure of anybody',
    at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
        COMMENT 'When it was begun, or done',
    events UInt64
        COMMENT 'Rows of events that were to go',
    duplicates UInt64
        COMMENT 'Rows of duplicates whose id was to go',
    dead_letters UInt64
        COMMENT 'Dead letters whose bytes were to go',
    days UInt32
        COMMENT 'On how many days the events were',
    partitions Array(UInt16)
        COMMENT 'The partitions that they were in',
    requested_by String
        COMMENT 'Who ran the command, as the machine on which it ran knows them'
)
ENGINE = MergeTree
ORDER BY (at, erasure)
COMMENT 'Erasures of members, without the member; only ever added to';
