/// The way from an engine to its catalog's queries.
#include "db/catalog.hpp"

#include "db/postgres/catalog.hpp"
#include "db/postgres/counters.hpp"
#include "db/postgres/dump.hpp"
#include "db/postgres/notes.hpp"
#include "db/sqlite/catalog.hpp"
#include "db/sqlite/dump.hpp"
#include "db/sqlite/notes.hpp"

namespace bedstone::db {

CatalogQueries catalog_queries(Engine engine, const CatalogScope& scope) {
  return engine == Engine::kSqlite ? sqlite::catalog_queries() : postgres::catalog_queries(scope);
}

DumpQueries dump_queries(Engine engine, const CatalogScope& scope) {
  return engine == Engine::kSqlite ? sqlite::dump_queries() : postgres::dump_queries(scope);
}

std::string catalog_notes(Engine engine) {
  return engine == Engine::kSqlite ? sqlite::catalog_notes() : postgres::catalog_notes();
}

std::string catalog_objects(Engine engine) {
  return engine == Engine::kSqlite ? sqlite::catalog_objects() : postgres::catalog_objects();
}

std::string catalog_counters(Engine engine) {
  return engine == Engine::kSqlite ? std::string() : postgres::catalog_counters();
}

std::string catalog_counter(std::string_view table, std::string_view column,
                            std::string_view sequence, bool down) {
  return postgres::catalog_counter(table, column, sequence, down);
}

std::string catalog_table_columns(Engine engine, std::size_t count) {
  return engine == Engine::kSqlite ? sqlite::catalog_table_columns(count)
                                   : postgres::catalog_table_columns(count);
}

std::string catalog_stamp(Engine engine, std::string_view schema_expression) {
  return engine == Engine::kSqlite ? sqlite::catalog_stamp()
                                   : postgres::catalog_stamp(schema_expression);
}

}  // namespace bedstone::db
