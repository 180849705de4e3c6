/// What SQLite keeps only as text: clauses of CREATE TABLE and CREATE INDEX that no pragma tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/model.hpp"

namespace bedstone::schema {

/// The text of an index's items ("lower(name)"), and its predicate.
struct IndexClauses {
  std::vector<std::string> items;
  std::optional<std::string> predicate;
};

/// Adds to `table`, as the pragmas describe it, what its CREATE TABLE statement says besides:
/// collations, generation expressions, AUTOINCREMENT, checks, conflict clauses, deferrability.
/// The statement is one that SQLite accepted; of anything else as much is read as can be.
void add_clauses(Table& table, std::string_view create_table);

IndexClauses read_create_index(std::string_view create_index);

}  // namespace bedstone::schema
