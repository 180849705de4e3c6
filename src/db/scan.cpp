// From an engine to its way of reading row by row.
#include "db/scan.hpp"

#include "db/postgres/scan.hpp"
#include "db/sqlite/scan.hpp"

namespace bedstone::db {

Result<std::unique_ptr<Scan>> scan(Connection& connection, std::string select) {
  return connection.engine() == Engine::kSqlite ? sqlite::scan(connection, std::move(select))
                                                : postgres::scan(connection, std::move(select));
}

}  // namespace bedstone::db
