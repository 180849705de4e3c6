/// KeyStore: the wrapped data keys of a project, and what else tells where secrets stand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace bedstone::store {

/// One data key, encrypted.
struct KeyRow {
  std::string id;
  bool writes = false;     ///< New values are sealed with it: true of exactly one.
  std::string wrapped;     ///< A sealed text.
  std::string kek;         ///< The fingerprint of the key it is wrapped with.
  std::string created_at;  ///< ISO 8601, UTC.
};

/// Columns of the project's tables that hold sealed values, beside the settings'.
struct SealedColumn {
  std::string table;
  std::string column;
  std::vector<std::string> key;  ///< The columns whose values name a row.
};

/// A process that reads secrets.
struct KeyReader {
  std::string instance;
  std::string host;
  std::int64_t pid = 0;
  std::string seen_at;
  std::vector<std::string> keys;  ///< Ids that it knows.
};

/// Reading functions write nothing, and answer "nothing there" when the tables are missing. Not
/// thread-safe, as its connection.
class KeyStore {
 public:
  KeyStore(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// In the order in which they were made: that of the number in their ids.
  Result<std::vector<KeyRow>> keys();
  /// "" as long as there is none.
  Result<std::string> instance_id();
  /// Makes the database's id if there is none, and keeps everybody else from changing the keyring
  /// until the open transaction ends.
  Result<std::string> lock();
  /// Keeps others from changing it until the open transaction ends; any number may do so. The
  /// database's id must be there.
  Status lock_shared();

  Bound put(const KeyRow& row) const;
  Bound rewrap(const KeyRow& row) const;
  /// From now on this one writes.
  Bound promote(std::string_view id) const;
  Bound remove(std::string_view id) const;

  Result<std::vector<SealedColumn>> sealed_columns();
  Bound note(const SealedColumn& column) const;

  /// Seen at or after a time (ISO 8601, UTC).
  Result<std::vector<KeyReader>> readers_since(std::string_view time);

 private:
  std::string table(std::string_view name) const { return connection_.dialect().store_table(name); }

  db::Connection& connection_;
  std::string project_;
};

/// "k12-3f9a" → 12; 0 when the id is none of ours.
std::int64_t key_number(std::string_view id);

}  // namespace bedstone::store
