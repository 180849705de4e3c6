-- The language models an account may use.

create table llm_models (
  id integer primary key,
  account_id integer not null references accounts (id) on delete cascade,
  provider text not null check (provider <> ''),
  model_identifier text not null check (model_identifier <> ''),
  name text not null check (name <> ''),
  temperature real not null default 0.7 check (temperature between 0 and 2),
  max_tokens integer not null default 2048 check (max_tokens > 0),
  -- In seconds.
  timeout integer not null default 60 check (timeout > 0),
  active boolean not null default true check (active in (0, 1)),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  unique (account_id, provider, model_identifier)
);

create index llm_models_provider on llm_models (provider, model_identifier);

-- bedstone:down

drop table llm_models;
