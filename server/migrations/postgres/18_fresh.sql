-- Nothing: to put one attempt into an index writes a few bytes here, not a page.
select 1;
