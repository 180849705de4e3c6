-- A migration is plain SQL. It runs once, in one transaction, in the order of the number in its name;
-- `bedstone migrate new "add tags to notes"` writes the next one.
--
-- Change this file until the first `bedstone up`; after that write a new one.

create table notes (
  id integer primary key,
  title text not null check (title <> ''),
  body text not null default '',
  created_at timestamp not null default current_timestamp
);

create index notes_created_at on notes (created_at);

-- What follows takes the migration back: `bedstone migrate down`.
-- bedstone:down

drop table notes;
