// SQL over Bedstone's own tables; the same text serves both engines.
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "store/run_row.hpp"
#include "store/tables.hpp"

namespace bedstone::store {
namespace {

using db::Value;

constexpr std::string_view kMigrationColumns =
    "kind, version, name, checksum, checksum_raw, tokens, how, sequence, applied_at, "
    "duration_seconds, run_id, applied_by, host, bedstone_version, down_sql, fingerprint";
constexpr std::string_view kJournalColumns =
    "kind, version, unit, done, hash, statement, before, started_at, finished_at, run_id";
Value text(std::string_view value) {
  return std::string(value);
}

double real(const db::Rows& rows, std::size_t row, std::size_t column) {
  return std::strtod(std::string(rows.text(row, column)).c_str(), nullptr);
}

std::optional<std::string> optional_text(const db::Rows& rows, std::size_t row,
                                         std::size_t column) {
  const auto value = rows.at(row, column);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

/// "$1, $2, …, $n"
std::string placeholders(std::size_t count) {
  std::string result;
  for (std::size_t i = 1; i <= count; ++i)
    result += fmt::format("{}${}", i == 1 ? "" : ", ", i);
  return result;
}

/// "ON CONFLICT (…) DO UPDATE SET a = excluded.a, …"
std::string on_conflict(std::string_view keys, std::string_view columns) {
  std::string sets;
  while (!columns.empty()) {
    const auto comma = columns.find(", ");
    const auto column = columns.substr(0, comma);
    sets += fmt::format("{}{} = excluded.{}", sets.empty() ? "" : ", ", column, column);
    columns = comma == std::string_view::npos ? "" : columns.substr(comma + 2);
  }
  return fmt::format("ON CONFLICT ({}) DO UPDATE SET {}", keys, sets);
}

Error damaged(std::string why) {
  return Error(ErrorCode::kStoreDamaged, "Bedstone's own tables are damaged: " + why)
      .because("somebody changed them, or a restore brought back only some of them")
      .advise(
          "nothing was changed; restore them from a backup, all of them together. `bedstone "
          "explain "
          "BED0606` tells what to do without one");
}

MigrationRow migration_row(const db::Rows& rows, std::size_t i) {
  MigrationRow row;
  row.kind = rows.text(i, 0);
  row.version = rows.text(i, 1);
  row.name = rows.text(i, 2);
  row.checksum = rows.text(i, 3);
  row.checksum_raw = rows.text(i, 4);
  row.tokens = rows.text(i, 5);
  row.how = rows.text(i, 6);
  row.sequence = rows.integer(i, 7);
  row.applied_at = rows.text(i, 8);
  row.duration_seconds = real(rows, i, 9);
  row.run_id = rows.text(i, 10);
  row.applied_by = rows.text(i, 11);
  row.host = rows.text(i, 12);
  row.bedstone_version = rows.text(i, 13);
  row.down_sql = optional_text(rows, i, 14);
  row.fingerprint = optional_text(rows, i, 15);
  return row;
}

}  // namespace

bool is_missing(const Error& error) {
  return error.code == ErrorCode::kObjectMissing;
}

Store::Store(db::Connection& connection, std::string project)
    : connection_(connection), project_(std::move(project)) {}

std::string Store::table(std::string_view name) const {
  return connection_.dialect().store_table(name);
}

Bound Store::bound(std::string sql, std::vector<Value> values) const {
  return {std::move(sql), std::move(values)};
}

// --- the tables themselves ------------------------------------------------------------------

Result<std::vector<std::string>> Store::tables_there() {
  // From the catalogs: in PostgreSQL a failing query would end the caller's transaction.
  const bool postgres = connection_.engine() == db::Engine::kPostgres;
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(
          postgres
              ? "SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON "
                "n.oid = c.relnamespace WHERE n.nspname = 'bedstone' AND c.relkind = 'r' ORDER BY 1"
              : "SELECT substr(name, 10) FROM sqlite_schema WHERE type = 'table' AND substr(name, "
                "1, "
                "9) = 'bedstone_' ORDER BY 1"));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows.size(); ++i)
    names.emplace_back(rows.text(i, 0));
  return names;
}

