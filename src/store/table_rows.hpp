/// TableRows: rows of a project's tables, written one at a time by people who look at them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::store {

/// A column, and what is to be there or was there.
using Cells = std::vector<std::pair<std::string, db::Value>>;

/// Each call is a transaction of its own, in which foreign keys count and values have the forms
/// that they were read in (Dialect::fixed_formats). All names are columns of the table; nothing
/// here asks whether they are. Not thread-safe, as its connection.
class TableRows {
 public:
  TableRows(db::Connection& connection, std::string schema, std::string table)
      : connection_(connection), name_(connection.dialect().qualified(schema, table)) {}

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
  Result<std::int64_t> carry_out(const std::string& sql, const std::vector<db::Value>& values);

  db::Connection& connection_;
  std::string name_;
};

}  // namespace bedstone::store
