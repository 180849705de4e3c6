-- Texts and their embeddings.

create table documents (
  id integer primary key,
  tenant_id integer not null references tenants (id) on delete cascade,
  account_id integer references accounts (id) on delete set null,
  title text not null check (title <> ''),
  content text not null default '',
  content_type text not null default 'text/plain',
  metadata json not null default '{}' check (json_valid(metadata) and json_type(metadata) = 'object'),
  -- Which model made the embedding; vectors of different models cannot be compared.
  embedding_model text,
  -- 32-bit floats, little-endian, one after the other.
  embedding blob check (length(embedding) % 4 = 0),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create index documents_tenant_id on documents (tenant_id, created_at);
create index documents_account_id on documents (account_id);

-- bedstone:down

drop table documents;
