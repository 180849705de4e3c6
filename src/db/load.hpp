/// Loading many rows: what the engine's own bulk load takes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"

namespace bedstone::db {

/// One cell of a row to load, as text that the engine reads into its column's type. The bytes stay
/// until the next row is asked for.
struct LoadCell {
  enum class Kind : unsigned char {
    kNull,
    kText,
    /// SQLite: bound as an integer where it is one of 64 bits, else as a real; so a TEXT column
    /// gets its shortest text. Where the writing matters ("1.10"), use kText: columns convert it.
    kNumber,
    kBlob,  ///< Raw bytes.
  };
  Kind kind = Kind::kNull;
  std::string_view bytes = {};
};

/// How many rows there are between two ticks.
inline constexpr std::int64_t kTickRows = 1000;

struct LoadTarget {
  std::string table;                 ///< Quoted.
  std::vector<std::string> columns;  ///< Not quoted.
  /// Called now and then while rows are read and written, on the caller's thread.
  std::function<void()> tick = {};
};

/// The next row, with a cell for each of the target's columns; empty at the end. Called until
/// load() returns, on one thread after another, so that rows are read while others are written.
using RowFeed = std::function<Result<std::span<const LoadCell>>()>;

}  // namespace bedstone::db
