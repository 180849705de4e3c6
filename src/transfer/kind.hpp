/// Kinds: what a column's values are, whichever engine stores them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bedstone::transfer {

enum class Kind {
  kStored,  ///< Both sides are of one engine: the value as it is stored.
  kBoolean,
  kInteger,
  kReal,    ///< 8 bytes.
  kSingle,  ///< 4 bytes.
  kNumeric,
  kText,
  kPadded,  ///< character(n)
  kBytes,
  kJson,
  kJsonb,
  kUuid,
  kTimestamp,
  kTimestampTz,
  kDate,
  kTime,
  kArray,
  kOther,  ///< As text; nothing more is known of it.
};

/// A type of PostgreSQL's, as format_type() writes it.
struct Type {
  Kind kind = Kind::kOther;
  Kind element = Kind::kOther;  ///< Of arrays.
  int bits = 64;                ///< Of integers.
  std::optional<int> digits;    ///< Behind the point: of numerics, seconds.
};

Type type_of(std::string_view postgres);

/// What SQLite does with a text or number that is put into a column of a declared type
/// (https://www.sqlite.org/datatype3.html, 3.1).
enum class Affinity { kText, kInteger, kReal, kNumeric, kBlob };
Affinity affinity_of(std::string_view declared);

}  // namespace bedstone::transfer
