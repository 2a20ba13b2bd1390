-- Records that could not be counted, exactly as they lay in Kafka: nothing bad is lost and nothing bad stops the rest.
-- Treat every column that holds bytes as health data.
--
-- What was decided about a dead letter is kept apart and only ever added to: a mutable row would need an engine that
-- replaces rows, and a replayed range could then undo a decision. dead_letter_states puts the two together.
-- The window is that of events: dead letters are written under the token of their range too.
CREATE TABLE IF NOT EXISTS dead_letters
(
    kafka_partition UInt16
        COMMENT 'With kafka_offset the place of the record',
    kafka_offset UInt64
        COMMENT 'Counts up within kafka_partition'
        CODEC(DoubleDelta, ZSTD(1)),
    key Nullable(String)
        COMMENT 'The record''s key, byte for byte; null is not the same as empty'
        CODEC(ZSTD(1)),
    value Nullable(String)
        COMMENT 'The record''s value, byte for byte, so that it can be replayed; null for a tombstone'
        CODEC(ZSTD(1)),
    headers Array(Tuple(name String, value String))
        COMMENT 'The record''s headers in their order, byte for byte; a name may come twice'
        CODEC(ZSTD(1)),
    appended_at DateTime64(3, 'UTC')
        COMMENT 'The record''s timestamp: when it came to Kafka. The event''s own time may be what is wrong'
        CODEC(Delta, ZSTD(1)),
    reason LowCardinality(String)
        COMMENT 'Stable code of what is wrong; to group and alert by',
    detail String
        COMMENT 'The same in words of ours, such as the name of a field; never a value from the record'
        CODEC(ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
        COMMENT 'When the row was first written'
        CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 100000
COMMENT 'Records that could not be counted, as they lay in Kafka';

CREATE TABLE IF NOT EXISTS dead_letter_decisions
(
    kafka_partition UInt16
        COMMENT 'As in dead_letters',
    kafka_offset UInt64
        COMMENT 'As in dead_letters',
    status LowCardinality(String)
        COMMENT 'replayed, discarded, or open to take either back',
    decided_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
        COMMENT 'The latest decision holds'
)
ENGINE = MergeTree
ORDER BY (kafka_partition, kafka_offset, decided_at)
COMMENT 'What was decided about dead letters; only ever added to';

CREATE VIEW IF NOT EXISTS dead_letter_states
(
    kafka_partition UInt16 COMMENT 'As in dead_letters',
    kafka_offset UInt64 COMMENT 'As in dead_letters',
    reason LowCardinality(String) COMMENT 'As in dead_letters',
    detail String COMMENT 'As in dead_letters',
    appended_at DateTime64(3, 'UTC') COMMENT 'As in dead_letters',
    ingested_at DateTime64(3, 'UTC') COMMENT 'As in dead_letters',
    status String COMMENT 'open, replayed or discarded'
)
AS SELECT
    kafka_partition,
    kafka_offset,
    reason,
    detail,
    appended_at,
    ingested_at,
    if(decided.status = '', 'open', decided.status) AS status
FROM dead_letters
LEFT JOIN
(
    SELECT
        kafka_partition,
        kafka_offset,
        toString(argMax(status, decided_at)) AS status
    FROM dead_letter_decisions
    GROUP BY kafka_partition, kafka_offset
) AS decided USING (kafka_partition, kafka_offset)
SETTINGS join_use_nulls = 0
COMMENT 'Each dead letter, without its bytes, and what was decided about it';
