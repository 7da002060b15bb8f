-- What somebody has set; the rest is as the program has it by default.
create table settings (
    key text primary key not null,
    value text not null
) strict;
