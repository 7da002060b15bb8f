-- Tokens that were deleted. They lie apart, so that nothing that reads tokens can see them: each is as it was in `tokens`,
-- and a value in here is free for a new token.
create table trashed_tokens (
    uid uuid primary key,
    valid_from timestamptz,
    valid_to timestamptz,
    uses bigint not null,
    used bigint not null,
    lock bigint not null,
    locked_until timestamptz,
    disabled timestamptz,
    last_used timestamptz,
    created timestamptz not null,
    modified timestamptz not null,
    version bigint not null,
    value text collate "C" not null,
    label text collate "C" not null,
    creator text collate "C",
    search text collate "C" not null,
    -- when and by whom it was deleted, and with which others
    deleted timestamptz not null,
    deleted_by text collate "C" not null,
    deletion uuid not null
);

-- What was deleted last, with its ties.
create index trashed_tokens_deleted on trashed_tokens (deleted, uid);
create index trashed_tokens_deletion on trashed_tokens (deletion);
