/// Copy: the rows of one table, streamed from one database into another and compared.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "transfer/convert.hpp"

namespace bedstone::transfer {

/// What a table holds, whichever engine stores it and in whatever order: the number of rows and two
/// sums over their hashes.
class Contents {
 public:
  void add(std::string_view row);
  std::int64_t rows() const { return rows_; }
  /// 32 hexadecimal digits.
  std::string hash() const;
  friend bool operator==(const Contents&, const Contents&) = default;

 private:
  std::int64_t rows_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t squares_ = 0;
};

/// A table with its two names, quoted.
struct CopyJob {
  std::string shown;  ///< For people.
  std::string source;
  std::string target;
  std::string where = {};  ///< " WHERE …", the same in both engines; may be empty.
  const std::vector<ColumnRule>& columns;
  std::vector<std::string> key = {};  ///< Columns of the source that name a row.
  std::function<void(std::int64_t rows)> on_rows = {};
};

/// Reads the source, which holds still, and loads the target, in its open transaction. Returns what
/// was read. kTransferValue names table, column and row, and never the value.
Result<Contents> copy_rows(db::Connection& source, db::Connection& target, const CopyJob& job);

/// What stands in one of the two; in an open transaction.
Result<Contents> contents_of(db::Connection& connection, bool is_source, const CopyJob& job);

}  // namespace bedstone::transfer
