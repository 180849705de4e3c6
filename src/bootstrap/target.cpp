// Loading, and the one query that most starts end with.
#include "bootstrap/target.hpp"

#include <fmt/format.h>

#include "bootstrap/live_schema.hpp"
#include "db/postgres/pooler.hpp"

namespace bedstone::bootstrap {

namespace {

/// Whether a table is empty that seed sets fill then; "" where none does that.
std::string any_empty(const db::Connection& connection, const Project& project,
                      const Release& release) {
  std::string result;
  for (const std::string& table : release.filled_when_empty) {
    result += fmt::format("{} NOT EXISTS (SELECT 1 FROM {})", result.empty() ? "," : " OR",
                          connection.dialect().qualified(project.database.schema, table));
  }
  return result;
}

}  // namespace

Checked<Project> load(const Host& host, const ProjectOptions& options) {
  LoadOptions load;
  load.folder = options.folder;
  load.database = options.database.value_or("");
  load.env = options.env;
  return load_project(load, host.environment);
}

const db::Url& working_url(const Project& project) {
  return project.database.direct_url ? *project.database.direct_url : *project.database.url;
}

Result<bool> runs_pooled(const Host& host, const Project& project, db::Connection& connection) {
  if (connection.engine() == db::Engine::kSqlite || project.database.direct_url) return false;
  if (project.database.pooled != Pooled::kAuto) return project.database.pooled == Pooled::kYes;
  db::OpenOptions options;
  options.application_name = "bedstone";
  options.cancel = host.cancel;
  BEDSTONE_ASSIGN(const auto pooling,
                  db::postgres::detect_pooling(connection, working_url(project), options));
  return pooling == db::postgres::Pooling::kTransactionPooler;
}

Result<FastAnswer> ask_ready(db::Connection& connection, store::Store& store,
                             const Project& project, const Release& release) {
  const bool postgres = connection.engine() == db::Engine::kPostgres;
  const std::string extra =
      (postgres ? "pg_catalog.pg_is_in_recovery()" : "0") + any_empty(connection, project, release);
  auto rows = store.ready(stamp_expression(project), extra);
  FastAnswer answer;
  if (!rows && store::is_missing(rows.error())) return answer;
  if (!rows) return fail(std::move(rows).error());
  answer.store_found = true;
  answer.stamp = rows->text(0, 2);
  answer.standby = postgres && rows->boolean(0, 3);
  answer.digest_known = rows->text(0, 0) == release.ready;
  const bool to_fill = !release.filled_when_empty.empty() && rows->boolean(0, 4);
  answer.is_ready = answer.digest_known && rows->text(0, 1) == answer.stamp && !to_fill;
  return answer;
}

}  // namespace bedstone::bootstrap
