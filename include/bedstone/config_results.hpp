/// What the functions of settings return. Of a secret nothing but a mask is in any of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/results.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {

/// One setting as it is.
struct SettingState {
  std::string name;
  std::string type;  ///< "int", "list"; "" for what nobody declared.
  std::string group;
  std::string description;
  /// Canonical; "********" of a secret that has one. nullopt: none, or none that can be used.
  std::optional<std::string> value;
  std::string source;    ///< "pin", "database", "default", "none".
  std::string variable;  ///< The one that it is pinned by or imported from, if there is one.
  bool variable_pins = false;
  bool declared = true;
  bool secret = false;
  bool stored = false;    ///< The database has a value, whether it counts or not.
  bool in_clear = false;  ///< A secret that somebody stored without encrypting it.
  bool locked = false;    ///< A secret that does not open here.
  bool required = false;
  bool counts = true;           ///< What its `requires:` ask for is so.
  bool restart = false;         ///< A change counts from the application's next start on.
  std::vector<Error> problems;  ///< Of its value.
};

/// `bedstone config show`, and `validate`.
struct ConfigReport {
  std::string project;
  std::string database;
  std::string table;        ///< Where the values stand.
  bool provided = false;    ///< The database has that table: `up` ran since settings were declared.
  bool configured = false;  ///< CONFIGURED, not UNCONFIGURED.
  std::int64_t revision = 0;
  std::vector<SettingState> settings;  ///< In the order of settings.yaml; undeclared ones last.
  std::vector<Error> problems;         ///< All that is wrong with the values, theirs included.
  std::vector<Error> errors;           ///< Why nothing could be read.
  ExitCode exit_code = ExitCode::kFailed;
};

/// What became of one setting.
struct SettingChanged {
  std::string name;
  std::string effect;  ///< "added", "changed", "removed", "unchanged", "made", "pinned".
  std::optional<std::string> before;
  std::optional<std::string> after;
  bool secret = false;
  bool restart = false;
};

/// Of everything that writes settings.
struct ConfigChangeResult {
  bool success = false;  ///< All of it is in the database, and was read back; or it is a dry run.
  bool dry_run = false;
  std::string project;
  std::string database;
  std::int64_t revision = 0;  ///< The newest one.
  std::vector<SettingChanged> settings;
  std::vector<Error> warnings;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

/// One place that a value may come from.
struct SettingSource {
  std::string kind;  ///< "pin", "database", "seed", "default".
  std::string name;  ///< The variable, the table, the file.
  std::optional<std::string> value;
  bool present = false;  ///< It says something.
  bool wins = false;
  std::string
      detail;  ///< "revision 3, by ada@web-1 at …"; "read no more; differs from the database".
};

struct ConfigExplanation {
  std::string project;
  std::string database;
  SettingState setting;
  std::vector<SettingSource> sources;  ///< The strongest first.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

/// One setting's change.
struct SettingHistoryEntry {
  std::int64_t revision = 0;
  std::string name;
  std::optional<std::string> before;
  std::optional<std::string> after;
  bool secret = false;
  std::string at;  ///< ISO 8601, UTC.
  std::string by;
  std::string reason;
};

struct ConfigHistory {
  std::string project;
  std::string database;
  std::int64_t revision = 0;                 ///< The newest.
  std::vector<SettingHistoryEntry> entries;  ///< Newest first.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

/// The stored values as a JSON document.
struct ConfigExport {
  std::string project;
  std::string database;
  std::int64_t revision = 0;
  std::string text;
  std::int64_t values = 0;
  std::int64_t secrets = 0;           ///< Encrypted in it.
  std::vector<std::string> left_out;  ///< Secrets that are not in it.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

}  // namespace bedstone
