-- What is new in the log is put into its index by token many attempts at a time: each by itself would write another page of
-- the block that is not full yet. 1 = not in the index yet.
alter table usages add column _fresh integer;
-- Named as a column of the index too: the engine would look each row up to see that it is null.
drop index usages_blocks;
create index usages_blocks on usages (id >> 12, token_uid, at, outcome, _fresh) where _fresh is null;
