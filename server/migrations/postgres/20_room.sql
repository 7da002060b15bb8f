-- Nothing: a row that is used goes to another place in any case.
select 1;
