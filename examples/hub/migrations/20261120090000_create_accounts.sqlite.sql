-- Who may sign in, and as what.

create table accounts (
  id integer primary key,
  email text not null unique check (email like '_%@_%'),
  name text not null check (name <> ''),
  -- An Argon2id PHC string; null for accounts that sign in elsewhere.
  password_local text,
  password_encrypted boolean not null default true check (password_encrypted in (0, 1)),
  password_salt text,
  active boolean not null default true check (active in (0, 1)),
  grandfathered boolean not null default false check (grandfathered in (0, 1)),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

-- Ada@example.com and ada@example.com are one person.
create unique index accounts_email_lower on accounts (lower(email));

create table roles (
  id integer primary key,
  name text not null unique check (name <> ''),
  description text not null default '',
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create table account_roles (
  account_id integer not null references accounts (id) on delete cascade,
  role_id integer not null references roles (id) on delete cascade,
  granted_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key (account_id, role_id)
);

create index account_roles_role_id on account_roles (role_id);

-- bedstone:down

drop view if exists active_accounts;
drop table account_roles;
drop table roles;
drop table accounts;
