-- One row for each accepted event.
--
-- ORDER BY the place in Kafka: a range arrives presorted, its offsets compress to almost nothing, and both the window in
-- which duplicates are looked for and the proof of the ledger are range scans of the primary key.
--
-- non_replicated_deduplication_window makes a range count once however often it is inserted. An entry is one token in one
-- month, and a range must be remembered from its first attempt until its replay, while all other partitions go on
-- writing: 100,000 entries are 12 partitions with a range a second each for 2.3 hours. Measured: 200 bytes of memory an
-- entry and 0.2 s of loading for all; the window is a limit, not a cost of each insert.
--
-- merge_selector_base 10 instead of 5: parts are merged when there are about ten of a size, so that a row is written again
-- fewer times, and a few dozen more parts are there. Merging was half of the server's work while events came in; measured,
-- rows merged for each row inserted: 1.3 with 5, 0.9 with 10, 0.9 with 20. Nobody reads all of the table but the ledger.
CREATE TABLE IF NOT EXISTS events
(
    id UUID
        COMMENT 'The id the portal gave the event; unique within source. UUIDv7 from our producers'
        CODEC(ZSTD(1)),
    source LowCardinality(String)
        COMMENT 'The portal that emitted the event; with id it identifies the event, so duplicates are told by both',
    time DateTime64(3, 'UTC')
        COMMENT 'When the patient acted, as the event says; decides the day. Not when it reached us'
        CODEC(Delta, ZSTD(1)),
    kind LowCardinality(String)
        COMMENT 'login, telehealth, message, refill or lab_view',
    subject FixedString(16)
        COMMENT 'Member pseudonym, 128 bits; hex(subject) is what the event carries. Nobody can turn it back without the key'
        CODEC(ZSTD(1)),
    channel LowCardinality(String)
        COMMENT 'web or mobile',
    region LowCardinality(String)
        COMMENT 'Two-letter code of a US state or DC',
    detail LowCardinality(String)
        COMMENT 'What the kind is split by: method, modality or direction; empty where the kind has none',
    quantity UInt16
        COMMENT 'How many things one event stands for: prescriptions or results; 1 for all other kinds'
        CODEC(ZSTD(1)),
    kafka_partition UInt16
        COMMENT 'With kafka_offset the place of the event in the topic; each offset has exactly one outcome',
    kafka_offset UInt64
        COMMENT 'Counts up within kafka_partition'
        CODEC(DoubleDelta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
        COMMENT 'When the row was first written; a new view takes rows from a moment on and is filled with those before it'
        CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 100000, merge_selector_base = 10
COMMENT 'One row for each accepted event';
