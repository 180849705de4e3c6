// The DDL of Bedstone's own tables. Both engines take the same type names; SQLite reads them as
// affinities.
#include "store/tables.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

namespace bedstone::store {
namespace {

struct Table {
  std::string_view name;
  std::string_view columns;
  bool by_key = false;  ///< SQLite: one tree instead of two; for rows written one at a time.
};

constexpr std::array<Table, 8> kFirstLayout{{
    {"meta",
     "project text not null, key text not null, value text not null, primary key (project, key)",
     true},
    {"migrations",
     "project text not null, kind text not null, version text not null, name text not null, "
     "checksum text not null, checksum_raw text not null, tokens text not null, how text not null, "
     "sequence bigint not null, applied_at text not null, duration_seconds double precision not "
     "null, run_id text not null, applied_by text not null, host text not null, bedstone_version "
     "text not null, down_sql text, fingerprint text, primary key (project, kind, version)",
     true},
    {"journal",
     "project text not null, kind text not null, version text not null, unit bigint not null, done "
     "bigint not null, hash text not null, statement text not null, before text not null, "
     "started_at text not null, finished_at text not null, run_id text not null, primary key "
     "(project, kind, version, unit)"},
    {"runs",
     "project text not null, run_id text not null, command text not null, started_at text not "
     "null, finished_at text not null, outcome text not null, host text not null, pid bigint not "
     "null, os_user text not null, bedstone_version text not null, state_before text not null, "
     "state_after text not null, duration_seconds double precision not null, error_code text not "
     "null, error_message text not null, primary key (project, run_id)"},
    {"steps",
     "project text not null, run_id text not null, step bigint not null, kind text not null, "
     "subject text not null, detail text not null, outcome text not null, duration_seconds double "
     "precision not null, error_code text not null, primary key (project, run_id, step)"},
    {"events",
     "project text not null, run_id text not null, event bigint not null, at text not null, code "
     "text not null, severity text not null, message text not null, cause text not null, hint text "
     "not null, file text not null, line bigint not null, position bigint not null, sqlstate text "
     "not null, statement text not null, primary key (project, run_id, event)"},
    {"releases",
     "project text not null, digest text not null, sequence bigint not null, first_seen text not "
     "null, bedstone_version text not null, primary key (project, digest)"},
    {"snapshots",
     "project text not null, fingerprint text not null, taken_at text not null, body text not "
     "null, primary key (project, fingerprint)"},
}};

/// What seeds need.
constexpr std::array<Table, 2> kSecondLayout{{
    // `shape` is what the set says beside its rows; `blocks` are hashes of runs of rows (base64).
    {"seed_sets",
     "project text not null, set_name text not null, set_key bigint not null, digest text not "
     "null, shape text not null, columns text not null, blocks text not null, applied_at text not "
     "null, "
     "run_id text not null, bedstone_version text not null, primary key (project, set_name)"},
    // A row of a set: its key as text, whether Bedstone made it, and eight bytes for each merged
    // column of what it last wrote there. There may be millions: no byte is spent on names, and
    // keys are compared byte by byte.
    {"seed_rows",
     "set_key bigint not null, row_key text collate {binary} not null, created smallint not null, "
     "hashes bytea not null{key}",
     true},
}};

/// What settings need; their values stand in the project's own schema (config_table.hpp).
constexpr std::array<Table, 4> kThirdLayout{{
    // The revision of the settings' values; while a change is being made, who makes it and why.
    {"config",
     "project text not null primary key, revision bigint not null, change_by text not null, "
     "change_reason text not null",
     true},
    // Data keys, encrypted with a key that is not in the database, and that key's fingerprint.
    {"keys",
     "project text not null, id text not null, state text not null, wrapped text not null, kek "
     "text not null, created_at text not null, primary key (project, id)",
     true},
    // Processes that use the settings, the revision each has, and the ids of its data keys.
    {"instances",
     "project text not null, instance_id text not null, program text not null, host text not "
     "null, pid bigint not null, bedstone_version text not null, started_at text not null, "
     "seen_at text not null, revision bigint not null, problem text not null, keys text not "
     "null, primary key (project, instance_id)",
     true},
    // The application's lifecycle: what it became, when, and in which run.
    {"transitions",
     "project text not null, transition bigint not null, at text not null, from_state text not "
     "null, to_state text not null, cause text not null, run_id text not null, primary key "
     "(project, transition)",
     true},
}};

/// What health, the server and moving to another database need.
constexpr std::array<Table, 4> kFourthLayout{{
    // Results of health checks, bounded by age and number.
    {"checks",
     "project text not null, check_id text not null, at text not null, host text not null, outcome "
     "text not null, evidence text not null, duration_seconds double precision not null, primary "
     "key (project, check_id, at, host)",
     true},
    // Who is signed in: a hash of the cookie, and what the account was when it signed in; where an
    // identity provider knows the session, too, its name there and what it is renewed with.
    {"sessions",
     "project text not null, session_hash text not null, account text not null, email text not "
     "null, method text not null, created_at text not null, seen_at text not null, expires_at text "
     "not null, address text not null, agent text not null, provider_session text not null default "
     "'', refresh_token text not null default '', refresh_after text not null default '', primary "
     "key (project, session_hash)",
     true},
    // Attempts to sign in that failed, by account and by address.
    {"sign_ins",
     "project text not null, subject text not null, failures bigint not null, first_at text not "
     "null, last_at text not null, primary key (project, subject)",
     true},
    // How far a transfer into this database is, table by table.
    {"transfers",
     "project text not null, table_name text not null, state text not null, rows bigint not null, "
     "hash text not null, source text not null, started_at text not null, finished_at text not "
     "null, primary key (project, table_name)",
     true},
}};

constexpr std::array<std::span<const Table>, kLayout> kLayouts{
    {kFirstLayout, kSecondLayout, kThirdLayout, kFourthLayout}};

void replace(std::string& text, std::string_view mark, std::string_view with) {
  const auto at = text.find(mark);
  if (at != std::string::npos) text.replace(at, mark.size(), with);
}

std::string columns_of(const Table& table, const db::Dialect& dialect) {
  const bool sqlite = dialect.engine() == db::Engine::kSqlite;
  std::string columns(table.columns);
  replace(columns, "{binary}", sqlite ? "binary" : "\"C\"");
  replace(columns, "{key}", sqlite ? ", primary key (set_key, row_key)" : "");
  return columns;
}

}  // namespace

std::vector<std::string> upgrade(const db::Dialect& dialect, int from) {
  const bool sqlite = dialect.engine() == db::Engine::kSqlite;
  std::vector<std::string> statements;
  for (const Table& table : kLayouts.at(static_cast<std::size_t>(from))) {
    statements.push_back(fmt::format("CREATE TABLE IF NOT EXISTS {} ({}){}",
                                     dialect.store_table(table.name), columns_of(table, dialect),
                                     table.by_key && sqlite ? " WITHOUT ROWID" : ""));
  }
  if (from == 1 && !sqlite) {
    // Writing a million rows costs half without a unique index, and the lock keeps them unique;
    // this one says where a set's rows are, and costs nothing.
    statements.push_back(
        fmt::format("CREATE INDEX IF NOT EXISTS seed_rows_by_set ON {} USING brin (set_key)",
                    dialect.store_table("seed_rows")));
  }
  return statements;
}

std::vector<std::string> table_names(int layout) {
  std::vector<std::string> names;
  for (int number = 0; number < layout; ++number) {
    for (const Table& table : kLayouts.at(static_cast<std::size_t>(number)))
      names.emplace_back(table.name);
  }
  return names;
}

}  // namespace bedstone::store
