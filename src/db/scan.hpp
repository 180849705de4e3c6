/// Scan: the rows of a query one after another, with the kind of each value, in constant memory.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "db/connection.hpp"

namespace bedstone::db {

/// One value as the engine stores it.
struct ScanCell {
  enum class Kind : unsigned char {
    kNull,
    kInteger,  ///< SQLite only, as are the next and the last.
    kReal,     ///< Reads back equal; has a point, an exponent or is "Inf", "-Inf".
    kText,     ///< PostgreSQL: any value, as it prints it.
    kBlob,
  };
  Kind kind = Kind::kNull;
  std::string_view bytes = {};  ///< Until the next row is asked for.

  bool is_null() const { return kind == Kind::kNull; }
};

/// In PostgreSQL within a transaction, which a cursor needs. The connection runs nothing else that
/// ends the transaction until it is destroyed.
class Scan {
 public:
  virtual ~Scan() = default;
  /// The next row; empty at the end. kInterrupted, when the session's token fires.
  virtual Result<std::span<const ScanCell>> next() = 0;
};

/// `select` takes no parameters.
Result<std::unique_ptr<Scan>> scan(Connection& connection, std::string select);

}  // namespace bedstone::db
