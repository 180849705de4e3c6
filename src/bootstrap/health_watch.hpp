/// bedstone health --watch, --history: checks again and again, and what became of them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/health.hpp"
#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

struct HealthWatchOptions {
  std::vector<std::string> checks;       ///< Empty: the fast ones, and those with an interval.
  bool all = false;                      ///< … or all.
  std::optional<Milliseconds> interval;  ///< Unset: the project's.
  std::map<std::string, Milliseconds> intervals;  ///< By check; beat the project's.
  std::int64_t count = 0;                         ///< Ends after so many rounds; 0: never.
  bool store = true;                              ///< Results go into the database.
  bool alert = true;                              ///< Webhooks are told.
  /// Databases may be open from `true` to `false`, and are not from there on.
  std::function<void(bool begins)> on_round;
  std::function<void(const HealthReport&)> on_report;  ///< After each round.
};

struct HealthWatchReport {
  std::int64_t rounds = 0;
  HealthOutcome outcome = HealthOutcome::kPass;  ///< Of the last round.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;  ///< kInterrupted when the token of the host fired.
};

/// Outlives the server: what it cannot store while that is away it stores when it is back. Writes
/// nothing but its results, and goes on where even that may not be.
HealthWatchReport health_watch(const Host& host, const ProjectOptions& project,
                               const HealthWatchOptions& options);

/// Reads what watches stored since `age` ago.
HealthHistory health_history(const Host& host, const ProjectOptions& project, Milliseconds age);

}  // namespace bedstone::bootstrap
