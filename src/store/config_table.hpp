/// ConfigTable: the values of a project's settings as they stand in the database, with their
/// history and their revision.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::store {

/// Where the values stand: `system_config` of the project's schema unless the project says
/// otherwise. Its history is `<table>_history`.
struct ConfigPlace {
  std::string schema;  ///< SQLite ignores it.
  std::string table = "system_config";

  std::string history() const { return table + "_history"; }
};

struct ConfigRow {
  std::string key;
  std::string value;
};

/// All values at one moment.
struct ConfigState {
  std::int64_t revision = 0;
  std::vector<ConfigRow> rows;  ///< By key.
};

/// What shall become of one key.
struct ConfigChange {
  std::string key;
  std::optional<std::string> value;  ///< nullopt: it shall have none.
};

/// One key's change. Values of secrets are sealed texts.
struct ConfigHistoryRow {
  std::int64_t revision = 0;
  std::string key;
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::string changed_at;  ///< ISO 8601, UTC.
  std::string changed_by;
  std::string reason;  ///< "" where nobody gave one, as with plain SQL.
};

/// The table is the project's: anybody may edit it with plain SQL, and triggers keep revision and
/// history right. Revisions count changes, from 1; one of change() takes one, whatever its number
/// of keys. Not thread-safe, as its connection.
class ConfigTable {
 public:
  ConfigTable(db::Connection& connection, std::string project, ConfigPlace place);

  const ConfigPlace& place() const { return place_; }

  /// Whether provide() has nothing to do.
  Result<bool> is_provided();
  /// Makes what is missing: table, history, triggers; in the open transaction, with Bedstone's own
  /// tables there. A table of that name with the columns config_key (unique) and config_value is
  /// taken over with its values; any other is kConfigTable.
  Status provide();

  /// One query. Nothing at revision 0 where provide() never ran.
  Result<ConfigState> read();
  /// The same in the open transaction, before which nobody else can change anything.
  Result<ConfigState> read_for_change();
  /// nullopt where provide() never ran.
  Result<std::optional<std::int64_t>> revision();
  /// The values as they were when `revision` was the newest.
  Result<std::vector<ConfigRow>> at(std::int64_t revision);
  /// Newest first; of one key, or of all where it is empty.
  Result<std::vector<ConfigHistoryRow>> history(std::string_view key, std::int64_t limit);

  /// The last change of each key, by key.
  Result<std::vector<ConfigHistoryRow>> last_changes();
  /// What changed after `revision`, oldest first.
  Result<std::vector<ConfigHistoryRow>> after(std::int64_t revision);

  /// Makes the changes as one revision, in the open transaction, and returns that. What is so
  /// already is no change; without any the revision stays. With `expected`: kConfigConflict, saying
  /// who, when and what, if one of the keys changed after that revision.
  Result<std::int64_t> change(const std::vector<ConfigChange>& changes, std::string_view by,
                              std::string_view reason, std::optional<std::int64_t> expected = {});

 private:
  std::string table() const;
  std::string history_table() const;
  std::string own(std::string_view name) const;
  Status take_over();
  Status provide_triggers();
  Result<bool> has_triggers();
  Status refuse_newer(const std::vector<ConfigChange>& changes, std::int64_t expected);

  db::Connection& connection_;
  std::string project_;
  ConfigPlace place_;
};

}  // namespace bedstone::store
