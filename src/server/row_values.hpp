/// Row values: what a caller wants in a row, checked against the table's own rules field by field,
/// and what the engine refused, told by field, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/node.hpp"
#include "db/connection.hpp"
#include "server/seeded_tables.hpp"
#include "store/table_rows.hpp"

namespace bedstone::server {

/// What is wrong with a column's value; `field` is empty for what is wrong with the row.
struct FieldError {
  std::string field;
  Error error;
};
using FieldErrors = std::vector<FieldError>;

enum class Wanted {
  kAdd,     ///< Columns that nobody gives must do without.
  kChange,  ///< Only what is given counts.
  kRead,    ///< Keys, and what was there before: texts as they were read.
};

struct RowValues {
  store::Cells cells;
  FieldErrors errors;  ///< All of them; `cells` is of no use then.
};

/// `given` is a mapping from columns to values, or null.
RowValues row_values(const TableView& table, const data::Node* given, Wanted wanted,
                     db::Engine engine);

/// What an engine's refusal of `cells` is about. Asks the database where the engine does not say.
FieldErrors blame(db::Connection& connection, const std::string& schema, const TableView& table,
                  const Error& refusal, const store::Cells& cells);

}  // namespace bedstone::server
