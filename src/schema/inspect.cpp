/// Asks the catalog's queries in one transaction that leaves nothing behind.
#include "schema/inspect.hpp"

#include <array>
#include <utility>

#include "schema/assemble.hpp"
#include "schema/reading.hpp"

namespace bedstone::schema {
namespace {

Status ask(db::Connection& connection, const db::CatalogQueries& queries, CatalogRows& rows) {
  const std::array<std::pair<const std::string*, db::Rows*>, 9> questions = {{
      {&queries.relations, &rows.relations},
      {&queries.columns, &rows.columns},
      {&queries.constraints, &rows.constraints},
      {&queries.indexes, &rows.indexes},
      {&queries.triggers, &rows.triggers},
      {&queries.enums, &rows.enums},
      {&queries.routines, &rows.routines},
      {&queries.sequences, &rows.sequences},
      {&queries.others, &rows.others},
  }};
  for (const auto& [sql, answer] : questions) {
    if (sql->empty()) continue;
    BEDSTONE_ASSIGN(*answer, connection.query(db::Statement{*sql, queries.params}));
  }
  return {};
}

}  // namespace

Result<Schema> inspect(db::Connection& connection, const InspectOptions& options) {
  CatalogRows rows;
  BEDSTONE_TRY(read_catalog(connection, options.schema, [&](const db::CatalogQueries& queries) {
    return ask(connection, queries, rows);
  }));
  return assemble(connection.engine(), rows, options);
}

}  // namespace bedstone::schema
