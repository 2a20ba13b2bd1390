-- What happened on each day of the reporting time zone, kept by a view while events arrive.
--
-- Not partitioned: a grouping view into a partitioned target that deduplicates can crash the server
-- (ClickHouse/ClickHouse#112649). Its window is as large as that of events; without it a replay would count twice here.
--
-- AggregatingMergeTree rather than SummingMergeTree, which would also sum any numeric column added later. Rows of one key
-- are merged at some time in the background, so every query sums and groups.
--
-- members: uniqCombined64 with 2^14 cells. Its standard error is 1.04 / sqrt(2^14) = 0.8 %. Measured, one trial a size up
-- to 5,000,000 members: exact at 511, at most 1.04 % off above, and never more than 12.5 kB a state. The default of 2^17
-- has 0.3 %, but 98.5 kB: for 180 combinations a day it is at most 6.5 GB a year before compression instead of 0.8 GB.
--
-- offsets: ClickHouse notes the token of a part before it commits the part. Killed between the two, it takes an insert that
-- comes again for done and drops it. The consumer therefore looks at what became of an insert whose outcome it does not
-- know, and here it can only see that by the offsets that have been counted.
CREATE TABLE IF NOT EXISTS daily_counts
(
    day Date
        COMMENT 'Calendar day of the event''s time in the reporting time zone (schema_parameters)',
    kind LowCardinality(String)
        COMMENT 'As in events',
    channel LowCardinality(String)
        COMMENT 'As in events',
    region LowCardinality(String)
        COMMENT 'As in events',
    detail LowCardinality(String)
        COMMENT 'As in events',
    events SimpleAggregateFunction(sum, Int64)
        COMMENT 'Events. Signed, so that a compensating row can take wrong ones back',
    quantity SimpleAggregateFunction(sum, Int64)
        COMMENT 'Sum of quantity. Signed for the same reason',
    members AggregateFunction(uniqCombined64(14), FixedString(16))
        COMMENT 'State of the distinct members. Never add counts of people over days or groups: merge the states',
    offsets SimpleAggregateFunction(maxMap, Map(UInt16, UInt64))
        COMMENT 'Kafka partition → last offset counted here: the ranges of a partition come in order. Empty in a compensation'
)
ENGINE = AggregatingMergeTree
ORDER BY (day, kind, channel, region, detail)
SETTINGS non_replicated_deduplication_window = 100000
COMMENT 'Daily counts, maintained by daily_counts_from_events; query the view daily instead';

-- A block is a range of one Kafka partition, so any partition in it is that one. The condition is a constant and costs
-- nothing a row: raw events that were lost although their days were counted come again without this view.
--
-- Never ALTER … MODIFY QUERY here: until the server is restarted the view then has another identity, which is part of its
-- tokens, and a range that is replayed after the restart counts twice. Drop it, and make it anew under the same name, while
-- no consumer runs.
CREATE MATERIALIZED VIEW IF NOT EXISTS daily_counts_from_events TO daily_counts AS
SELECT
    toDate(time, '{{reporting_time_zone}}') AS day,
    kind,
    channel,
    region,
    detail,
    toInt64(count()) AS events,
    toInt64(sum(quantity)) AS quantity,
    uniqCombined64State(14)(subject) AS members,
    map(any(kafka_partition), max(kafka_offset)) AS offsets
FROM events
WHERE getSetting('log_comment') != 'without daily counts'
GROUP BY day, kind, channel, region, detail;

CREATE VIEW IF NOT EXISTS daily
(
    day Date COMMENT 'Calendar day in the reporting time zone',
    kind LowCardinality(String) COMMENT 'login, telehealth, message, refill or lab_view',
    channel LowCardinality(String) COMMENT 'web or mobile',
    region LowCardinality(String) COMMENT 'Two-letter code of a US state or DC',
    detail LowCardinality(String) COMMENT 'What the kind is split by; empty where the kind has none',
    events Int64 COMMENT 'Events of that day and combination; may be added up',
    quantity Int64 COMMENT 'Prescriptions or results; may be added up',
    members UInt64 COMMENT 'Distinct members of this one row. Must not be added up: merge daily_counts.members'
)
AS SELECT
    day,
    kind,
    channel,
    region,
    detail,
    sum(daily_counts.events) AS events,
    sum(daily_counts.quantity) AS quantity,
    uniqCombined64Merge(14)(daily_counts.members) AS members
FROM daily_counts
GROUP BY day, kind, channel, region, detail
COMMENT 'The daily counts, merged: the view that people query';
