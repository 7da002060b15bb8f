-- Where a write appends, it writes few pages, however many rows there are.

-- The log is in blocks of 4,096 attempts, and the index by token has a part for each: what is new goes into its last pages.
drop index usages_token;
create index usages_blocks on usages (id >> 12, token_uid, at, outcome);

-- Tokens with the same key are in the order of their age: a new one is the last of those without an end, without a label.
drop index tokens_modified;
drop index tokens_valid_to;
drop index tokens_label;
drop index tokens_creator;
drop index tokens_used_up;
drop index tokens_live;
create index tokens_modified on tokens (modified, created);
create index tokens_valid_to on tokens (valid_to, created);
create index tokens_label on tokens (label, created);
create index tokens_creator on tokens (creator, created);
create index tokens_used_up on tokens (coalesce(valid_to, 9223372036854775807), created) where disabled is null and used_up;
create index tokens_live on tokens (coalesce(valid_to, 9223372036854775807), created) where disabled is null and not used_up;
