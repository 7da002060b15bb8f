-- What lists look up. A status is a condition on times and uses; each of these indexes leads to the tokens of one of them.
-- A use that is not the last one, and not the first in an hour of a token with a lock, changes none of the columns that
-- an index knows, so it still writes no index.
alter table tokens
    add column used_up boolean not null generated always as (uses = 0) stored,
    -- the hour in which the lock ends
    add column locked_hour timestamptz generated always as (
        case when uses <> 0 then date_trunc('hour', locked_until at time zone 'UTC') at time zone 'UTC' end
    ) stored;

create index tokens_disabled on tokens (created, uid) where disabled is not null;
create index tokens_used_up on tokens (coalesce(valid_to, 'infinity')) where disabled is null and used_up;
create index tokens_live on tokens (coalesce(valid_to, 'infinity')) where disabled is null and not used_up;
create index tokens_valid_from on tokens (valid_from) where valid_from is not null;
create index tokens_locked on tokens (locked_hour) where locked_hour is not null;

-- Where a search looks: apart from the tokens, so that whatever writes a token anew leaves its long index alone.
create table _token_texts (
    uid uuid primary key,
    search text collate "C" not null
);
insert into _token_texts (uid, search) select uid, search from tokens;

create function keep_token_texts() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into _token_texts (uid, search) select uid, search from added;
    elsif tg_op = 'DELETE' then
        delete from _token_texts where uid in (select uid from deleted);
    else
        update _token_texts set search = new.search where uid = new.uid;
    end if;
    return null;
end $$;

create trigger tokens_added after insert on tokens
    referencing new table as added
    for each statement execute function keep_token_texts();
create trigger tokens_deleted after delete on tokens
    referencing old table as deleted
    for each statement execute function keep_token_texts();
create trigger tokens_renamed after update of search on tokens
    for each row when (old.search is distinct from new.search) execute function keep_token_texts();

-- By each three letters of it. Where the extension is not installed, and we may not install it, a search reads all texts.
do $$
begin
    create extension if not exists pg_trgm;
    -- Small, so that no one request has to put many others' texts into their places.
    create index _token_texts_search on _token_texts
        using gin (search gin_trgm_ops) with (gin_pending_list_limit = 512);
exception
    when insufficient_privilege or undefined_file or feature_not_supported or undefined_object then
        raise notice 'searches have no index: %', sqlerrm;
end $$;

analyze tokens;
analyze _token_texts;
