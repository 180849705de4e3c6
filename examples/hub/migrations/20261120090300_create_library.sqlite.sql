-- What agents work with: tools, JSON schemas, prompt templates, model configurations.
-- `key` is the name that programs use; the rest may be edited freely.

create table tools (
  id integer primary key,
  key text not null unique check (key <> '' and key not glob '*[^a-z0-9_-]*'),
  name text not null check (name <> ''),
  description text not null default '',
  category text not null default 'general',
  -- A JSON Schema of the tool's arguments.
  parameters json not null default '{}' check (json_valid(parameters) and json_type(parameters) = 'object'),
  enabled boolean not null default true check (enabled in (0, 1)),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create index tools_category on tools (category) where enabled;

create table schemas (
  id integer primary key,
  key text not null unique check (key <> '' and key not glob '*[^a-z0-9_-]*'),
  name text not null check (name <> ''),
  description text not null default '',
  definition json not null check (json_valid(definition) and json_type(definition) = 'object'),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create table prompt_templates (
  id integer primary key,
  key text not null unique check (key <> '' and key not glob '*[^a-z0-9_-]*'),
  name text not null check (name <> ''),
  description text not null default '',
  template text not null check (template <> ''),
  -- The names that the template fills in.
  variables json not null default '[]' check (json_valid(variables) and json_type(variables) = 'array'),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create table model_configs (
  id integer primary key,
  key text not null unique check (key <> '' and key not glob '*[^a-z0-9_./:-]*'),
  name text not null check (name <> ''),
  provider text not null check (provider <> ''),
  model_identifier text not null check (model_identifier <> ''),
  temperature real not null default 0.7 check (temperature between 0 and 2),
  max_tokens integer not null default 2048 check (max_tokens > 0),
  context_window integer check (context_window > 0),
  extra json not null default '{}' check (json_valid(extra) and json_type(extra) = 'object'),
  enabled boolean not null default true check (enabled in (0, 1)),
  created_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at timestamp not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

create index model_configs_provider on model_configs (provider) where enabled;

-- bedstone:down

drop table model_configs;
drop table prompt_templates;
drop table schemas;
drop table tools;
