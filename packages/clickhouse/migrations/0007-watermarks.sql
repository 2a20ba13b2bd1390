-- How far each partition of the topic has been read, in time: whether a day is complete depends on it. A consumer that reads
-- writes here every few seconds, an idle one every minute. What is written stays true, so the latest of all writers holds.
CREATE TABLE IF NOT EXISTS watermarks
(
    kafka_partition UInt16
        COMMENT 'Of the topic portal.interactions',
    partitions SimpleAggregateFunction(max, UInt16)
        COMMENT 'How many partitions the topic had: one that has no row here has not been read',
    read_until SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
        COMMENT 'Each record that Kafka appended before this time has its outcome; by the clocks of brokers and consumers'
)
ENGINE = AggregatingMergeTree
ORDER BY kafka_partition
COMMENT 'Up to when each partition has been read';
