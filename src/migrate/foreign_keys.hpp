/// SQLite's foreign keys while migrating: nothing enforces them, so what they would have found is
/// looked for. docs/design/sqlite-foreign-keys.md tells why.
#pragma once

#include <cstdint>
#include <string>

#include "db/connection.hpp"
#include "sql/classify.hpp"

namespace bedstone::migrate {

/// What foreign keys find no parent for.
struct Loose {
  std::int64_t rows = 0;        ///< Rows that name a parent that is not there.
  std::int64_t references = 0;  ///< References to tables that are not there.
};
Result<Loose> count_loose(db::Connection& connection);

/// kForeignKeyViolated when there is more of it than `before`.
Status check_loose(db::Connection& connection, const Loose& before, const std::string& shown);

/// kForeignKeyViolated when a DROP TABLE would delete or change rows of other tables: the migration
/// turned foreign keys on itself, and rows refer to the table ON DELETE CASCADE or SET something.
Status check_drop(db::Connection& connection, const sql::StatementClass& what);

}  // namespace bedstone::migrate
