// Opening the source, and making sure that it is whole.
#include "bootstrap/transfer_source.hpp"

#include <fmt/format.h>

#include "bootstrap/live_schema.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {
namespace {

Error not_ready(const Project& project, const Observation& seen) {
  Error error(
      ErrorCode::kTransferSource,
      fmt::format("the source {} is {}", project.database.url->redacted(), state_name(seen.state)));
  error.cause = seen.layout > 0 && seen.layout < store::kLayout
                    ? "an older Bedstone was there last, and its tables are to be upgraded first"
                    : "both sides must have the same migrations, and the source all of them";
  error.hint = fmt::format("bedstone up --database {}", project.database.url->redacted());
  return error;
}

}  // namespace

Result<schema::Schema> transfer_model(db::Connection& connection, const Project& project) {
  schema::InspectOptions options;
  options.schema = project.database.schema;
  return schema::inspect(connection, options);
}

Errors TransferSource::open(const Host& host, const Release& release, Milliseconds wait) {
  auto connected = connect(host, {*project.database.url, db::Access::kReadOnly, false, wait});
  if (!connected) return {std::move(connected).error()};
  connection = std::move(connected->connection);
  const bool sqlite = connection->engine() == db::Engine::kSqlite;
  const auto begun =
      connection->execute(sqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  if (!begun) return {begun.error()};
  store::Store store(*connection, project.name);
  ObserveOptions observing;
  observing.force_schema = true;
  auto seen = observe(*connection, store, project, release, observing);
  if (!seen) return {std::move(seen).error()};
  const bool whole =
      seen->state == DatabaseState::kCurrent || seen->state == DatabaseState::kDrifted;
  if (!whole || seen->layout != store::kLayout) {
    Errors errors{not_ready(project, *seen)};
    errors.insert(errors.end(), seen->problems.begin(), seen->problems.end());
    return errors;
  }
  warnings = seen->warnings;
  for (const std::string& sql : connection->dialect().fixed_formats()) {
    const auto fixed = connection->execute(sql);
    if (!fixed) return {fixed.error()};
  }
  auto read = transfer_model(*connection, project);
  if (!read) return {std::move(read).error()};
  model = *std::move(read);
  return {};
}

}  // namespace bedstone::bootstrap
