-- What requests under an idempotency key came to: the same request gets the same answer, and is not done again.
create table memories (
    -- whose key: an account or an API key
    actor uuid not null,
    key text collate "C" not null,
    -- SHA-256 of the request
    fingerprint bytea not null,
    -- JSON
    answer text collate "C" not null,
    at timestamptz not null,
    primary key (actor, key)
);

-- For the job that forgets old ones.
create index memories_at on memories (at);
