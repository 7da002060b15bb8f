-- What indexes by status need is in ordinary columns that triggers write when they change, not computed from the uses:
-- this engine writes an index anew when anything changes of which one of its columns, or its condition, is computed, so
-- that each use would write into three of them.
drop index tokens_used_up;
drop index tokens_live;
drop index tokens_locked;
alter table tokens drop column used_up;
alter table tokens drop column locked_hour;
alter table tokens add column used_up integer not null default 0;
-- the hour in which the lock ends
alter table tokens add column locked_hour integer;

update tokens set used_up = 1 where uses = 0;
update tokens set locked_hour = locked_until - locked_until % 3600000000
where uses <> 0 and locked_until is not null;

create trigger tokens_status_added after insert on tokens
when new.uses = 0 or new.locked_until is not null
begin
    update tokens
    set used_up = uses = 0,
        locked_hour = case when uses <> 0 then locked_until - locked_until % 3600000000 end
    where uid = new.uid;
end;
create trigger tokens_status_changed after update of uses, locked_until on tokens
when new.used_up <> (new.uses = 0)
    or new.locked_hour is not
        case when new.uses <> 0 then new.locked_until - new.locked_until % 3600000000 end
begin
    update tokens
    set used_up = uses = 0,
        locked_hour = case when uses <> 0 then locked_until - locked_until % 3600000000 end
    where uid = new.uid;
end;

create index tokens_used_up on tokens (coalesce(valid_to, 9223372036854775807)) where disabled is null and used_up;
create index tokens_live on tokens (coalesce(valid_to, 9223372036854775807)) where disabled is null and not used_up;
create index tokens_locked on tokens (locked_hour) where locked_hour is not null;
