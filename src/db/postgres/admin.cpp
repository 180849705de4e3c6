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
