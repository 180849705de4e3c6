/// TableRows: rows of a project's tables, read and written one at a time for people who look at
/// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::store {

/// A column, and what is to be there or was there.
using Cells = std::vector<std::pair<std::string, db::Value>>;

struct PageRequest {
  std::vector<std::string> columns;  ///< To be read, as text.
  std::vector<std::string> order;    ///< By these; then nothing else decides.
  bool descending = false;           ///< The first of them.
  std::string search;                ///< Rows where one of `searched` holds it, case aside.
  std::vector<std::string> searched;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};

struct RowPage {
  db::Rows rows;
  std::int64_t total = 0;  ///< That the search leaves, not of this page.
};

/// All names are columns of the table; nothing here asks whether they are. Not thread-safe, as its
/// connection.
class TableRows {
 public:
  TableRows(db::Connection& connection, std::string schema, std::string table)
      : connection_(connection), name_(connection.dialect().qualified(schema, table)) {}

  Result<RowPage> page(const PageRequest& request);
  Status add(const Cells& values);
  /// The row with this key, if the columns of `before` still have these texts. How many rows: 0,
  /// when somebody changed or took it.
  Result<std::int64_t> change(const Cells& key, const Cells& before, const Cells& values);
  Result<std::int64_t> remove(const Cells& key, const Cells& before);

 private:
  std::string quoted(const std::string& column) const {
    return connection_.dialect().quote_identifier(column);
  }
  std::string where(const Cells& key, const Cells& before, std::vector<db::Value>& values) const;

  db::Connection& connection_;
  std::string name_;
};

}  // namespace bedstone::store
