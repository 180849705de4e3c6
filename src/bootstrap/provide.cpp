// Schema, extensions and grants of PostgreSQL.
#include "bootstrap/provide.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/config_table.hpp"

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

/// Relations and sequences of the project's schema whose rights `owner` may give away ("": the
/// session's role). Others, such as those of extensions, are left as they are.
struct Owned {
  std::string tables;  ///< Quoted and separated by commas; may be empty.
  std::string sequences;
};

Result<Owned> owned_objects(db::Connection& connection, const Project& project) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection.query(
          "SELECT c.relkind = 'S', pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, "
          "c.relname), ', ' ORDER BY c.relname) FROM pg_catalog.pg_class c JOIN "
          "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind "
          "IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relname <> $3 AND "
          "pg_catalog.pg_has_role(coalesce(nullif($2, ''), "
          "current_user)::name, c.relowner, 'MEMBER') GROUP BY 1",
          {project.database.schema, project.roles.owner,
           store::ConfigPlace{project.database.schema, project.settings.table}.history()}));
  Owned owned;
  for (std::size_t i = 0; i < rows.size(); ++i)
    (rows.boolean(i, 0) ? owned.sequences : owned.tables) = rows.text(i, 1);
  return owned;
}

/// What the owner of the objects grants.
void grant_objects(const db::Dialect& dialect, const Project& project, const Owned& owned,
                   const std::string& role, bool writes, std::vector<std::string>& statements) {
  const std::string schema = dialect.quote_identifier(project.database.schema);
  const std::string_view rights = writes ? "SELECT, INSERT, UPDATE, DELETE" : "SELECT";
  const std::string_view sequences = writes ? "USAGE, SELECT" : "SELECT";
  if (!owned.tables.empty()) {
    statements.push_back(fmt::format("GRANT {} ON {} TO {}", rights, owned.tables, role));
  }
  if (!owned.sequences.empty()) {
    statements.push_back(
        fmt::format("GRANT {} ON SEQUENCE {} TO {}", sequences, owned.sequences, role));
  }
  // What later migrations make is granted as it is made.
  statements.push_back(fmt::format("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT {} ON TABLES TO {}",
                                   schema, rights, role));
  statements.push_back(
      fmt::format("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT {} ON SEQUENCES TO {}", schema,
                  sequences, role));
}

/// What the role that migrates grants: enough for `bedstone wait --until current` and `bedstone
/// status`.
void grant_schemas(const db::Dialect& dialect, const Project& project, const std::string& role,
                   std::vector<std::string>& statements) {
  statements.push_back(fmt::format("GRANT USAGE ON SCHEMA {}, \"bedstone\" TO {}",
                                   dialect.quote_identifier(project.database.schema), role));
  statements.push_back(
      fmt::format("GRANT SELECT ON ALL TABLES IN SCHEMA \"bedstone\" TO {}", role));
}

/// Nobody but the triggers writes the history. Rotating keys is left to the role that migrates.
Status grant_settings(db::Connection& connection, const Project& project,
                      std::vector<std::string>& statements) {
  const db::Dialect& dialect = connection.dialect();
  const store::ConfigPlace place{project.database.schema, project.settings.table};
  const std::string table = dialect.qualified(place.schema, place.table);
  const std::string history = dialect.qualified(place.schema, place.history());
  // Where making it failed and the run went on.
  BEDSTONE_ASSIGN(const auto there,
                  connection.query("SELECT pg_catalog.to_regclass($1) IS NOT NULL", {history}));
  if (!there.boolean(0, 0)) return {};
  const auto grant = [&](std::string_view rights, const std::string& on, const std::string& role) {
    statements.push_back(fmt::format("GRANT {} ON {} TO {}", rights, on, role));
  };
  for (const std::string& name : project.roles.read_write) {
    const std::string role = dialect.quote_identifier(name);
    grant("SELECT, INSERT, UPDATE, DELETE", table, role);
    grant("SELECT", history, role);
    statements.push_back(fmt::format("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}", history, role));
    grant("UPDATE", dialect.store_table("config"), role);
    grant("INSERT", dialect.store_table("transitions"), role);
    grant("INSERT", dialect.store_table("keys"), role);
    grant("INSERT, UPDATE, DELETE", dialect.store_table("instances"), role);
  }
  for (const std::string& name : project.roles.read_only)
    grant("SELECT", table + ", " + history, dialect.quote_identifier(name));
  return {};
}

