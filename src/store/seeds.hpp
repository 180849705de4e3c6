/// SeedStore: which seed sets were applied; their rows' ledger is read and written by the merge
/// itself (seed/merge.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace bedstone::store {

struct SeedSetRow {
  std::string name;
  std::string digest;                ///< Of the set and its data; empty: due again.
  std::vector<std::string> columns;  ///< Whose hashes the ledger holds, in order.
  std::string applied_at;            ///< ISO 8601, UTC.
  std::string run_id;
  std::string bedstone_version;
};

/// Not thread-safe, as its connection.
class SeedStore {
 public:
  SeedStore(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// All sets that were ever applied. Nothing where the tables are missing.
  Result<std::vector<SeedSetRow>> sets();
  /// How many rows the ledger holds, by set.
  Result<std::map<std::string, std::int64_t>> row_counts();
  Bound put(const SeedSetRow& row) const;
  /// Forgets a set and its ledger; the rows stay.
  std::vector<Bound> forget(std::string_view set) const;
  Bound forget_rows(std::string_view set) const;

 private:
  std::string table(std::string_view name) const { return connection_.dialect().store_table(name); }

  db::Connection& connection_;
  std::string project_;
};

}  // namespace bedstone::store
