-- As long as the time of the last use. The first use sets it to null, so that the row keeps its length: rows that grow
-- are shared out anew over their pages, and the engine then looks through all pages that it has in memory.
alter table tokens add column _room integer default 9223372036854775807;
