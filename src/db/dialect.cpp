/// The one place that knows which dialect belongs to which engine.
#include "db/dialect.hpp"

#include "db/postgres/dialect.hpp"
#include "db/sqlite/dialect.hpp"

namespace bedstone::db {

const Dialect& dialect_of(Engine engine) {
  return engine == Engine::kSqlite ? sqlite::dialect() : postgres::dialect();
}

}  // namespace bedstone::db
