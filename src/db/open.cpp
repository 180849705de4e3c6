/// Opening: from a URL to the driver of its engine.
#include "db/connection.hpp"
#include "db/postgres/driver.hpp"
#include "db/sqlite/driver.hpp"

namespace bedstone::db {

Result<std::unique_ptr<Connection>> open(const Url& url, const OpenOptions& options) {
  return url.engine() == Engine::kSqlite ? sqlite::open(url, options)
                                         : postgres::open(url, options);
}

}  // namespace bedstone::db
