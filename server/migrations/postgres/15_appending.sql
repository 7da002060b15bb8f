-- Where a write appends, it writes few pages, however many rows there are.

-- In the order in which a use takes them: a node that serves meanwhile waits, and nobody in a circle.
lock table tokens, usages in access exclusive mode;

-- The log is in blocks of 16,384 attempts, and the index by token has a part for each: what is new goes into its last
-- pages, which stay in memory. With the id itself, so that attempts are counted without a look at their rows.
drop index usages_token;
create index usages_blocks on usages ((id >> 14), token_uid, at) include (id, outcome);

-- Tokens with the same key are in the order of their age: a new one is the last of those without an end, without a label.
drop index tokens_modified;
drop index tokens_valid_to;
drop index tokens_label;
drop index tokens_creator;
create index tokens_modified on tokens (modified, created, uid);
create index tokens_valid_to on tokens (valid_to, created, uid);
create index tokens_label on tokens (label, created, uid);
create index tokens_creator on tokens (creator, created, uid);

-- What the planner knows of the blocks.
analyze usages;