Result<int> Store::layout() {
  BEDSTONE_ASSIGN(const auto there, tables_there());
  const auto is_there = [&there](const std::string& name) {
    return std::find(there.begin(), there.end(), name) != there.end();
  };
  if (!is_there("meta")) {
    // Of somebody else's tables in our place none has all these names.
    if (is_there("migrations") && is_there("journal")) return fail(damaged("meta is missing"));
    return 0;
  }
  BEDSTONE_ASSIGN(const auto rows, connection_.query(fmt::format(
                                       "SELECT value FROM {} WHERE project = '' AND key = 'layout'",
                                       table("meta"))));
  if (rows.empty()) return fail(damaged("meta does not tell their layout"));
  const auto found = bedstone::text::parse_integer(rows.text(0, 0));
  if (!found || *found < 1) {
    return fail(
        damaged(fmt::format("meta says layout {}", bedstone::text::excerpt(rows.text(0, 0), 20))));
  }
  if (*found > kLayout) {
    return fail(
        Error(ErrorCode::kStoreNewer,
              fmt::format("Bedstone's own tables have layout {}, this program knows up to {}",
                          *found, kLayout))
            .because("a newer Bedstone upgraded them")
            .advise("use that newer Bedstone here; this one has changed nothing"));
  }
  std::vector<std::string> missing = table_names(static_cast<int>(*found));
  std::erase_if(missing, is_there);
  if (!missing.empty()) {
    return fail(damaged(fmt::format("{} {} missing", bedstone::text::join(missing, ", "),
                                    missing.size() == 1 ? "is" : "are")));
  }
  return static_cast<int>(*found);
}

Status Store::provide_schema() {
  if (connection_.engine() != db::Engine::kPostgres) return {};
  // CREATE SCHEMA IF NOT EXISTS asks for the right to create one even where it exists.
  BEDSTONE_ASSIGN(const auto there, connection_.query("SELECT 1 FROM pg_catalog.pg_namespace WHERE "
                                                      "nspname = 'bedstone'"));
  if (!there.empty()) return {};
  const auto made = connection_.execute("CREATE SCHEMA IF NOT EXISTS \"bedstone\"");
  if (!made) return fail(made.error());
  return {};
}

Status Store::upgrade(int from) {
  if (from == 0) BEDSTONE_TRY(provide_schema());
  for (int layout = from; layout < kLayout; ++layout) {
    for (const std::string& statement : store::upgrade(connection_.dialect(), layout)) {
      const auto made = connection_.execute(statement);
      if (!made) return fail(std::move(made).error());
    }
  }
  const auto noted = connection_.execute(
      fmt::format("INSERT INTO {} (project, key, value) VALUES ('', 'layout', $1) "
                  "ON CONFLICT (project, key) DO UPDATE SET value = excluded.value",
                  table("meta")),
      {text(std::to_string(kLayout))});
  if (!noted) return fail(std::move(noted).error());
  return {};
}

Result<db::Rows> Store::ready(std::string_view stamp_expression, std::string_view extra) {
  const std::string meta = table("meta");
  return connection_.query(
      fmt::format("SELECT (SELECT value FROM {0} WHERE project = $1 AND key = 'digest'), "
                  "(SELECT value FROM {0} WHERE project = $1 AND key = 'stamp'), ({1}){2}{3}",
                  meta, stamp_expression, extra.empty() ? "" : ", ", extra),
      {text(project_)});
}

Result<std::optional<std::string>> Store::meta(std::string_view key) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(
          fmt::format("SELECT value FROM {} WHERE project = $1 AND key = $2", table("meta")),
          {text(project_), text(key)}));
  if (rows.empty()) return std::nullopt;
  return optional_text(rows, 0, 0);
}

Bound Store::set_meta(std::string_view key, std::string_view value) const {
  return bound(fmt::format("INSERT INTO {} (project, key, value) VALUES ($1, $2, $3) "
                           "ON CONFLICT (project, key) DO UPDATE SET value = excluded.value",
                           table("meta")),
               {text(project_), text(key), text(value)});
}

Result<bool> Store::shares_schema(std::string_view schema) {
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(
                      fmt::format("SELECT 1 FROM {} WHERE project <> $1 AND project <> '' AND key "
                                  "= 'schema' AND value = $2 LIMIT 1",
                                  table("meta")),
                      {text(project_), text(schema)}));
  return !rows.empty();
}

// --- migrations -----------------------------------------------------------------------------

