-- People.
create table accounts (
    uid blob primary key not null,
    name text not null,
    -- the name in lower case
    name_key text not null,
    role text not null,
    -- the argon2id hash, in PHC string format
    password text not null,
    created integer not null,
    last_login integer
) strict;

create unique index accounts_name on accounts (name_key);

-- Who is signed in. Only the hash of the secret in the cookie is kept.
create table sessions (
    hash blob primary key not null,
    account_uid blob not null references accounts (uid) on delete cascade,
    created integer not null,
    seen integer not null
) strict;

create index sessions_account on sessions (account_uid);
