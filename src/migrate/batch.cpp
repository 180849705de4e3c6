// Sending statements together and telling which one failed.
#include "migrate/batch.hpp"

#include "migrate/flavor.hpp"
#include "sql/redact.hpp"

namespace bedstone::migrate {
namespace {

constexpr std::size_t kLimitBytes = 1U << 20;
constexpr std::size_t kLimitStatements = 1000;

}  // namespace

Error place_error(Error error, const Place& place, std::string_view sql, db::Engine engine) {
  Place exact = place;
  // The engine counts from the start of the statement it was sent.
  if (error.place.line > 0) {
    exact.column =
        error.place.line == 1 ? place.column + error.place.column - 1 : error.place.column;
    exact.line = place.line + error.place.line - 1;
  }
  error.place = std::move(exact);
  if (error.code == ErrorCode::kSqlFailed) {
    error.code = ErrorCode::kMigrationFailed;
    if (error.hint.empty()) error.hint = "correct the statement, then run the same command again";
  }
  const sql::Flavor flavor = flavor_of(engine);
  error.statement = sql::excerpt(sql, flavor);
  error.message = sql::without_secrets_of(sql, flavor, std::move(error.message));
  error.cause = sql::without_secrets_of(sql, flavor, std::move(error.cause));
  return error;
}

Status Batch::add(std::string sql, std::uint32_t line, std::uint32_t column) {
  bytes_ += sql.size();
  entries_.push_back({{std::move(sql), {}}, line + line_offset_, column});
  if (bytes_ < kLimitBytes && entries_.size() < kLimitStatements) return {};
  return send();
}

void Batch::add_own(std::string sql) {
  add_own(store::Bound{std::move(sql), {}});
}

void Batch::add_own(store::Bound bound) {
  entries_.push_back({std::move(bound), 0, 0});
}

Status Batch::send() {
  if (entries_.empty()) return {};
  std::vector<db::Statement> statements;
  statements.reserve(entries_.size());
  for (const Entry& entry : entries_)
    statements.push_back(entry.bound.statement());
  std::size_t failed = entries_.size();
  Status done = connection_.run(statements, &failed);
  if (!done && failed < entries_.size() && entries_[failed].line > 0) {
    const Entry& entry = entries_[failed];
    done = fail(place_error(std::move(done).error(), {shown_, entry.line, entry.column},
                            entry.bound.sql, connection_.engine()));
  } else if (!done && done.error().place.file.empty()) {
    // What a deferred constraint says at COMMIT belongs to the file, but to none of its lines.
    Error error = std::move(done).error();
    error.place = {shown_, 0, 0};
    error.statement = sql::excerpt(error.statement, flavor_of(connection_.engine()));
    done = fail(std::move(error));
  }
  entries_.clear();
  bytes_ = 0;
  return done;
}

}  // namespace bedstone::migrate
