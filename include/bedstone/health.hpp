/// Health: checks of a project's database, once or again and again, from a program.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/library.hpp"
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

/// What watches stored.
struct HealthHistory {
  /// What became of one check on one host.
  struct Check {
    std::string id;
    std::string host;
    std::int64_t passed = 0;
    std::int64_t warned = 0;
    std::int64_t failed = 0;
    std::string first_at;  ///< ISO 8601, UTC.
    std::string last_at;
    std::string last_outcome;  ///< pass, warn, fail.
    double mean_seconds = 0;
    double longest_seconds = 0;

    /// Of 1: how often it did not fail.
    double success_rate() const;
  };
  /// A result that was not as the one before it.
  struct Change {
    std::string id;
    std::string host;
    std::string at;
    std::string before;
    std::string after;
    std::string evidence;
  };
  std::string project;
  std::string database;
  std::string since;  ///< ISO 8601, UTC.
  std::vector<Check> checks;
  std::vector<Change> changes;  ///< Newest first, the last hundred.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

struct HealthWatchSettings {
  std::vector<std::string> checks;  ///< Empty: those that cost little, and those with an interval.
  std::optional<std::chrono::milliseconds> interval;           ///< Unset: the project's, 30 s.
  std::map<std::string, std::chrono::milliseconds> intervals;  ///< By check.
  bool store = true;                                           ///< Results go into the database.
  bool alert = true;                                           ///< The project's webhooks are told.
};

/// A thread that checks again and again, until it goes or stop() is called. It outlives the
/// server's outages. Any thread may call.
class HealthWatch {
 public:
  HealthWatch(HealthWatch&&) noexcept;
  HealthWatch& operator=(HealthWatch&&) = delete;
  /// Ends the thread, as stop(); in a child of fork(), where there is none, it does nothing.
  ~HealthWatch();

  /// Ends the thread and waits for it, unless it is the one that calls; the check at work is
  /// cancelled.
  void stop();
  /// The newest round; nothing before the first.
  std::optional<HealthReport> latest() const;
  /// Why it ended by itself: the project cannot be read, a check is unknown.
  std::vector<Error> errors() const;

 private:
  friend class HealthValidator;
  struct Impl;
  explicit HealthWatch(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

/// What `bedstone health` does, as calls. The promises of DatabaseInitializer hold here too: no
/// connection between calls, any thread, nothing throws. Nothing but a watch writes.
class HealthValidator {
 public:
  explicit HealthValidator(ProjectOptions project, LibraryOptions library = {});

  /// Whether the database answers, and this user may use it.
  bool validate_connectivity() const;
  std::future<bool> validate_connectivity_async() const;

  /// Migrations, drift, indexes, constraints. Each issue has a suggestion at the same place of the
  /// list.
  ValidationResult validate_schema_integrity() const;
  std::future<ValidationResult> validate_schema_integrity_async() const;

  /// Damage, orphans, sequences, seeds, secrets. Reads every row that has a foreign key.
  ValidationResult validate_data_integrity() const;
  std::future<ValidationResult> validate_data_integrity_async() const;

  /// All checks, or those named.
  HealthReport generate_health_report(const std::vector<std::string>& checks = {}) const;
  std::future<HealthReport> generate_health_report_async(
      std::vector<std::string> checks = {}) const;

  HealthHistory get_history(std::chrono::milliseconds age = std::chrono::hours(24)) const;
  std::future<HealthHistory> get_history_async(
      std::chrono::milliseconds age = std::chrono::hours(24)) const;

  /// Begins to watch. `on_report` is called after each round, on the watch's thread; it may be
  /// empty.
  HealthWatch watch(HealthWatchSettings settings = {},
                    std::function<void(const HealthReport&)> on_report = {}) const;

 private:
  ProjectOptions project_;
  LibraryOptions library_;
};

}  // namespace bedstone
