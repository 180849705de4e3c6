/// Literals: values of SQLite as SQL text that gives exactly the same value back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"
#include "db/sqlite/handle.hpp"

namespace bedstone::db::sqlite {

/// Appends literals to a text. Keeps a statement of its database, which must outlive it.
class Literals {
 public:
  static Result<Literals> create(sqlite3* database);

  /// The value of a column of the current row. Text that a script cannot hold as it is (NUL, lone
  /// CR, bytes that are not UTF-8) becomes CAST(X'…' AS TEXT).
  void append(std::string& sql, sqlite3_stmt* row, int column);
  /// A real number: decimal digits where this SQLite reads them back to the same bits, otherwise a
  /// product of exact factors.
  void append_real(std::string& sql, double value);

 private:
  bool reads_back(const std::string& digits, double value);

  StatementHandle parse_;
  bool utf8_ = true;
};

void append_hex(std::string& sql, std::string_view bytes);

}  // namespace bedstone::db::sqlite
