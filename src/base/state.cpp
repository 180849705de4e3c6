// How states are written.
#include "bedstone/state.hpp"

namespace bedstone {

std::string_view state_name(DatabaseState state) {
  switch (state) {
    case DatabaseState::kUnreachable:
      return "unreachable";
    case DatabaseState::kNoDatabase:
      return "no_database";
    case DatabaseState::kEmpty:
      return "empty";
    case DatabaseState::kForeign:
      return "foreign";
    case DatabaseState::kInterrupted:
      return "interrupted";
    case DatabaseState::kBehind:
      return "behind";
    case DatabaseState::kAhead:
      return "ahead";
    case DatabaseState::kDiverged:
      return "diverged";
    case DatabaseState::kDrifted:
      return "drifted";
    case DatabaseState::kCurrent:
      return "current";
  }
  return "unknown";
}

std::string_view lifecycle_name(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::kNoDatabase:
      return "NO_DATABASE";
    case Lifecycle::kEmptyDatabase:
      return "EMPTY_DATABASE";
    case Lifecycle::kUnconfigured:
      return "UNCONFIGURED";
    case Lifecycle::kConfigured:
      return "CONFIGURED";
    case Lifecycle::kRunning:
      return "RUNNING";
  }
  return "UNKNOWN";
}

}  // namespace bedstone
