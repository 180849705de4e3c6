/// Marks: small values that processes agree on by compare-and-swap; rows of the table meta.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "db/connection.hpp"

namespace bedstone::store {

/// Not thread-safe, as its connection.
class Marks {
 public:
  Marks(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// All whose keys begin so.
  Result<std::map<std::string, std::string>> read(std::string_view prefix);
  /// Writes `after` if the mark still is `before` (nullopt: if there is none); false: it is not.
  Result<bool> swap(const std::string& key, const std::optional<std::string>& before,
                    const std::string& after);

 private:
  std::string table() const { return connection_.dialect().store_table("meta"); }

  db::Connection& connection_;
  std::string project_;
};

}  // namespace bedstone::store
