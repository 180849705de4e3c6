/// Health: what checks of a project's database found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/results.hpp"

namespace bedstone {

enum class HealthOutcome { kPass, kWarn, kFail };

/// "pass", "warn", "fail".
std::string_view outcome_name(HealthOutcome outcome);

/// What one check found.
struct HealthFinding {
  std::string id;     ///< "sequences"
  std::string title;  ///< What it looks at.
  HealthOutcome outcome = HealthOutcome::kPass;
  Severity severity = Severity::kInfo;
  bool checked = true;               ///< false: it could not look; `evidence` says why.
  std::string evidence;              ///< One sentence: what was seen.
  std::vector<std::string> details;  ///< What else was seen, a line each.
  std::string advice;                ///< What to do about it; may be empty.
  std::string repair;                ///< The command that mends it; may be empty.
  double duration_seconds = 0;
};

/// One step on the way to a database that cannot be reached.
struct HealthStep {
  std::string name;  ///< "name", "port", "tls", "credentials" …
  HealthOutcome outcome = HealthOutcome::kPass;
  bool reached = true;  ///< false: a step before it failed.
  std::string evidence;
  std::string advice;
  std::string repair;
};

struct HealthReport {
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string database_type;
  std::string server_version;
  std::string host;                              ///< Where this was asked.
  std::string at;                                ///< ISO 8601, UTC.
  HealthOutcome outcome = HealthOutcome::kPass;  ///< The worst of all.
  Severity severity = Severity::kInfo;           ///< The worst of all.
  std::vector<HealthFinding> findings;
  std::vector<HealthStep> steps;  ///< Only where the database could not be reached.
  std::vector<Error> errors;      ///< Why nothing could be checked, or not all.
  double duration = 0;            ///< Seconds.
  ExitCode exit_code = ExitCode::kFailed;

  std::int64_t count(HealthOutcome outcome) const;
};

}  // namespace bedstone
