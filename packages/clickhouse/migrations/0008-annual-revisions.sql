-- A share has no daily mean, and none at all when there was nothing to have a share of. `events` says how much a revision differs from
-- the one before. The window makes two people who publish at the same time get one revision, and one of them an error.
ALTER TABLE annual_summaries
    MODIFY COLUMN value Nullable(Float64),
    MODIFY COLUMN per_day Nullable(Float64),
    ADD COLUMN IF NOT EXISTS events Int64
        COMMENT 'Events that the figure was made from; of a share, those of the whole'
        AFTER per_day,
    MODIFY SETTING non_replicated_deduplication_window = 10000;
