/// CREATE DATABASE with its races, and the list of databases.
#include "db/postgres/admin.hpp"

#include <fmt/format.h>

#include <array>

#include "db/postgres/dialect.hpp"
#include "db/postgres/driver.hpp"

namespace bedstone::db::postgres {
namespace {

/// Databases that a server has unless somebody took them away.
constexpr std::array<std::string_view, 2> kMaintenance = {"postgres", "template1"};

/// Whether another database of the same server may still let us in.
bool may_try_next(const Error& error) {
  return error.code == ErrorCode::kDatabaseMissing ||
         error.code == ErrorCode::kAuthenticationFailed ||  // pg_hba.conf rules are per database
         error.code == ErrorCode::kConnectionFailed;
}

Result<std::unique_ptr<Connection>> open_maintenance(const Url& url, const OpenOptions& options) {
  auto connection = postgres::open(url.with_database(kMaintenance.front()), options);
  if (connection || !may_try_next(connection.error())) return connection;
  auto second = postgres::open(url.with_database(kMaintenance.back()), options);
  // The first answer is the one that a person can do something about.
  return second ? std::move(second) : std::move(connection);
}

Result<bool> exists(Connection& connection, const std::string& name) {
  BEDSTONE_ASSIGN(const Rows rows, connection.query("SELECT 1 FROM pg_catalog.pg_database "
                                                    "WHERE datname = $1",
                                                    {Value(name)}));
  return !rows.empty();
}

Error refused(const Url& url, Error reason) {
  const std::string name = dialect().quote_identifier(url.database());
  Error error(ErrorCode::kCannotCreateDatabase,
              fmt::format("database {} cannot be created at {}", url.database(), url.redacted()));
  error.cause = reason.message;
  if (!reason.cause.empty()) error.cause += "; " + reason.cause;
  error.sqlstate = reason.sqlstate;
  error.statement = reason.statement;
  error.retryable = reason.retryable;
  error.connection_lost = reason.connection_lost;
  if (reason.code == ErrorCode::kPermissionDenied) {
    const std::string role =
        url.user().empty() ? "your_role" : dialect().quote_identifier(url.user());
    error.hint = fmt::format(
        "let an administrator run: CREATE DATABASE {0} OWNER {1}; or: ALTER ROLE {1} CREATEDB;",
        name, role);
  } else if (reason.sqlstate == "55006") {
    error.hint = "end the sessions that use the template database, then try again";
  } else {
    error.hint = fmt::format("create it by hand: CREATE DATABASE {};", name);
  }
  return error;
}

}  // namespace

Result<bool> create_database(const Url& url, const OpenOptions& options,
                             std::string_view template_name) {
  if (url.database().empty()) {
    return fail(Error(ErrorCode::kCannotCreateDatabase,
                      fmt::format("{} names no database to create", url.redacted()))
                    .advise("write its name at the end of the URL"));
  }
  OpenOptions writing = options;
  writing.access = Access::kReadWrite;
  BEDSTONE_ASSIGN(const auto connection, open_maintenance(url, writing));

  std::string sql = "CREATE DATABASE " + dialect().quote_identifier(url.database());
  if (!template_name.empty()) sql += " TEMPLATE " + dialect().quote_identifier(template_name);
  const auto created = connection->execute(sql);
  if (created) return true;

  const Error& error = created.error();
  if (error.code == ErrorCode::kInterrupted) return fail(error);
  // duplicate_database; or unique_violation, when two made it at the same moment.
  if (error.sqlstate == "42P04" || error.sqlstate == "23505") return false;
  // Rights are checked before existence: a role that may not create may still find it there.
  if (error.code == ErrorCode::kPermissionDenied) {
    const auto found = exists(*connection, url.database());
    if (found && *found) return false;
  }
  return fail(refused(url, error));
}

namespace {

/// Marks a database as one that may be dropped by the next restore.
constexpr std::string_view kUnfinished = "bedstone restore: not finished";

Error in_use(const std::string& database, const std::vector<std::string>& sessions) {
  return Error(ErrorCode::kDatabaseInUse, fmt::format("the database {} is in use", database))
      .because(sessions.empty() ? "another session is connected"
                                : fmt::format("{}", fmt::join(sessions, ", ")))
      .advise("stop what is connected, then run the same command again");
}

Result<std::vector<std::string>> sessions_of(Connection& connection, const std::string& database) {
  BEDSTONE_ASSIGN(
      const Rows rows,
      connection.query("SELECT pid, coalesce(usename, ''), coalesce(application_name, '') FROM "
                       "pg_catalog.pg_stat_activity WHERE datname = $1 AND pid <> "
                       "pg_catalog.pg_backend_pid() ORDER BY pid",
                       {Value(database)}));
  std::vector<std::string> sessions;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    sessions.push_back(fmt::format("process {} ({}{}{})", rows.text(row, 0), rows.text(row, 1),
                                   rows.text(row, 2).empty() ? "" : ", ", rows.text(row, 2)));
  }
  return sessions;
}

/// One that its maker left before it could be marked holds nothing.
Result<bool> holds_nothing(const Url& url, const OpenOptions& options) {
  BEDSTONE_ASSIGN(const auto connection, postgres::open(url, options));
  BEDSTONE_ASSIGN(const Rows rows,
                  connection->query("SELECT count(*) FROM pg_catalog.pg_class c JOIN "
                                    "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE "
                                    "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"));
  return rows.integer(0, 0, 1) == 0;
}

Status drop_unfinished(Connection& connection, const Url& url, const OpenOptions& options) {
  const std::string& name = url.database();
  BEDSTONE_ASSIGN(const Rows rows,
                  connection.query("SELECT coalesce(pg_catalog.shobj_description(oid, "
                                   "'pg_database') = $2, false) "
                                   "FROM pg_catalog.pg_database WHERE datname = $1",
                                   {Value(name), Value(std::string(kUnfinished))}));
  if (rows.empty()) return {};
  bool ours = rows.boolean(0, 0);
  if (!ours) {
    BEDSTONE_ASSIGN(ours, holds_nothing(url, options));
  }
  if (!ours) {
    return fail(
        Error(ErrorCode::kCannotCreateDatabase, fmt::format("there is a database {} already", name))
            .because("a restore would make it, and this one is somebody else's")
            .advise("rename or drop it"));
  }
  // The client of a restore that was killed may take a moment to notice.
  const bool forces = connection.session().server_version >= 130000;
  const auto dropped = connection.execute(fmt::format(
      "DROP DATABASE {}{}", dialect().quote_identifier(name), forces ? " WITH (FORCE)" : ""));
  if (dropped) return {};
  if (dropped.error().sqlstate != "55006") return fail(dropped.error());
  BEDSTONE_ASSIGN(const auto sessions, sessions_of(connection, name));
  return fail(in_use(name, sessions));
}

/// What follows LIKE's name: the old database's own words.
Result<std::string> likeness(Connection& connection, const std::string& database) {
  const bool providers = connection.session().server_version >= 150000;
  const bool renamed = connection.session().server_version >= 170000;
  BEDSTONE_ASSIGN(
      const Rows rows,
      connection.query(
          fmt::format("SELECT pg_catalog.pg_get_userbyid(datdba), "
                      "pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, {}, {} FROM "
                      "pg_catalog.pg_database WHERE datname = $1",
                      providers ? "datlocprovider::text" : "'c'",
                      renamed     ? "datlocale"
                      : providers ? "daticulocale"
                                  : "NULL"),
          {Value(database)}));
  if (rows.empty()) {
    return fail(
        Error(ErrorCode::kDatabaseMissing, fmt::format("there is no database {}", database)));
  }
  std::string sql = fmt::format(
      " OWNER {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
      dialect().quote_identifier(rows.text(0, 0)), dialect().quote_literal(rows.text(0, 1)),
      dialect().quote_literal(rows.text(0, 2)), dialect().quote_literal(rows.text(0, 3)));
  if (rows.text(0, 4) == "i") {
    sql +=
        fmt::format(" LOCALE_PROVIDER icu ICU_LOCALE {}", dialect().quote_literal(rows.text(0, 5)));
  } else if (rows.text(0, 4) == "b") {
    sql += fmt::format(" LOCALE_PROVIDER builtin BUILTIN_LOCALE {}",
                       dialect().quote_literal(rows.text(0, 5)));
  }
  return sql;
}

/// Settings and rights stand with the database, not in it: no dump brings them.
Result<std::vector<std::string>> surroundings(Connection& connection, const std::string& database,
                                              const std::string& name) {
  const std::string target = dialect().quote_identifier(name);
  std::vector<std::string> statements;
  BEDSTONE_ASSIGN(
      const Rows settings,
      connection.query("SELECT s.setrole, coalesce(r.rolname, ''), split_part(c, '=', 1), "
                       "substr(c, strpos(c, '=') + 1) FROM pg_catalog.pg_db_role_setting s JOIN "
                       "pg_catalog.pg_database d ON d.oid = s.setdatabase LEFT JOIN "
                       "pg_catalog.pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c WHERE "
                       "d.datname = $1",
                       {Value(database)}));
  for (std::size_t row = 0; row < settings.size(); ++row) {
    const std::string role(settings.text(row, 1));
    // Lists of names are stored as they are written, and must not become one name.
    const std::string_view setting = settings.text(row, 2);
    const bool list = setting == "search_path" || setting == "temp_tablespaces" ||
                      setting == "session_preload_libraries" ||
                      setting == "local_preload_libraries" || setting == "DateStyle";
    statements.push_back(fmt::format(
        "ALTER {}DATABASE {} SET {} = {}",
        role.empty() ? "" : fmt::format("ROLE {} IN ", dialect().quote_identifier(role)), target,
        dialect().quote_identifier(setting),
        list ? std::string(settings.text(row, 3))
             : dialect().quote_literal(settings.text(row, 3))));
  }
  BEDSTONE_ASSIGN(
      const Rows rights,
      connection.query("SELECT a.grantee = 0, coalesce(r.rolname, ''), a.privilege_type, "
                       "a.is_grantable FROM pg_catalog.pg_database d, "
                       "pg_catalog.aclexplode(d.datacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid "
                       "= a.grantee WHERE d.datname = $1",
                       {Value(database)}));
  if (!rights.empty()) {
    statements.push_back(fmt::format("REVOKE ALL ON DATABASE {} FROM PUBLIC", target));
  }
  for (std::size_t row = 0; row < rights.size(); ++row) {
    const std::string role =
        rights.boolean(row, 0) ? "PUBLIC" : dialect().quote_identifier(rights.text(row, 1));
    statements.push_back(fmt::format("GRANT {} ON DATABASE {} TO {}{}", rights.text(row, 2), target,
                                     role, rights.boolean(row, 3) ? " WITH GRANT OPTION" : ""));
  }
  return statements;
}

OpenOptions writing(const OpenOptions& options) {
  OpenOptions result = options;
  result.access = Access::kReadWrite;
  return result;
}

}  // namespace

