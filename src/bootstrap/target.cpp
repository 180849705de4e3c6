// Loading, and the one query that most starts end with.
#include "bootstrap/target.hpp"

#include <fmt/format.h>

#include "bootstrap/live_schema.hpp"
#include "db/postgres/pooler.hpp"
#include "store/transitions.hpp"

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

Result<FastAnswer> ask_ready(const Host& host, db::Connection& connection, store::Store& store,
                             const Project& project, const Release& release) {
  const bool postgres = connection.engine() == db::Engine::kPostgres;
  const db::Dialect& dialect = connection.dialect();
  const bool fills = !release.filled_when_empty.empty();
  std::string extra = postgres ? "pg_catalog.pg_is_in_recovery()" : "0";
  if (release.has_settings) {
    extra += fmt::format(
        ", {}, {}, (SELECT revision FROM {} WHERE project = $1), (SELECT value FROM {} WHERE "
        "project = $1 AND key = '{}')",
        store::Transitions::running_expression(dialect, host.clock.now()),
        store::Transitions::last_expression(dialect), dialect.store_table("config"),
        dialect.store_table("meta"), kSettingsMark);
  }
  extra += any_empty(connection, project, release);
  auto rows = store.ready(stamp_expression(project), extra);
  FastAnswer answer;
  if (!rows && store::is_missing(rows.error())) return answer;
  if (!rows) return fail(std::move(rows).error());
  answer.store_found = true;
  answer.stamp = rows->text(0, 2);
  answer.standby = postgres && rows->boolean(0, 3);
  if (release.has_settings) {
    answer.running = rows->boolean(0, 4);
    answer.last_lifecycle = rows->text(0, 5);
  }
  if (release.has_settings && !rows->is_null(0, 6)) {
    answer.settings_revision = rows->integer(0, 6);
    answer.settings_mark = SettingsMark::parse(rows->text(0, 7));
  }
  answer.digest_known = rows->text(0, 0) == release.ready;
  const bool to_fill = fills && rows->boolean(0, rows->columns() - 1);
  answer.is_ready = answer.digest_known && rows->text(0, 1) == answer.stamp && !to_fill;
  return answer;
}

}  // namespace bedstone::bootstrap
