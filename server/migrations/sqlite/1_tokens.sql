-- What is managed. Numbers and times come first: whatever counts by status need not read past the texts.
-- Times are microseconds since 1970, UTC. Texts are compared by their bytes.
create table tokens (
    uid blob primary key not null,
    valid_from integer,
    valid_to integer,
    -- -1 = unlimited
    uses integer not null,
    used integer not null,
    -- seconds
    lock integer not null,
    -- last_used + lock, kept so that a filter can compare it
    locked_until integer,
    disabled integer,
    last_used integer,
    created integer not null,
    modified integer not null,
    -- counts the writes of the row
    version integer not null,
    value text not null,
    label text not null,
    creator text,
    -- value and label in lower case: where a search looks
    search text not null
) strict, without rowid;

create unique index tokens_value on tokens (value);

-- A table without rowid is ordered by its key, and each of its indexes ends with the key: it is an order with its ties,
-- serves both directions, and a long way into the list is a walk along the index alone.
-- `last_used` and `uses` have none: every use changes them, and two more indexes to write would make it cost more than
-- twice as much. A list in these orders is sorted when it is asked for.
create index tokens_created on tokens (created);
create index tokens_modified on tokens (modified);
create index tokens_valid_to on tokens (valid_to);
create index tokens_label on tokens (label);
create index tokens_creator on tokens (creator);
