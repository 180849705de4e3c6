/// Values bound to statements and rows that come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bedstone::db {

struct Null {};
using Blob = std::vector<std::byte>;

/// A value to bind to `$1`, `$2`, …; PostgreSQL infers the type from the statement.
using Value = std::variant<Null, bool, std::int64_t, double, std::string, Blob>;

template <typename T>
Value value_or_null(const std::optional<T>& value) {
  return value ? Value(*value) : Value(Null{});
}

/// A materialised result. Cells are text, as PostgreSQL prints them (blobs: `\x` and hexadecimal
/// digits); SQLite's integers and reals are rendered so that they read back equal. Cheap to move.
class Rows {
 public:
  std::size_t size() const { return names_.empty() ? 0 : cells_.size() / names_.size(); }
  bool empty() const { return size() == 0; }
  std::size_t columns() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }

  /// Null as nullopt. Views live as long as the Rows.
  std::optional<std::string_view> at(std::size_t row, std::size_t column) const;
  bool is_null(std::size_t row, std::size_t column) const { return !at(row, column); }
  /// Null as "".
  std::string_view text(std::size_t row, std::size_t column) const;
  /// Null or no number as `fallback`.
  std::int64_t integer(std::size_t row, std::size_t column, std::int64_t fallback = 0) const;
  /// "t", "true", "1" and other non-zero numbers are true; null is false.
  bool boolean(std::size_t row, std::size_t column) const;

  // For drivers.
  void add_column(std::string name) { names_.push_back(std::move(name)); }
  void add_cell(std::string_view text);
  void add_null();

 private:
  struct Cell {
    std::size_t offset;
    std::size_t length;  // npos: null
  };
  std::vector<std::string> names_;
  std::vector<Cell> cells_;
  std::string bytes_;
};

}  // namespace bedstone::db