Result<std::vector<MigrationRow>> Store::migrations() {
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(fmt::format("SELECT {} FROM {} WHERE project = $1 "
                                                "ORDER BY sequence, version",
                                                kMigrationColumns, table("migrations")),
                                    {text(project_)}));
  std::vector<MigrationRow> result;
  result.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.push_back(migration_row(rows, i));
  return result;
}

Result<bool> Store::is_applied(std::string_view kind, std::string_view version) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(
          fmt::format("SELECT 1 FROM {} WHERE project = $1 AND kind = $2 AND version = $3",
                      table("migrations")),
          {text(project_), text(kind), text(version)}));
  return !rows.empty();
}

Result<std::optional<std::string>> Store::down_sql(std::string_view version) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(
          fmt::format("SELECT down_sql FROM {} WHERE project = $1 AND kind = $2 AND version = $3",
                      table("migrations")),
          {text(project_), text(kVersioned), text(version)}));
  if (rows.empty()) return std::nullopt;
  return optional_text(rows, 0, 0);
}

Bound Store::record(const MigrationRow& row) const {
  // Sent together with the migration's own statements, so that only the server can measure.
  const bool measured = row.duration_seconds == 0 && connection_.engine() == db::Engine::kPostgres;
  // SQLite compiles this again after each change of the schema, so once a migration: a list of the
  // columns would be half the cost. The values stand in the order of kLayout's table.
  return bound(
      fmt::format("INSERT INTO {} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, {}, "
                  "$12, $13, $14, $15, $16, $17) {}",
                  table("migrations"),
                  measured ? "$11 + extract(epoch from clock_timestamp() - "
                             "transaction_timestamp())::double precision"
                           : "$11",
                  row.kind == kRepeatable ? on_conflict("project, kind, version", kMigrationColumns)
                                          : std::string()),
      {text(project_), text(row.kind), text(row.version), text(row.name), text(row.checksum),
       text(row.checksum_raw), text(row.tokens), text(row.how), row.sequence, text(row.applied_at),
       row.duration_seconds, text(row.run_id), text(row.applied_by), text(row.host),
       text(row.bedstone_version), db::value_or_null(row.down_sql),
       db::value_or_null(row.fingerprint)});
}

Bound Store::expire_repeatables() const {
  return bound(fmt::format("UPDATE {} SET tokens = '' WHERE project = $1 AND kind = $2",
                           table("migrations")),
               {text(project_), text(kRepeatable)});
}

Bound Store::forget(std::string_view kind, std::string_view version) const {
  return bound(fmt::format("DELETE FROM {} WHERE project = $1 AND kind = $2 AND version = $3",
                           table("migrations")),
               {text(project_), text(kind), text(version)});
}

Bound Store::set_checksums(std::string_view kind, std::string_view version,
                           const MigrationRow& row) const {
  return bound(fmt::format("UPDATE {} SET checksum = $4, checksum_raw = $5, tokens = $6 "
                           "WHERE project = $1 AND kind = $2 AND version = $3",
                           table("migrations")),
               {text(project_), text(kind), text(version), text(row.checksum),
                text(row.checksum_raw), text(row.tokens)});
}

Bound Store::set_fingerprint(std::string_view version, std::string_view fingerprint) const {
  return bound(fmt::format("UPDATE {} SET fingerprint = $3 WHERE project = $1 AND kind = "
                           "'versioned' AND version = $2",
                           table("migrations")),
               {text(project_), text(version), text(fingerprint)});
}

// --- journal --------------------------------------------------------------------------------

Result<std::vector<JournalRow>> Store::journal() {
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(fmt::format("SELECT {} FROM {} WHERE project = $1 "
                                                "ORDER BY kind, version, unit",
                                                kJournalColumns, table("journal")),
                                    {text(project_)}));
  std::vector<JournalRow> result;
  result.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    JournalRow row;
    row.kind = rows.text(i, 0);
    row.version = rows.text(i, 1);
    row.unit = rows.integer(i, 2);
    row.done = rows.boolean(i, 3);
    row.hash = rows.text(i, 4);
    row.statement = rows.text(i, 5);
    row.before = rows.text(i, 6);
    row.started_at = rows.text(i, 7);
    row.finished_at = rows.text(i, 8);
    row.run_id = rows.text(i, 9);
    result.push_back(std::move(row));
  }
  return result;
}

