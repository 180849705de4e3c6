/// Prepared statements and the few that are kept because their text comes again.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"
#include "db/sqlite/handle.hpp"
#include "db/value.hpp"

namespace bedstone::db::sqlite {

struct Prepared {
  StatementHandle handle;           ///< Null: the text held only comments.
  std::vector<std::size_t> values;  ///< For each of SQLite's parameters, which value it takes.
};

/// Compiles exactly one statement. `code` is SQLite's when it refused; other errors (a second
/// statement, parameters that are not `$n`) come as Error.
Result<Prepared> prepare(sqlite3* database, std::string_view sql, bool keep, int& code);

/// Binds by reference: the values must stay until the statement is reset.
/// kSqlFailed when their number does not match, or a value cannot be stored.
Status bind_values(const Prepared& prepared, std::string_view sql, std::span<const Value> values);

void read_columns(sqlite3_stmt* statement, Rows& rows);
void read_row(sqlite3_stmt* statement, Rows& rows);

/// The least recently used goes first.
class StatementCache {
 public:
  static constexpr std::size_t kCapacity = 16;
  static constexpr std::size_t kLongestBytes = 16 * 1024;

  /// Takes a statement out; its handle is null when the text is not there.
  Prepared take(std::string_view sql);
  /// The statement must be reset.
  void give_back(std::string_view sql, Prepared prepared);

 private:
  struct Entry {
    std::string sql;
    Prepared prepared;
    std::uint64_t used = 0;
  };
  std::array<Entry, kCapacity> entries_;
  std::uint64_t clock_ = 0;
};

}  // namespace bedstone::db::sqlite
