-- What somebody has set; the rest is as the program has it by default.
create table settings (
    key text collate "C" primary key,
    value text collate "C" not null
);
