-- What is new in the log is put into its index by token many attempts at a time: each by itself would write another page of
-- the block that is not full yet.
alter table usages add column fresh integer;
-- 1 = not in the index yet. Named as a column of it too: the engine would look each row up to see that it is null.
drop index usages_blocks;
create index usages_blocks on usages (id >> 12, token_uid, at, outcome, fresh) where fresh is null;
