// Schema, extensions and grants of PostgreSQL.
#include "bootstrap/provide.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace bedstone::bootstrap {
namespace {

Error extension_missing(const Project::Extension& extension) {
  return Error(ErrorCode::kExtensionMissing,
               fmt::format("the server does not have the extension {}", extension.name))
      .because("it is not in pg_available_extensions")
      .advise(fmt::format("install its package on the server, or mark it `optional: true`{}",
                          extension.name == "vector" ? " (Debian: postgresql-NN-pgvector)" : ""))
      .at(extension.place);
}

Error extension_refused(const Project::Extension& extension, Error error) {
  error.message =
      fmt::format("the extension {} cannot be created: {}", extension.name, error.message);
  error.hint =
      fmt::format("let a superuser run CREATE EXTENSION {} in this database once", extension.name);
  error.place = extension.place;
  return error;
}

std::string create_extension(const db::Dialect& dialect, const Project::Extension& extension) {
  std::string sql =
      fmt::format("CREATE EXTENSION IF NOT EXISTS {}", dialect.quote_identifier(extension.name));
  if (extension.schema) sql += " SCHEMA " + dialect.quote_identifier(*extension.schema);
  return sql;
}

void grant_role(const db::Dialect& dialect, const Project& project, const std::string& name,
                bool writes, std::vector<std::string>& statements) {
  const std::string role = dialect.quote_identifier(name);
  const std::string schema = dialect.quote_identifier(project.database.schema);
  const std::string_view rights = writes ? "SELECT, INSERT, UPDATE, DELETE" : "SELECT";
  const std::string_view sequences = writes ? "USAGE, SELECT" : "SELECT";
  statements.push_back(fmt::format("GRANT USAGE ON SCHEMA {}, \"bedstone\" TO {}", schema, role));
  statements.push_back(
      fmt::format("GRANT {} ON ALL TABLES IN SCHEMA {} TO {}", rights, schema, role));
  statements.push_back(
      fmt::format("GRANT {} ON ALL SEQUENCES IN SCHEMA {} TO {}", sequences, schema, role));
  // What later migrations make is granted as it is made.
  statements.push_back(fmt::format("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT {} ON TABLES TO {}",
                                   schema, rights, role));
  statements.push_back(
      fmt::format("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT {} ON SEQUENCES TO {}", schema,
                  sequences, role));
  // Enough for `bedstone wait --until current` and `bedstone status`.
  statements.push_back(
      fmt::format("GRANT SELECT ON ALL TABLES IN SCHEMA \"bedstone\" TO {}", role));
}

}  // namespace

Status provide_schema(db::Connection& connection, const Project& project) {
  if (connection.engine() != db::Engine::kPostgres || project.database.schema == "public")
    return {};
  BEDSTONE_ASSIGN(const auto rows,
                  connection.query("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1",
                                   {project.database.schema}));
  if (!rows.empty()) return {};
  const auto made = connection.execute(
      fmt::format("CREATE SCHEMA IF NOT EXISTS {}",
                  connection.dialect().quote_identifier(project.database.schema)));
  if (!made) return fail(made.error());
  return {};
}

Result<std::vector<Step>> provide_extensions(db::Connection& connection, const Project& project,
                                             std::vector<Error>& warnings) {
  std::vector<Step> steps;
  if (connection.engine() != db::Engine::kPostgres) return steps;
  for (const Project::Extension& extension : project.database.extensions) {
    BEDSTONE_ASSIGN(const auto rows,
                    connection.query("SELECT installed_version FROM "
                                     "pg_catalog.pg_available_extensions WHERE name = $1",
                                     {extension.name}));
    if (!rows.empty() && !rows.is_null(0, 0)) continue;
    if (rows.empty()) {
      if (!extension.optional) return fail(extension_missing(extension));
      warnings.push_back(extension_missing(extension));
      continue;
    }
    const auto made = connection.execute(create_extension(connection.dialect(), extension));
    if (!made) {
      Error error = extension_refused(extension, made.error());
      if (!extension.optional || error.connection_lost) return fail(std::move(error));
      warnings.push_back(std::move(error));
      continue;
    }
    steps.push_back({.kind = "extension", .subject = extension.name, .outcome = "done"});
  }
  return steps;
}

Result<std::vector<std::string>> grant_statements(db::Connection& connection,
                                                  const Project& project) {
  std::vector<std::string> statements;
  if (connection.engine() != db::Engine::kPostgres) return statements;
  const auto add = [&](const std::vector<std::string>& names, bool writes) -> Status {
    for (const std::string& name : names) {
      BEDSTONE_ASSIGN(
          const auto rows,
          connection.query("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1", {name}));
      if (rows.empty()) {
        return fail(Error(ErrorCode::kRoleMissing, fmt::format("the role {} does not exist", name))
                        .because("roles: in the project's file grants it rights on the tables")
                        .advise(fmt::format("create it first: CREATE ROLE {} LOGIN PASSWORD '…'",
                                            connection.dialect().quote_identifier(name)))
                        .at(project.roles.place));
      }
      grant_role(connection.dialect(), project, name, writes, statements);
    }
    return {};
  };
  BEDSTONE_TRY(add(project.roles.read_write, true));
  BEDSTONE_TRY(add(project.roles.read_only, false));
  return statements;
}

}  // namespace bedstone::bootstrap
