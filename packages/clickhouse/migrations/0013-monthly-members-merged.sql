-- An annual report merges every state of its years, 20 ms of it for three parts of which each has all months and regions. Parts
-- are merged when there are about two of a size, not five: the table is a few MB, so writing it again often is cheap.
ALTER TABLE monthly_members
    MODIFY SETTING merge_selector_base = 2;
