-- Nothing: whoever spends reads and writes in one transaction here, and need not know a token from before.
select 1;
