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
  std::string shape;                 ///< Of the set without its data.
  std::vector<std::string> columns;  ///< Whose hashes the ledger holds, in order.
  std::string blocks;                ///< For put() alone: what blocks() will return.
  std::string applied_at;            ///< ISO 8601, UTC.
  std::string run_id;
  std::string bedstone_version;
};

/// Not thread-safe, as its connection.
class SeedStore {
 public:
  SeedStore(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// What names the set in the ledger.
  std::int64_t key_of(std::string_view set) const;
  /// All sets that were ever applied. Nothing where the tables are missing.
  Result<std::vector<SeedSetRow>> sets();
  /// What the seeder remembers of runs of the file's rows, as text of its own.
  Result<std::string> blocks(std::string_view set);
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
