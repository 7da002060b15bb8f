-- How many tokens were added in which hour: so many pages into the list is found by these, and only the hour that it
-- begins in is walked through; and how many there are is their sum.

-- What adds tokens meanwhile would not be counted.
lock table tokens in share row exclusive mode;

create table _token_hours (
    -- its beginning
    hour timestamptz not null,
    -- Each connection counts by itself, so that nobody waits until another has committed: its process; 0 is for hours that
    -- are over.
    part integer not null,
    -- those that came less those that went
    tokens bigint not null,
    primary key (hour, part)
)
with (fillfactor = 50);

insert into _token_hours (hour, part, tokens)
select date_trunc('hour', created, 'UTC') as hour, 0, count(*) from tokens group by hour;

create function count_token_hours() returns trigger language plpgsql as $$
declare
    mine integer := pg_backend_pid();
    has_begun boolean;
begin
    if tg_op = 'DELETE' then
        insert into _token_hours as h (hour, part, tokens)
        select date_trunc('hour', created, 'UTC') as hour, mine, - count(*) from deleted group by hour order by hour
        on conflict (hour, part) do update set tokens = h.tokens + excluded.tokens;
        return null;
    end if;
    if tg_op = 'UPDATE' then
        insert into _token_hours as h (hour, part, tokens)
        select date_trunc('hour', created, 'UTC') as hour, mine, sum(change)
        from (values (old.created, -1), (new.created, 1)) as moved (created, change)
        group by hour order by hour
        on conflict (hour, part) do update set tokens = h.tokens + excluded.tokens;
        return null;
    end if;
    with counted as (
        insert into _token_hours as h (hour, part, tokens)
        select date_trunc('hour', created, 'UTC') as hour, mine, count(*) from added group by hour order by hour
        on conflict (hour, part) do update set tokens = h.tokens + excluded.tokens
        -- Zero where there was no such row.
        returning xmax = 0 as is_new
    )
    select bool_or(is_new) into has_begun from counted;
    -- Then those that are over become one part each. One connection does it at a time, and not with what others are just
    -- counting, so nobody waits for another in a circle.
    if has_begun and pg_try_advisory_xact_lock('_token_hours'::regclass::bigint) then
        with over as (
            delete from _token_hours
            where (hour, part) in (
                select hour, part from _token_hours
                where part <> 0 and hour < date_trunc('hour', now() - interval '1 hour', 'UTC')
                for update skip locked
            )
            returning hour, tokens
        )
        insert into _token_hours as h (hour, part, tokens)
        select hour, 0, sum(tokens) from over group by hour order by hour
        on conflict (hour, part) do update set tokens = h.tokens + excluded.tokens;
    end if;
    return null;
end $$;

create trigger tokens_added_in_hours after insert on tokens
    referencing new table as added
    for each statement execute function count_token_hours();
create trigger tokens_deleted_in_hours after delete on tokens
    referencing old table as deleted
    for each statement execute function count_token_hours();
create trigger tokens_moved_in_hours after update of created on tokens
    for each row when (old.created is distinct from new.created) execute function count_token_hours();

analyze _token_hours;