Status check_role(db::Connection& connection, const Project& project, const std::string& name) {
  BEDSTONE_ASSIGN(const auto rows,
                  connection.query("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1", {name}));
  if (!rows.empty()) return {};
  return fail(Error(ErrorCode::kRoleMissing, fmt::format("the role {} does not exist", name))
                  .because("roles: in the project's file names it")
                  .advise(fmt::format("create it first: CREATE ROLE {} LOGIN PASSWORD '…'",
                                      connection.dialect().quote_identifier(name)))
                  .at(project.roles.place));
}

}  // namespace

Status check_roles(db::Connection& connection, const Project& project) {
  if (connection.engine() != db::Engine::kPostgres) return {};
  if (!project.roles.owner.empty()) {
    BEDSTONE_TRY(check_role(connection, project, project.roles.owner));
  }
  for (const auto* names : {&project.roles.read_write, &project.roles.read_only}) {
    for (const std::string& name : *names)
      BEDSTONE_TRY(check_role(connection, project, name));
  }
  return {};
}

Status provide_schema(db::Connection& connection, const Project& project) {
  if (connection.engine() != db::Engine::kPostgres || project.database.schema == "public")
    return {};
  BEDSTONE_ASSIGN(const auto rows,
                  connection.query("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1",
                                   {project.database.schema}));
  if (!rows.empty()) return {};
  const db::Dialect& dialect = connection.dialect();
  std::string sql = fmt::format("CREATE SCHEMA IF NOT EXISTS {}",
                                dialect.quote_identifier(project.database.schema));
  if (!project.roles.owner.empty()) {
    sql += " AUTHORIZATION " + dialect.quote_identifier(project.roles.owner);
  }
  const auto made = connection.execute(sql);
  if (!made) return fail(made.error());
  return {};
}

Result<std::vector<Project::Extension>> missing_extensions(db::Connection& connection,
                                                           const Project& project) {
  std::vector<Project::Extension> missing;
  if (connection.engine() != db::Engine::kPostgres) return missing;
  for (const Project::Extension& extension : project.database.extensions) {
    BEDSTONE_ASSIGN(const auto rows,
                    connection.query("SELECT 1 FROM pg_catalog.pg_extension WHERE extname = $1",
                                     {extension.name}));
    if (rows.empty()) missing.push_back(extension);
  }
  return missing;
}

Result<std::vector<Step>> provide_extensions(db::Connection& connection, const Project& project,
                                             std::vector<Error>& warnings) {
  std::vector<Step> steps;
  BEDSTONE_ASSIGN(const auto missing, missing_extensions(connection, project));
  for (const Project::Extension& extension : missing) {
    BEDSTONE_ASSIGN(
        const auto rows,
        connection.query("SELECT 1 FROM pg_catalog.pg_available_extensions WHERE name = "
                         "$1",
                         {extension.name}));
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
                                                  const Project& project, bool has_settings) {
  std::vector<std::string> statements;
  const Project::Roles& roles = project.roles;
  if (connection.engine() != db::Engine::kPostgres) return statements;
  if (roles.read_write.empty() && roles.read_only.empty()) return statements;
  const db::Dialect& dialect = connection.dialect();
  BEDSTONE_ASSIGN(const Owned owned, owned_objects(connection, project));
  for (const auto* names : {&roles.read_write, &roles.read_only}) {
    for (const std::string& name : *names)
      grant_schemas(dialect, project, dialect.quote_identifier(name), statements);
  }
  if (has_settings) BEDSTONE_TRY(grant_settings(connection, project, statements));
  if (!roles.owner.empty()) {
    statements.push_back("SET LOCAL ROLE " + dialect.quote_identifier(roles.owner));
  }
  for (const auto* names : {&roles.read_write, &roles.read_only}) {
    for (const std::string& name : *names) {
      grant_objects(dialect, project, owned, dialect.quote_identifier(name),
                    names == &roles.read_write, statements);
    }
  }
  return statements;
}

}  // namespace bedstone::bootstrap
