-- A node need not read a token that it wrote last, because each write of a row makes its version another. Whoever changes
-- one by hand may not think of it.
create function tokens_version() returns trigger language plpgsql as $$
begin
    new.version := old.version + 1;
    return new;
end $$;
create trigger tokens_version before update on tokens
for each row when (new.version = old.version) execute function tokens_version();
