/// A transaction for reading, undone in the end, settings included.
#include "schema/reading.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace bedstone::schema {
namespace {

/// A transaction for reading, or a savepoint in the caller's: undone in the end, settings included.
class Reading {
 public:
  static Result<Reading> begin(db::Connection& connection, const db::CatalogQueries& queries) {
    const bool nested = connection.in_transaction();
    std::vector<db::Statement> statements;
    statements.push_back({nested ? std::string_view("SAVEPOINT bedstone_inspect") : queries.begin});
    for (const std::string& sql : queries.session)
      statements.push_back({sql});
    Reading reading(connection, nested);
    BEDSTONE_TRY(connection.run(statements));
    return reading;
  }

  Reading(Reading&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)), nested_(other.nested_) {}
  Reading& operator=(Reading&&) = delete;
  ~Reading() {
    if (connection_ != nullptr) (void)end();
  }

  Status end() {
    db::Connection& connection = *std::exchange(connection_, nullptr);
    if (!nested_) return connection.rollback();
    const std::array<db::Statement, 2> statements = {
        {{"ROLLBACK TO SAVEPOINT bedstone_inspect"}, {"RELEASE SAVEPOINT bedstone_inspect"}}};
    return connection.run(statements);
  }

 private:
  Reading(db::Connection& connection, bool nested) : connection_(&connection), nested_(nested) {}
  db::Connection* connection_;
  bool nested_;
};

Status may_use(db::Connection& connection, const db::CatalogQueries& queries,
               const std::string& schema) {
  if (queries.access.empty()) return {};
  BEDSTONE_ASSIGN(const db::Rows rows,
                  connection.query(db::Statement{queries.access, queries.params}));
  if (rows.empty() || rows.boolean(0, 1)) return {};
  const db::Dialect& dialect = connection.dialect();
  return fail(
      Error(ErrorCode::kPermissionDenied,
            fmt::format("The role {} may not use the schema {}", rows.text(0, 0), schema))
          .advise(fmt::format("GRANT USAGE ON SCHEMA {} TO {}", dialect.quote_identifier(schema),
                              dialect.quote_identifier(rows.text(0, 0)))));
}

Status once(db::Connection& connection, const db::CatalogQueries& queries,
            const std::string& schema,
            const std::function<Status(const db::CatalogQueries&)>& ask) {
  BEDSTONE_ASSIGN(auto reading, Reading::begin(connection, queries));
  BEDSTONE_TRY(may_use(connection, queries, schema));
  BEDSTONE_TRY(ask(queries));
  return reading.end();
}

/// PostgreSQL's functions that print definitions look at the newest catalog and not at the
/// snapshot: an object that somebody drops meanwhile is an internal error of theirs. They also lock
/// what they print, one object after the other, while DDL locks in an order of its own. The
/// transaction's lock_timeout is shorter than any usual deadlock_timeout (1 s), so that reading
/// gives way, and never is why somebody's DDL ends as a deadlock's victim.
bool fell_over_somebodys_ddl(const Error& error) {
  return error.sqlstate == "XX000" || error.sqlstate == "40P01" || error.sqlstate == "55P03";
}

/// Of up to 200 ms for a lock each: two seconds until a lock that is kept is an error.
constexpr int kAttempts = 10;

}  // namespace

Status read_catalog(db::Connection& connection, const std::string& schema,
                    const std::function<Status(const db::CatalogQueries&)>& ask) {
  const db::CatalogQueries queries =
      db::catalog_queries(connection.engine(), {schema, connection.session().server_version});
  for (int attempt = 1;; ++attempt) {
    Status done = once(connection, queries, schema, ask);
    if (done) return {};
    if (attempt < kAttempts && fell_over_somebodys_ddl(done.error())) continue;
    Error error = std::move(done).error();
    if (error.code == ErrorCode::kDdlLockTimeout) {
      error.hint = "A migration is changing the schema. See who with: bedstone status";
    }
    return fail(std::move(error).while_doing("reading the schema"));
  }
}

}  // namespace bedstone::schema
