// Errors as exit codes.
#include "bootstrap/outcome.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>

#include "bootstrap/connect.hpp"

namespace bedstone::bootstrap {

ExitCode exit_code_for(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInterrupted:
      return ExitCode::kInterrupted;
    case ErrorCode::kLockTimeout:
      return ExitCode::kLockTimeout;
    case ErrorCode::kUsage:
    case ErrorCode::kUnknownCommand:
    case ErrorCode::kUnknownFlag:
      return ExitCode::kUsage;
    case ErrorCode::kMigrationChanged:
    case ErrorCode::kMigrationMissing:
    case ErrorCode::kMigrationDuplicate:
    case ErrorCode::kMigrationLate:
    case ErrorCode::kMigrationName:
    case ErrorCode::kOutcomeUnknown:
    case ErrorCode::kPartlyAppliedChanged:
    case ErrorCode::kPartlyReverted:
    case ErrorCode::kInvalidIndex:
    case ErrorCode::kForeignDatabase:
    case ErrorCode::kDiverged:
    case ErrorCode::kDrifted:
    case ErrorCode::kStoreNewer:
    case ErrorCode::kStoreDamaged:
    case ErrorCode::kConfirmationNeeded:
    case ErrorCode::kConfigConflict:
    case ErrorCode::kRestoreNotEmpty:
    case ErrorCode::kDatabaseInUse:
    case ErrorCode::kTransferSource:
    case ErrorCode::kTransferTarget:
    case ErrorCode::kTransferSchema:
    case ErrorCode::kTransferChanged:
      return ExitCode::kPersonNeeded;
    default:
      return is_unreachable(error.code) ? ExitCode::kUnreachable : ExitCode::kFailed;
  }
}

ExitCode exit_code_for(const std::vector<Error>& errors) {
  ExitCode code = ExitCode::kDone;
  for (const Error& error : errors) {
    const ExitCode one = exit_code_for(error);
    if (one == ExitCode::kInterrupted) return one;
    if (code == ExitCode::kDone || one == ExitCode::kPersonNeeded) code = one;
  }
  return code;
}

DatabaseState state_behind(const Error& error) {
  switch (error.code) {
    case ErrorCode::kDatabaseMissing:
      return DatabaseState::kNoDatabase;
    case ErrorCode::kStoreNewer:
    case ErrorCode::kStoreDamaged:
      return DatabaseState::kDiverged;
    default:
      return DatabaseState::kUnreachable;
  }
}

std::string user_name() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found) {
    return found->pw_name;
  }
  return std::to_string(geteuid());
}

}  // namespace bedstone::bootstrap
