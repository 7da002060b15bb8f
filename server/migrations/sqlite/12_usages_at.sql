-- The attempts on all tokens by time, and their outcomes without a look at the rows.
create index usages_at on usages (at, id, outcome);
