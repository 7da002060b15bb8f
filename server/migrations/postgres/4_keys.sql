-- What lets programs in. Only the hash of the key is kept.
create table keys (
    uid uuid primary key,
    name text collate "C" not null,
    -- the name in lower case
    name_key text collate "C" not null,
    hash bytea not null,
    -- as in `view,consume`
    permissions text collate "C" not null,
    expires timestamptz,
    created timestamptz not null,
    last_used timestamptz
);

create unique index keys_name on keys (name_key);
create unique index keys_hash on keys (hash);

-- One-time links that make an account. Only the hash of the code is kept.
create table invitations (
    hash bytea primary key,
    role text collate "C" not null,
    expires timestamptz not null
);
