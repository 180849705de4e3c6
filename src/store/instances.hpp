/// Instances: the processes that use a project's settings, and the revision each has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::store {

struct InstanceRow {
  std::string id;       ///< Its own, a UUID.
  std::string program;  ///< "hub"
  std::string host;
  std::int64_t pid = 0;
  std::string version;     ///< Of Bedstone.
  std::string started_at;  ///< ISO 8601, UTC; by the database's clock.
  std::string seen_at;     ///< When it wrote this row last.
  std::int64_t revision = 0;
  std::string problem;  ///< Why it does not use the newest revision, without any value.
  std::string keys;     ///< The ids of the data keys that it knows, with commas between them.
};

/// Not thread-safe, as its connection.
class InstanceTable {
 public:
  InstanceTable(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// Adds the row or brings it up to date; `seen_at` and, of a new row, `started_at` are now. Rows
  /// of the project that nobody wrote since `unseen_since` (ISO 8601, UTC) go.
  Status put(const InstanceRow& row, const std::string& unseen_since);
  Status remove(const std::string& id);

  /// By start. Nothing where the tables are missing.
  Result<std::vector<InstanceRow>> list();
  /// The database's clock, as its rows have it.
  Result<std::string> now();

 private:
  std::string table() const { return connection_.dialect().store_table("instances"); }

  db::Connection& connection_;
  std::string project_;
};

}  // namespace bedstone::store
