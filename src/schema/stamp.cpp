/// The stamp's SQL is the dialects'; here it is asked.
#include "schema/stamp.hpp"

#include "db/catalog.hpp"

namespace bedstone::schema {

std::string stamp_expression(db::Engine engine, std::string_view schema_expression) {
  return db::catalog_stamp(engine, schema_expression);
}

Result<std::string> read_stamp(db::Connection& connection, std::string_view schema) {
  const std::string literal = connection.dialect().quote_literal(schema);
  BEDSTONE_ASSIGN(const db::Rows rows,
                  connection.query("SELECT " + stamp_expression(connection.engine(), literal)));
  return std::string(rows.text(0, 0));
}

}  // namespace bedstone::schema
