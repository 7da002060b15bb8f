-- Nothing: the index of texts has a list of its own of what is new in it.
select 1;
