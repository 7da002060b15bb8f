-- What lets programs in. Only the hash of the key is kept.
create table keys (
    uid blob primary key not null,
    name text not null,
    -- the name in lower case
    name_key text not null,
    hash blob not null,
    -- as in `view,consume`
    permissions text not null,
    expires integer,
    created integer not null,
    last_used integer
) strict;

create unique index keys_name on keys (name_key);
create unique index keys_hash on keys (hash);

-- One-time links that make an account. Only the hash of the code is kept.
create table invitations (
    hash blob primary key not null,
    role text not null,
    expires integer not null
) strict;
