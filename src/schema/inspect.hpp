/// inspect: from a live database to the schema's model.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"
#include "db/connection.hpp"
#include "schema/model.hpp"

namespace bedstone::schema {

struct InspectOptions {
  std::string schema = "public";  ///< PostgreSQL; SQLite ignores it.
  /// Leaves out objects by name, besides Bedstone's own, the engine's and extensions'. What belongs
  /// to a table or view goes with it. May be empty.
  std::function<bool(std::string_view name)> exclude;
};

/// Reads everything at one moment, in a fixed number of queries. Writes nothing, needs no rights
/// but to connect, and works through a transaction pooler: no setting outlives the call. Within the
/// caller's transaction it sees what that has done. Waits at most two seconds for somebody who
/// holds a table under a view (kDdlLockTimeout). A schema that does not exist is empty.
Result<Schema> inspect(db::Connection& connection, const InspectOptions& options);

}  // namespace bedstone::schema
