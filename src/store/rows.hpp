/// The rows of Bedstone's own tables as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace bedstone::store {

inline constexpr std::string_view kVersioned = "versioned";
inline constexpr std::string_view kRepeatable = "repeatable";
/// In the journal: the way back of a versioned migration.
inline constexpr std::string_view kDown = "down";

/// One applied migration. Times are ISO 8601 in UTC, hashes hexadecimal.
struct MigrationRow {
  std::string kind;     ///< kVersioned or kRepeatable.
  std::string version;  ///< Digits as in the file's name; a repeatable's name.
  std::string name;
  std::string checksum;       ///< SHA-256 of the way up, line ends as LF, without BOM.
  std::string checksum_raw;   ///< SHA-256 of the file's bytes.
  std::string tokens;         ///< Digest of what the SQL says, whatever its layout.
  std::string how = "run";    ///< run, baseline, repair.
  std::int64_t sequence = 0;  ///< The order of application, from 1.
  std::string applied_at;
  double duration_seconds = 0;
  std::string run_id;
  std::string applied_by;
  std::string host;
  std::string bedstone_version;
  std::optional<std::string> down_sql;
  std::optional<std::string> fingerprint;  ///< The schema's; set where a run ended.
};

/// One unit of a migration that could not run as one transaction.
struct JournalRow {
  std::string kind;
  std::string version;
  std::int64_t unit = 0;  ///< From 1.
  bool done = false;      ///< false: an intent whose outcome is not recorded.
  std::string hash;       ///< Of the unit's tokens: a done unit must not change.
  std::string statement;  ///< An excerpt, for people.
  std::string before;     ///< What the catalog said before an intent, for settling it.
  std::string started_at;
  std::string finished_at;
  std::string run_id;
};

struct RunRow {
  std::string run_id;
  std::string command;
  std::string started_at;
  std::string finished_at;  ///< Empty: it runs, or died.
  std::string outcome;      ///< running, done, failed, interrupted.
  std::string host;
  std::int64_t pid = 0;
  std::string user;
  std::string bedstone_version;
  std::string state_before;
  std::string state_after;
  double duration_seconds = 0;
  std::string error_code;
  std::string error_message;
};

struct StepRow {
  std::string kind;
  std::string subject;
  std::string detail;
  std::string outcome;
  double duration_seconds = 0;
  std::string error_code;
};

/// A set of project files that was brought up here.
struct ReleaseRow {
  std::string digest;
  std::string first_seen;
  std::int64_t sequence = 0;
};

}  // namespace bedstone::store
