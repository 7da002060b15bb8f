-- The log of attempts. It outlives the tokens, hence no reference to them.
create table usages (
    id integer primary key,
    token_uid blob not null,
    token_value text not null,
    at integer not null,
    -- 0 = accepted
    outcome integer not null,
    actor text not null
) strict;

-- The attempts on one token by time, and their outcomes without a look at the rows.
create index usages_token on usages (token_uid, at, id, outcome);
