-- A key shows how it begins and who made it. One that is revoked stays to be seen, and its name is free for another.
alter table keys add column prefix text collate "C";
alter table keys add column creator text collate "C";
alter table keys add column revoked timestamptz;
-- what it was before it was rotated, and how long that is good beside it
alter table keys add column former_hash bytea;
alter table keys add column former_until timestamptz;

drop index keys_name;
create unique index keys_name on keys (name_key) where revoked is null;
create unique index keys_former_hash on keys (former_hash);

-- Since when nobody can sign in with it.
alter table accounts add column disabled timestamptz;

-- A session is named by a uid, so that it can be ended by somebody who does not hold its secret.
alter table sessions add column uid uuid;
-- from where it was begun
alter table sessions add column address text collate "C";
update sessions set uid = gen_random_uuid();
alter table sessions alter column uid set not null;
create unique index sessions_uid on sessions (uid);

-- The same for invitations, and by whom.
alter table invitations add column uid uuid;
alter table invitations add column creator text collate "C";
alter table invitations add column created timestamptz;
update invitations set uid = gen_random_uuid();
alter table invitations alter column uid set not null;
create unique index invitations_uid on invitations (uid);
