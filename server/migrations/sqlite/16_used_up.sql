-- With all that is asked of the tokens that it leads to, the end of the window as it is as well: they are counted and
-- sorted by the index alone.
drop index tokens_used_up;
create index tokens_used_up on tokens (
    coalesce(valid_to, 9223372036854775807), created, valid_to, disabled, used_up
) where disabled is null and used_up;
