-- The annual rows that were published. Only ever added to: a figure that changes is published again under the next
-- revision, so that what was once said stays on record. The latest revision of a year and metric holds.
CREATE TABLE IF NOT EXISTS annual_summaries
(
    year UInt16
        COMMENT 'Calendar year in the reporting time zone',
    metric LowCardinality(String)
        COMMENT 'Name of the metric, such as digital_interactions',
    version UInt16
        COMMENT 'Version of the metric''s definition; figures of different versions must not be compared',
    value Float64
        COMMENT 'The figure for the year, in the metric''s unit; counts are exact up to 2^53',
    per_day Float64
        COMMENT 'value / days',
    previous Nullable(Float64)
        COMMENT 'value of the year before under the same version; null where there is none',
    change_pct Nullable(Float64)
        COMMENT 'Change of value against the year before in per cent, one decimal',
    per_day_change_pct Nullable(Float64)
        COMMENT 'Change of per_day; differs from change_pct when one of the years is a leap year or not complete',
    days UInt16
        COMMENT 'Days of the year that the figure covers',
    days_in_year UInt16
        COMMENT '365 or 366',
    status LowCardinality(String)
        COMMENT 'final, provisional or partial',
    revision UInt32
        COMMENT 'Counts up from 1 within year, metric and version',
    published_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
        COMMENT 'When this revision was published'
)
ENGINE = MergeTree
ORDER BY (metric, version, year, revision)
COMMENT 'Annual figures as they were published; only ever added to';
