// Preparing a session, and cleaning it between migrations.
#include "migrate/session.hpp"

#include <fmt/format.h>

namespace bedstone::migrate {

std::vector<std::string> prelude(const SessionSettings& settings) {
  // A library may have been built with them on.
  if (settings.engine == db::Engine::kSqlite) return {"PRAGMA foreign_keys = OFF"};
  const db::Dialect& dialect = db::dialect_of(settings.engine);
  const std::string_view set = settings.pooled ? "SET LOCAL" : "SET";
  std::vector<std::string> statements{
      fmt::format("{} lock_timeout = {}", set, settings.ddl_lock_timeout.count()),
      // A role's statement_timeout is meant for the application's queries.
      fmt::format("{} statement_timeout = 0", set),
      fmt::format("{} idle_in_transaction_session_timeout = 0", set),
      // In front of the role's own path, in which extensions may live.
      fmt::format(
          "SELECT pg_catalog.set_config('search_path', {} || "
          "coalesce(', ' || nullif(pg_catalog.current_setting('search_path'), ''), ''), {})",
          dialect.quote_literal(dialect.quote_identifier(settings.schema)), settings.pooled)};
  return statements;
}

std::vector<std::string> act_as_owner(const SessionSettings& settings, bool in_transaction) {
  if (settings.engine == db::Engine::kSqlite || settings.owner.empty()) return {};
  return {fmt::format("SET {}ROLE {}", in_transaction ? "LOCAL " : "",
                      db::dialect_of(settings.engine).quote_identifier(settings.owner))};
}

std::vector<std::string> act_as_ourselves() {
  return {"SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL role TO DEFAULT"};
}

Status run_all(db::Connection& connection, const std::vector<std::string>& statements) {
  std::vector<db::Statement> batch;
  batch.reserve(statements.size());
  for (const std::string& one : statements)
    batch.push_back({one});
  return batch.empty() ? Status{} : connection.run(batch);
}

Status reset_session(db::Connection& connection, const SessionSettings& settings) {
  if (settings.engine == db::Engine::kSqlite) {
    // Databases that a migration attached would still be there for the next one.
    BEDSTONE_ASSIGN(const auto attached,
                    connection.query("SELECT name FROM pragma_database_list WHERE seq > 1"));
    std::vector<std::string> statements{"PRAGMA foreign_keys = OFF",
                                        "PRAGMA defer_foreign_keys = OFF",
                                        "PRAGMA ignore_check_constraints = OFF",
                                        "PRAGMA legacy_alter_table = OFF",
                                        "PRAGMA recursive_triggers = OFF",
                                        "PRAGMA writable_schema = OFF"};
    for (std::size_t i = 0; i < attached.size(); ++i) {
      statements.push_back("DETACH " + connection.dialect().quote_identifier(attached.text(i, 0)));
    }
    return run_all(connection, statements);
  }
  // What DISCARD ALL does, but for the advisory locks: one of them is Bedstone's.
  std::vector<std::string> statements{"CLOSE ALL",    "RESET SESSION AUTHORIZATION",
                                      "RESET ALL",    "DEALLOCATE ALL",
                                      "UNLISTEN *",   "DISCARD PLANS",
                                      "DISCARD TEMP", "DISCARD SEQUENCES"};
  for (std::string& one : prelude(settings))
    statements.push_back(std::move(one));
  return run_all(connection, statements);
}

}  // namespace bedstone::migrate
