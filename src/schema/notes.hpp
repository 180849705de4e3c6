/// Notes: what is shown of a schema and does not count as its state.
#pragma once

#include <string>
#include <vector>

#include "bedstone/result.hpp"
#include "db/connection.hpp"

namespace bedstone::schema {

/// Columns as db::catalog_notes has them; what is null there is empty.
struct Note {
  std::string what;  ///< comment, owner, grant, extension, event trigger, shadow table.
  std::string kind;  ///< relation, routine, type, column, index, schema.
  std::string relation;
  std::string name;
  std::string text;
};

/// Reads only; see inspect().
Result<std::vector<Note>> read_notes(db::Connection& connection, const std::string& schema);

}  // namespace bedstone::schema
