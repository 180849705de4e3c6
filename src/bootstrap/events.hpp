/// bedstone events: error patterns over a time, and how runs ended; and the end of what is old.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bootstrap/commands.hpp"
#include "bootstrap/event_patterns.hpp"

namespace bedstone::bootstrap {

/// What runs that change something leave behind of older ones: generous, but bounded.
inline constexpr std::chrono::hours kKeptRunsAge{24 * 400};
inline constexpr std::int64_t kKeptRuns = 5000;

/// When a run began, and how it ended.
struct RunEnd {
  std::string at;
  std::string outcome;  ///< running, done, failed, interrupted.
};

struct EventsReport {
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string since;     ///< ISO 8601, UTC.
  std::vector<ErrorPattern> patterns;
  std::map<std::string, Rates> rates;
  std::vector<RunEnd> runs;  ///< The oldest first.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};
/// Reads only. `fingerprint`: only the pattern whose fingerprint begins so (kUnknownEvent).
EventsReport events(const Host& host, const ProjectOptions& project,
                    const std::optional<std::string>& fingerprint, Milliseconds past);

struct PruneReport {
  std::string project;
  std::string database;
  std::int64_t pruned = 0;  ///< Runs, each with its steps and events.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};
PruneReport prune_events(const Host& host, const ProjectOptions& project, Milliseconds older,
                         std::int64_t keep);

/// What every run that changes something adds to its record.
std::vector<store::Bound> prune_statements(const Host& host, db::Connection& connection,
                                           const std::string& project);

}  // namespace bedstone::bootstrap
