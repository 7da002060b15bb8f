-- What lists look up. A status is a condition on times and uses; each of these indexes leads to the tokens of one of them.
-- A use writes into one of them only if it is the last one, or if the token has a lock.
alter table tokens add column used_up integer not null generated always as (uses = 0) virtual;
-- the hour in which the lock ends
alter table tokens add column locked_hour integer generated always as (
    case when uses <> 0 then locked_until - locked_until % 3600000000 end
) virtual;

create index tokens_disabled on tokens (created) where disabled is not null;
create index tokens_used_up on tokens (coalesce(valid_to, 9223372036854775807)) where disabled is null and used_up;
create index tokens_live on tokens (coalesce(valid_to, 9223372036854775807)) where disabled is null and not used_up;
create index tokens_valid_from on tokens (valid_from) where valid_from is not null;
create index tokens_locked on tokens (locked_hour) where locked_hour is not null;

-- With what tells an expired token: those are mostly the oldest, and the way to them is then a walk along the index alone.
drop index tokens_created;
create index tokens_created on tokens (created, uid, valid_to, disabled);

-- Where a search looks: numbers, by which the index of texts names tokens, and the index, by each three letters.
create table _token_texts (
    number integer primary key,
    uid blob not null unique
) strict;
create virtual table _token_search using fts5 (
    search, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);
insert into _token_texts (uid) select uid from tokens;
insert into _token_search (rowid, search)
select number, search from _token_texts join tokens using (uid);

create trigger tokens_added after insert on tokens begin
    insert into _token_texts (uid) values (new.uid);
    insert into _token_search (rowid, search)
    select number, new.search from _token_texts where uid = new.uid;
end;
create trigger tokens_deleted after delete on tokens begin
    delete from _token_search where rowid = (select number from _token_texts where uid = old.uid);
    delete from _token_texts where uid = old.uid;
end;
create trigger tokens_renamed after update of search on tokens when old.search <> new.search begin
    update _token_search set search = new.search
    where rowid = (select number from _token_texts where uid = old.uid);
end;