Status create_like(const Url& url, const std::string& name, const OpenOptions& options) {
  BEDSTONE_ASSIGN(const auto connection, open_maintenance(url, writing(options)));
  BEDSTONE_TRY(drop_unfinished(*connection, url.with_database(name), options));
  BEDSTONE_ASSIGN(const std::string like, likeness(*connection, url.database()));
  const std::string quoted = dialect().quote_identifier(name);
  const auto created = connection->execute(fmt::format("CREATE DATABASE {}{}", quoted, like));
  if (!created) return fail(refused(url.with_database(name), created.error()));
  const auto marked = connection->execute(
      fmt::format("COMMENT ON DATABASE {} IS {}", quoted, dialect().quote_literal(kUnfinished)));
  if (!marked) return fail(marked.error());
  BEDSTONE_ASSIGN(const auto statements, surroundings(*connection, url.database(), name));
  for (const std::string& statement : statements) {
    const auto done = connection->execute(statement);
    if (!done) return fail(done.error());
  }
  return {};
}

Status exchange_databases(const Url& url, const std::string& fresh, const std::string& aside,
                          const OpenOptions& options) {
  BEDSTONE_ASSIGN(const auto connection, open_maintenance(url, writing(options)));
  const std::string name = dialect().quote_identifier(url.database());
  BEDSTONE_ASSIGN(const Rows comment,
                  connection->query("SELECT pg_catalog.shobj_description(oid, 'pg_database') FROM "
                                    "pg_catalog.pg_database WHERE datname = $1",
                                    {Value(url.database())}));
  const std::string words = comment.empty() || comment.is_null(0, 0)
                                ? "NULL"
                                : dialect().quote_literal(comment.text(0, 0));
  BEDSTONE_TRY(connection->begin());
  for (const std::string& statement :
       {fmt::format("ALTER DATABASE {} RENAME TO {}", name, dialect().quote_identifier(aside)),
        fmt::format("ALTER DATABASE {} RENAME TO {}", dialect().quote_identifier(fresh), name),
        fmt::format("COMMENT ON DATABASE {} IS {}", name, words)}) {
    const auto done = connection->execute(statement);
    if (done) continue;
    BEDSTONE_TRY(connection->rollback());
    if (done.error().sqlstate != "55006") return fail(done.error());
    BEDSTONE_ASSIGN(const auto sessions, sessions_of(*connection, url.database()));
    return fail(in_use(url.database(), sessions));
  }
  return connection->commit();
}

Status drop_database(const Url& url, const OpenOptions& options) {
  BEDSTONE_ASSIGN(const auto connection, open_maintenance(url, writing(options)));
  const auto dropped =
      connection->execute("DROP DATABASE IF EXISTS " + dialect().quote_identifier(url.database()));
  if (!dropped) return fail(dropped.error());
  return {};
}

Result<std::vector<std::string>> other_sessions(Connection& connection) {
  BEDSTONE_ASSIGN(const Rows name, connection.query("SELECT current_database()"));
  return sessions_of(connection, std::string(name.text(0, 0)));
}

Result<std::vector<std::string>> list_databases(const Url& url, const OpenOptions& options) {
  BEDSTONE_ASSIGN(const auto connection, open_maintenance(url, options));
  BEDSTONE_ASSIGN(const Rows rows,
                  connection->query("SELECT datname FROM pg_catalog.pg_database WHERE datallowconn "
                                    "AND NOT datistemplate ORDER BY datname COLLATE \"C\""));
  std::vector<std::string> names;
  for (std::size_t row = 0; row < rows.size(); ++row)
    names.emplace_back(rows.text(row, 0));
  return names;
}

}  // namespace bedstone::db::postgres
