-- One row for each event that was dropped because an accepted one with the same source and id came shortly before it.
-- Without this table an offset could vanish unnoticed; with it accepted + duplicates + dead letters is every offset.
-- The window is that of events: a duplicate's row is written under the token of its range too.
CREATE TABLE IF NOT EXISTS duplicates
(
    kafka_partition UInt16
        COMMENT 'With kafka_offset the place of the dropped event',
    kafka_offset UInt64
        COMMENT 'Counts up within kafka_partition'
        CODEC(DoubleDelta, ZSTD(1)),
    id UUID
        COMMENT 'The id that came again'
        CODEC(ZSTD(1)),
    source LowCardinality(String)
        COMMENT 'The portal that emitted it; ids are unique within a source only',
    first_offset UInt64
        COMMENT 'Offset of the event that was accepted instead; in the same partition, unless a repair found it in another'
        CODEC(DoubleDelta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
        COMMENT 'When the row was first written'
        CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 100000
COMMENT 'Events that were dropped as duplicates';
