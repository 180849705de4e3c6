/// One query.
#include "schema/notes.hpp"

#include "db/catalog.hpp"
#include "schema/reading.hpp"

namespace bedstone::schema {

Result<std::vector<Note>> read_notes(db::Connection& connection, const std::string& schema) {
  const std::string sql = db::catalog_notes(connection.engine());
  std::vector<Note> notes;
  BEDSTONE_TRY(read_catalog(connection, schema, [&](const db::CatalogQueries& queries) -> Status {
    BEDSTONE_ASSIGN(const db::Rows rows, connection.query(db::Statement{sql, queries.params}));
    notes.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      notes.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                       std::string(rows.text(i, 2)), std::string(rows.text(i, 3)),
                       std::string(rows.text(i, 4))});
    }
    return {};
  }));
  return notes;
}

}  // namespace bedstone::schema
