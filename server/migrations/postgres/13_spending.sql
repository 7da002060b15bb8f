-- A use writes a row anew. Where there is room for it on the page of the old one, no index has to hear of it.
alter table tokens set (fillfactor = 85);
