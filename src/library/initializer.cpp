// DatabaseInitializer over the functions that the command line calls.
#include "bedstone/initializer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bootstrap/schema_repair.hpp"
#include "library/library_host.hpp"

namespace bedstone {
namespace {

ValidationResult to_validation(const StatusReport& status) {
  ValidationResult result;
  const auto add = [&result](const std::vector<Error>& errors, Severity severity) {
    for (const Error& error : errors) {
      result.issues.push_back(fmt::format("{}: {}", code_name(error.code), error.message));
      if (!error.hint.empty()) result.suggestions.push_back(error.hint);
      result.severity = std::max(result.severity, severity);
    }
  };
  add(status.warnings, Severity::kWarning);
  const bool critical = status.state == DatabaseState::kUnreachable;
  add(status.problems, critical ? Severity::kCritical : Severity::kError);
  const bool settled = status.state == DatabaseState::kCurrent ||
                       status.state == DatabaseState::kAhead ||
                       status.state == DatabaseState::kDrifted;
  if (!settled && status.problems.empty()) {
    result.issues.push_back(fmt::format("the database is {}", state_name(status.state)));
    result.suggestions.emplace_back("run `bedstone up`, or call initialize()");
    result.severity = std::max(result.severity, Severity::kWarning);
  }
  result.valid = settled && status.problems.empty() && status.drift.empty();
  return result;
}

/// Whether a repair of the schema may help: `up` went on beside drift, or stopped for it.
bool met_drift(const InitializationResult& result) {
  const auto is_drift = [](const Error& error) { return error.code == ErrorCode::kDrifted; };
  return result.state_after == DatabaseState::kDrifted || !result.drift.empty() ||
         std::any_of(result.errors.begin(), result.errors.end(), is_drift);
}

void add(const InitializationResult& result, RepairResult& repair) {
  repair.repairs.insert(repair.repairs.end(), result.steps_completed.begin(),
                        result.steps_completed.end());
  repair.success = result.success;
  repair.errors = result.errors;
  repair.exit_code = result.exit_code;
}

}  // namespace

DatabaseInitializer::DatabaseInitializer(ProjectOptions project, LibraryOptions library)
    : project_(std::move(project)), library_(std::move(library)) {}

InitializationResult DatabaseInitializer::initialize(const UpOptions& options) const {
  const LibraryHost host(library_, "initialize");
  return bootstrap::up(host.host(), project_, options);
}

ValidationResult DatabaseInitializer::validate_setup() const {
  const LibraryHost host(library_, "validate_setup");
  return to_validation(bootstrap::migrate_verify(host.host(), project_));
}

RepairResult DatabaseInitializer::repair_if_needed() const {
  const LibraryHost host(library_, "repair_if_needed");
  RepairResult repair;
  InitializationResult result = bootstrap::up(host.host(), project_, {});
  add(result, repair);
  if (!met_drift(result)) return repair;
  RepairResult mended = bootstrap::to_result(bootstrap::schema_repair(host.host(), project_, {}));
  repair.repairs.insert(repair.repairs.end(), mended.repairs.begin(), mended.repairs.end());
  if (mended.success && !repair.success) {
    // The drift that had stopped it is gone.
    add(bootstrap::up(host.host(), project_, {}), repair);
  } else if (!mended.success) {
    repair.success = false;
    repair.errors = std::move(mended.errors);
    repair.exit_code = mended.exit_code;
  }
  return repair;
}

StatusReport DatabaseInitializer::get_initialization_status() const {
  const LibraryHost host(library_, "status");
  return bootstrap::status(host.host(), project_);
}

std::future<InitializationResult> DatabaseInitializer::initialize_async(UpOptions options) const {
  return run_async(*this, [options = std::move(options)](const DatabaseInitializer& self) {
    return self.initialize(options);
  });
}

std::future<ValidationResult> DatabaseInitializer::validate_setup_async() const {
  return run_async(*this, [](const DatabaseInitializer& self) { return self.validate_setup(); });
}

std::future<RepairResult> DatabaseInitializer::repair_if_needed_async() const {
  return run_async(*this, [](const DatabaseInitializer& self) { return self.repair_if_needed(); });
}

std::future<StatusReport> DatabaseInitializer::get_initialization_status_async() const {
  return run_async(
      *this, [](const DatabaseInitializer& self) { return self.get_initialization_status(); });
}

}  // namespace bedstone
