/// The states a database can be in, and the lifecycle of the application that uses it.
#pragma once

#include <string_view>

namespace bedstone {

/// What `bedstone status` answers; docs/states.md tells what `up` does in each.
enum class DatabaseState {
  kUnreachable,  ///< No answer, refused, or wrong credentials.
  kNoDatabase,   ///< The file or the database is missing.
  kEmpty,        ///< The target schema holds nothing.
  kForeign,      ///< Tables, but no history of ours.
  kInterrupted,  ///< A journal entry has no outcome, or a migration is done in part.
  kBehind,       ///< Migrations are pending.
  kAhead,        ///< The history knows versions that the project lacks.
  kDiverged,     ///< Changed, missing, duplicate or (when strict) late migrations.
  kDrifted,      ///< The history is current, but objects differ from what was recorded.
  kCurrent,      ///< Nothing to do.
};

enum class Lifecycle { kNoDatabase, kEmptyDatabase, kUnconfigured, kConfigured, kRunning };

/// "no_database"
std::string_view state_name(DatabaseState state);
/// "NO_DATABASE"
std::string_view lifecycle_name(Lifecycle lifecycle);

/// The process exit codes.
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kDifferences = 2,  ///< Only with --detailed-exitcode.
  kPersonNeeded = 3,
  kUnreachable = 4,
  kLockTimeout = 5,
  kUsage = 64,
  kInterrupted = 130,
};

}  // namespace bedstone
