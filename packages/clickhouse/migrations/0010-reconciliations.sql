-- When the ledger was last held against Kafka, and what came of it: a proof that nobody has made for a month proves little.
CREATE TABLE IF NOT EXISTS reconciliations
(
    finished_at DateTime64(3, 'UTC')
        COMMENT 'When npm run reconcile had its answer',
    verdict LowCardinality(String)
        COMMENT 'holds, drift, or undecided: something could not be judged while it was looked at',
    drifts UInt64
        COMMENT 'How many things did not add up',
    accepted UInt64
        COMMENT 'Accepted events that were looked at'
)
ENGINE = MergeTree
ORDER BY finished_at
COMMENT 'The verdicts of npm run reconcile; only ever added to';
