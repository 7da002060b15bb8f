-- What requests under an idempotency key came to: the same request gets the same answer, and is not done again.
create table memories (
    -- whose key: an account or an API key
    actor blob not null,
    key text not null,
    -- SHA-256 of the request
    fingerprint blob not null,
    -- JSON
    answer text not null,
    at integer not null,
    primary key (actor, key)
) strict, without rowid;

-- For the job that forgets old ones.
create index memories_at on memories (at);
