-- People.
create table accounts (
    uid uuid primary key,
    name text collate "C" not null,
    -- the name in lower case
    name_key text collate "C" not null,
    role text collate "C" not null,
    -- the argon2id hash, in PHC string format
    password text collate "C" not null,
    created timestamptz not null,
    last_login timestamptz
);

create unique index accounts_name on accounts (name_key);

-- Who is signed in. Only the hash of the secret in the cookie is kept.
create table sessions (
    hash bytea primary key,
    account_uid uuid not null references accounts (uid) on delete cascade,
    created timestamptz not null,
    seen timestamptz not null
);

create index sessions_account on sessions (account_uid);
