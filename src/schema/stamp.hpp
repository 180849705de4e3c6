/// The stamp: a number that moves with the schema and costs almost nothing to ask.
#pragma once

#include <string>
#include <string_view>

#include "bedstone/result.hpp"
#include "db/connection.hpp"

namespace bedstone::schema {

/// A scalar subquery of type text for any query of the caller's; `schema_expression` is SQL for the
/// schema's name (`$1`, a literal), which SQLite ignores.
///
/// Two equal stamps of one database mean that no DDL was committed in between; VACUUM and ANALYZE
/// do not move it. A moved one means nothing yet: compare fingerprints. GRANT, TRUNCATE, REINDEX
/// and VACUUM FULL move PostgreSQL's; VACUUM moves SQLite's. Within a transaction, ask it behind
/// the last DDL. PostgreSQL: null when the schema does not exist or holds nothing.
std::string stamp_expression(db::Engine engine, std::string_view schema_expression);

/// The stamp by itself; "" for null.
Result<std::string> read_stamp(db::Connection& connection, std::string_view schema);

}  // namespace bedstone::schema
