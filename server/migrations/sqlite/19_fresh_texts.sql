-- The index of texts learns of new tokens many at a time: each by itself is a segment of the index, which is merged with
-- others again and again, and the more so the more tokens there are.

-- The last number of a token that the index knows; those behind it are fresh, and whoever searches looks at each of them.
create table _token_search_end (
    number integer not null
) strict;
insert into _token_search_end select coalesce(max(number), 0) from _token_texts;

drop trigger tokens_added;
create trigger tokens_added after insert on tokens begin
    insert into _token_texts (uid) values (new.uid);
end;
-- Where the last tokens were deleted, their numbers come again, and the index takes such a token at once.
create trigger _token_texts_added after insert on _token_texts
when new.number <= (select number from _token_search_end)
    or new.number >= (select number from _token_search_end) + 256
begin
    insert into _token_search (rowid, search)
    select number, search from _token_texts cross join tokens using (uid)
    where number >= min(new.number, (select number from _token_search_end) + 1) and number <= new.number;
    update _token_search_end set number = max(number, new.number);
end;

-- What the index does not know, it must not be told to forget.
drop trigger tokens_deleted;
create trigger tokens_deleted after delete on tokens begin
    delete from _token_search
    where rowid = (
        select number from _token_texts
        where uid = old.uid and number <= (select number from _token_search_end)
    );
    delete from _token_texts where uid = old.uid;
end;
drop trigger tokens_renamed;
create trigger tokens_renamed after update of search on tokens when old.search <> new.search begin
    update _token_search set search = new.search
    where rowid = (
        select number from _token_texts
        where uid = old.uid and number <= (select number from _token_search_end)
    );
end;
