-- Tokens that were deleted. They lie apart, so that nothing that reads tokens can see them: each is as it was in `tokens`,
-- and a value in here is free for a new token.
create table trashed_tokens (
    uid blob primary key not null,
    valid_from integer,
    valid_to integer,
    uses integer not null,
    used integer not null,
    lock integer not null,
    locked_until integer,
    disabled integer,
    last_used integer,
    created integer not null,
    modified integer not null,
    version integer not null,
    value text not null,
    label text not null,
    creator text,
    search text not null,
    -- when and by whom it was deleted, and with which others
    deleted integer not null,
    deleted_by text not null,
    deletion blob not null
) strict, without rowid;

-- What was deleted last, with its ties.
create index trashed_tokens_deleted on trashed_tokens (deleted);
create index trashed_tokens_deletion on trashed_tokens (deletion);
