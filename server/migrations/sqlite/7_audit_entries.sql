-- Who changed what, when, old and new. It outlives what it speaks of, hence no references.
create table audit_entries (
    id integer primary key,
    at integer not null,
    -- what the doer is: `account`, `key`, `command_line`, `tessera`
    by_kind text not null,
    by_name text not null,
    -- as in `create`
    action text not null,
    -- as in `token`
    target_kind text not null,
    target_uid blob,
    target_name text not null,
    -- JSON: a list of field, old, new
    differences text not null,
    -- the name of the target in lower case: where a search looks
    search text not null
) strict;

-- The log is read from its end, which the primary key serves, and by time and target.
create index audit_entries_at on audit_entries (at);
create index audit_entries_target on audit_entries (target_uid, id);
