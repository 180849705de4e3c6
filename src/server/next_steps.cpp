// From states to advice.
#include "server/next_steps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace bedstone::server {
namespace {

std::int64_t count_of(const StatusReport& status, std::string_view what) {
  return std::count_if(status.migrations.begin(), status.migrations.end(),
                       [what](const MigrationEntry& entry) { return entry.status == what; });
}

void add_problems(const std::vector<Error>& problems, Health level, const std::string& page,
                  std::vector<NextStep>& steps) {
  for (const Error& problem : problems)
    steps.push_back({level, problem.message, problem.hint, "", page, false});
}

NextStep of_state(const StatusReport& status) {
  const std::int64_t pending = count_of(status, "pending") + count_of(status, "late");
  switch (status.state) {
    case DatabaseState::kNoDatabase:
      return {Health::kFail, "There is no database yet.", "", "bedstone up --create", "", true};
    case DatabaseState::kEmpty:
      return {Health::kFail, "The database is empty.", "", "bedstone up", "/migrations", true};
    case DatabaseState::kBehind:
      return {Health::kFail,
              fmt::format("{} pending.", pending == 1 ? std::string("1 migration is")
                                                      : fmt::format("{} migrations are", pending)),
              "",
              "bedstone up",
              "/migrations",
              true};
    case DatabaseState::kInterrupted:
      return {Health::kFail,
              "A migration was broken off in the middle.",
              "",
              "bedstone up",
              "/migrations",
              true};
    case DatabaseState::kDrifted:
      return {
          Health::kWarn,
          fmt::format("The schema differs from what was recorded: {}.",
                      text::count(static_cast<std::int64_t>(status.drift.size()), "difference")),
          "",
          "bedstone schema diff",
          "/migrations",
          false};
    case DatabaseState::kAhead:
      return {Health::kWarn,
              "A newer release of this project has been here.",
              "this release changes nothing",
              "bedstone migrate history",
              "/migrations",
              false};
    case DatabaseState::kForeign:
      return {Health::kFail,
              "The database holds tables that are not this project's.",
              "",
              "bedstone status",
              "/migrations",
              false};
    case DatabaseState::kDiverged:
      return {Health::kFail,
              "The history and the project's migrations disagree.",
              "",
              "bedstone migrate verify",
              "/migrations",
              false};
    default:
      return {Health::kFail, "The database does not answer.", "", "bedstone doctor", "/health",
              false};
  }
}

void add_state(const StatusReport& status, std::vector<NextStep>& steps) {
  if (status.state == DatabaseState::kCurrent) return;
  const bool told = !status.problems.empty();
  NextStep step = of_state(status);
  // The problems say the same, and which it is.
  if (told && !step.up) return add_problems(status.problems, step.level, step.page, steps);
  steps.push_back(std::move(step));
}

void add_settings(const StatusReport& status, const LiveSettings& live,
                  std::vector<NextStep>& steps) {
  if (status.lifecycle == Lifecycle::kUnconfigured && status.settings) {
    add_problems(status.settings->missing, Health::kFail, "/settings", steps);
    if (status.settings->missing.empty())
      steps.push_back({Health::kFail, "The application is not configured.", "",
                       "bedstone config setup", "/settings", false});
  }
  add_problems(live.config.problems(), Health::kWarn, "/settings", steps);
  const auto& waiting = live.config.restart_needed();
  if (!waiting.empty())
    steps.push_back(
        {Health::kWarn,
         fmt::format("{} changed, and {} from the next start on.", text::join(waiting, ", "),
                     waiting.size() == 1 ? "counts" : "count"),
         "start the server again", "", "/settings", false});
}

}  // namespace

std::vector<NextStep> next_steps(const StatusReport* status, const LiveSettings& live,
                                 const InitializationResult& last_up) {
  std::vector<NextStep> steps;
  if (status == nullptr) {
    steps.push_back(
        {Health::kFail, "The database does not answer.", "", "bedstone doctor", "/health", false});
    return steps;
  }
  if (!last_up.success && !last_up.errors.empty()) {
    const Error& error = last_up.errors.front();
    steps.push_back({Health::kFail, fmt::format("The last `up` failed: {}", error.message),
                     error.hint, "", "/runs", true});
  }
  add_state(*status, steps);
  if (!status->seeds_due.empty() && status->state == DatabaseState::kCurrent)
    steps.push_back({Health::kWarn,
                     fmt::format("{} due: {}.",
                                 status->seeds_due.size() == 1 ? "A seed set is" : "Seed sets are",
                                 text::join(status->seeds_due, ", ")),
                     "", "bedstone up", "/data", true});
  if (live.open) add_settings(*status, live, steps);
  for (const std::string& what : last_up.degraded)
    steps.push_back({Health::kWarn, fmt::format("The last `up` went on without: {}", what), "", "",
                     "/runs", false});
  add_problems(status->warnings, Health::kWarn, "", steps);
  std::stable_sort(steps.begin(), steps.end(), [](const NextStep& one, const NextStep& other) {
    return one.level > other.level;
  });
  return steps;
}

}  // namespace bedstone::server