Bound Store::journal_put(const JournalRow& row) const {
  return bound(
      fmt::format("INSERT INTO {} ({}, project) VALUES ({}) {}", table("journal"), kJournalColumns,
                  placeholders(11), on_conflict("project, kind, version, unit", kJournalColumns)),
      {text(row.kind), text(row.version), row.unit, std::int64_t{row.done ? 1 : 0}, text(row.hash),
       text(row.statement), text(row.before), text(row.started_at), text(row.finished_at),
       text(row.run_id), text(project_)});
}

Bound Store::journal_clear(std::string_view kind, std::string_view version) const {
  return bound(fmt::format("DELETE FROM {} WHERE project = $1 AND kind = $2 AND version = $3",
                           table("journal")),
               {text(project_), text(kind), text(version)});
}

Bound Store::journal_remove(std::string_view kind, std::string_view version,
                            std::int64_t unit) const {
  return bound(fmt::format("DELETE FROM {} WHERE project = $1 AND kind = $2 AND version = $3 AND "
                           "unit = $4",
                           table("journal")),
               {text(project_), text(kind), text(version), unit});
}

// --- runs -----------------------------------------------------------------------------------

Bound Store::run_put(const RunRow& row) const {
  return bound(
      fmt::format("INSERT INTO {} ({}, project) VALUES ({}) {}", table("runs"), kRunColumns,
                  placeholders(15), on_conflict("project, run_id", kRunColumns)),
      {text(row.run_id), text(row.command), text(row.started_at), text(row.finished_at),
       text(row.outcome), text(row.host), row.pid, text(row.user), text(row.bedstone_version),
       text(row.state_before), text(row.state_after), row.duration_seconds, text(row.error_code),
       text(row.error_message), text(project_)});
}

Bound Store::close_dead_runs(std::string_view except, std::string_view now) const {
  return bound(fmt::format("UPDATE {} SET outcome = 'interrupted', finished_at = $3 WHERE project "
                           "= $1 AND outcome = 'running' AND run_id <> $2",
                           table("runs")),
               {text(project_), text(except), text(now)});
}

Result<std::vector<RunRow>> Store::runs(const std::optional<std::string>& run_id,
                                        std::int64_t limit) {
  // A run is also found by the first characters of its id.
  auto rows = connection_.query(
      fmt::format("SELECT {} FROM {} WHERE project = $1 AND run_id LIKE $2 ORDER BY started_at "
                  "DESC, run_id LIMIT $3",
                  kRunColumns, table("runs")),
      {text(project_), text(run_id.value_or("") + "%"), limit});
  if (!rows && is_missing(rows.error())) return std::vector<RunRow>{};
  if (!rows) return fail(std::move(rows).error());
  std::vector<RunRow> result;
  for (std::size_t i = 0; i < rows->size(); ++i)
    result.push_back(run_row(*rows, i));
  return result;
}

Result<std::optional<RunRow>> Store::running() {
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(fmt::format("SELECT {} FROM {} WHERE project = $1 AND outcome "
                                                "= 'running' ORDER BY started_at DESC LIMIT 1",
                                                kRunColumns, table("runs")),
                                    {text(project_)}));
  if (rows.empty()) return std::nullopt;
  return run_row(rows, 0);
}

Bound Store::step_put(std::string_view run_id, std::int64_t number, const StepRow& row) const {
  // A run that was recorded, and whose connection broke behind that, is recorded once more.
  return bound(
      fmt::format("INSERT INTO {} (project, run_id, step, kind, subject, detail, outcome, "
                  "duration_seconds, error_code) VALUES ({}) ON CONFLICT (project, run_id, "
                  "step) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, "
                  "detail = excluded.detail, outcome = excluded.outcome, duration_seconds "
                  "= excluded.duration_seconds, error_code = excluded.error_code",
                  table("steps"), placeholders(9)),
      {text(project_), text(run_id), number, text(row.kind), text(row.subject), text(row.detail),
       text(row.outcome), row.duration_seconds, text(row.error_code)});
}

Result<std::vector<StepRow>> Store::steps(std::string_view run_id) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT kind, subject, detail, outcome, duration_seconds, "
                                    "error_code FROM {} WHERE project = $1 AND run_id = $2 ORDER "
                                    "BY step",
                                    table("steps")),
                        {text(project_), text(run_id)}));
  std::vector<StepRow> result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                      std::string(rows.text(i, 2)), std::string(rows.text(i, 3)), real(rows, i, 4),
                      std::string(rows.text(i, 5))});
  }
  return result;
}

