-- How long raw events and dead letters are kept, as `npm run migrate` was told. ClickHouse itself lets go of them: migrate puts the
-- TTLs on the tables. The history is kept, because what a shorter retention has taken does not come back with a longer one, and
-- npm run reconcile must not take it for lost.
CREATE TABLE IF NOT EXISTS retentions
(
    events_months UInt16
        COMMENT 'Whole months that an event is kept after the one in which it was written; 0 for ever',
    dead_letters_days UInt16
        COMMENT 'Days that the bytes of a dead letter are kept after it was written; 0 for ever',
    since DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
        COMMENT 'The latest one holds'
)
ENGINE = MergeTree
ORDER BY since
COMMENT 'How long raw data are kept; only ever added to';
