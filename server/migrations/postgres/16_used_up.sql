-- Nothing: what leads to a row here may say more of it without being asked.
select 1;
