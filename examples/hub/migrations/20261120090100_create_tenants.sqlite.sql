-- Organisations that share the hub, and who belongs to them.

create table tenants (
  id integer primary key,
  slug text not null unique check (slug <> '' and slug not glob '*[^a-z0-9-]*' and slug not like '-%'),
  name text not null check (name <> ''),
  active boolean not null default true check (active in (0, 1)),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create table tenant_members (
  tenant_id integer not null references tenants (id) on delete cascade,
  account_id integer not null references accounts (id) on delete cascade,
  role text not null default 'member' check (role in ('owner', 'admin', 'member')),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key (tenant_id, account_id)
);

create index tenant_members_account_id on tenant_members (account_id);

-- bedstone:down

drop view if exists tenant_overview;
drop table tenant_members;
drop table tenants;
