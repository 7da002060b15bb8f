-- What is managed. Numbers and times come first: whatever counts by status need not read past the texts.
-- Texts are compared by their bytes, as the other engine does, whatever language the cluster was made for.
create table tokens (
    uid uuid primary key,
    valid_from timestamptz,
    valid_to timestamptz,
    -- -1 = unlimited
    uses bigint not null,
    used bigint not null,
    -- seconds
    lock bigint not null,
    -- last_used + lock, kept so that a filter can compare it
    locked_until timestamptz,
    disabled timestamptz,
    last_used timestamptz,
    created timestamptz not null,
    modified timestamptz not null,
    -- counts the writes of the row
    version bigint not null,
    value text collate "C" not null,
    label text collate "C" not null,
    creator text collate "C",
    -- value and label in lower case: where a search looks
    search text collate "C" not null
)
-- A use rewrites its row. Where the page has room and no index knows a column that changes, no index is touched.
with (fillfactor = 80);

-- With the uid: a long way into the list by value is then a walk along the index alone.
create unique index tokens_value on tokens (value) include (uid);

-- Each is an order with its ties, and serves both directions.
-- `last_used` and `uses` have none: every use changes them, and the engine would then have to write an entry into each
-- of these indexes. A list in these orders is sorted when it is asked for.
create index tokens_created on tokens (created, uid);
create index tokens_modified on tokens (modified, uid);
create index tokens_valid_to on tokens (valid_to, uid);
create index tokens_label on tokens (label, uid);
create index tokens_creator on tokens (creator, uid);
