-- A key shows how it begins and who made it. One that is revoked stays to be seen, and its name is free for another.
alter table keys add column prefix text;
alter table keys add column creator text;
alter table keys add column revoked integer;
-- what it was before it was rotated, and how long that is good beside it
alter table keys add column former_hash blob;
alter table keys add column former_until integer;

drop index keys_name;
create unique index keys_name on keys (name_key) where revoked is null;
create unique index keys_former_hash on keys (former_hash);

-- Since when nobody can sign in with it.
alter table accounts add column disabled integer;

-- A session is named by a uid, so that it can be ended by somebody who does not hold its secret.
alter table sessions add column uid blob;
-- from where it was begun
alter table sessions add column address text;
update sessions set uid = randomblob(16);
create unique index sessions_uid on sessions (uid);

-- The same for invitations, and by whom.
alter table invitations add column uid blob;
alter table invitations add column creator text;
alter table invitations add column created integer;
update invitations set uid = randomblob(16);
create unique index invitations_uid on invitations (uid);