Bound Store::event_put(std::string_view run_id, std::int64_t number, std::string_view at,
                       std::string_view severity, const Error& error) const {
  return bound(
      fmt::format("INSERT INTO {} (project, run_id, event, at, code, severity, message, cause, "
                  "hint, file, line, position, sqlstate, statement) VALUES ({}) ON CONFLICT DO "
                  "NOTHING",
                  table("events"), placeholders(14)),
      {text(project_), text(run_id), number, text(at), text(code_name(error.code)), text(severity),
       text(error.message), text(error.cause), text(error.hint), text(error.place.file),
       std::int64_t{error.place.line}, std::int64_t{error.place.column}, text(error.sqlstate),
       text(error.statement)});
}

Result<std::vector<Error>> Store::events(std::string_view run_id) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT code, message, cause, hint, file, line, position, "
                                    "sqlstate, statement FROM {} WHERE project = $1 AND run_id = "
                                    "$2 ORDER BY event",
                                    table("events")),
                        {text(project_), text(run_id)}));
  std::vector<Error> result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string code(rows.text(i, 0));
    const auto number = code.size() > 3 ? std::strtoul(code.c_str() + 3, nullptr, 10) : 1;
    result.push_back(Error(static_cast<ErrorCode>(number), std::string(rows.text(i, 1)))
                         .because(std::string(rows.text(i, 2)))
                         .advise(std::string(rows.text(i, 3)))
                         .at(std::string(rows.text(i, 4)),
                             static_cast<std::uint32_t>(rows.integer(i, 5)),
                             static_cast<std::uint32_t>(rows.integer(i, 6)))
                         .with_sqlstate(std::string(rows.text(i, 7)))
                         .with_statement(std::string(rows.text(i, 8))));
  }
  return result;
}

// --- releases and snapshots -----------------------------------------------------------------

Result<std::vector<ReleaseRow>> Store::releases() {
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(fmt::format("SELECT digest, first_seen, sequence FROM {} WHERE "
                                                "project = $1 ORDER BY sequence",
                                                table("releases")),
                                    {text(project_)}));
  std::vector<ReleaseRow> result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.push_back(
        {std::string(rows.text(i, 0)), std::string(rows.text(i, 1)), rows.integer(i, 2)});
  }
  return result;
}

Bound Store::release_put(const ReleaseRow& row, std::string_view bedstone_version) const {
  return bound(fmt::format("INSERT INTO {} (project, digest, sequence, first_seen, "
                           "bedstone_version) VALUES ({}) ON CONFLICT (project, digest) DO UPDATE "
                           "SET sequence = excluded.sequence",
                           table("releases"), placeholders(5)),
               {text(project_), text(row.digest), row.sequence, text(row.first_seen),
                text(bedstone_version)});
}

Result<std::optional<std::string>> Store::snapshot(std::string_view fingerprint) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT body FROM {} WHERE project = $1 AND fingerprint = $2",
                                    table("snapshots")),
                        {text(project_), text(fingerprint)}));
  if (rows.empty()) return std::nullopt;
  return optional_text(rows, 0, 0);
}

std::vector<Bound> Store::snapshot_put(std::string_view fingerprint, std::string_view body,
                                       std::string_view now) const {
  return {bound(fmt::format("DELETE FROM {} WHERE project = $1 AND fingerprint <> $2",
                            table("snapshots")),
                {text(project_), text(fingerprint)}),
          bound(fmt::format("INSERT INTO {} (project, fingerprint, taken_at, body) VALUES ({}) ON "
                            "CONFLICT DO NOTHING",
                            table("snapshots"), placeholders(4)),
                {text(project_), text(fingerprint), text(now), text(body)})};
}

Status Store::write(const std::vector<Bound>& statements) {
  if (statements.empty()) return {};
  const std::string begin(connection_.dialect().begin_write());
  std::vector<db::Statement> batch;
  batch.reserve(statements.size() + 2);
  batch.push_back({begin});
  for (const Bound& one : statements)
    batch.push_back(one.statement());
  batch.push_back({"COMMIT"});
  Status done = connection_.run(batch);
  if (!done) {
    // The first error is the one to tell; a rollback that fails too means a lost connection.
    [[maybe_unused]] const Status undone = connection_.rollback();
  }
  return done;
}

}  // namespace bedstone::store
