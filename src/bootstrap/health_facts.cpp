// From the reports of other commands to facts.
#include "bootstrap/health_facts.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "bootstrap/schema_findings.hpp"

namespace bedstone::bootstrap {

const StatusReport& HealthFacts::status() {
  if (!status_) status_ = bootstrap::status(host_, project_, thorough_);
  return *status_;
}

const std::vector<health::WeighedDifference>& HealthFacts::drift() {
  if (drift_) return *drift_;
  drift_.emplace();
  for (const SchemaDifference& difference : status().drift) {
    SchemaFinding finding = judge(difference);
    drift_->push_back({finding.severity, std::move(finding.issue), std::move(finding.suggestion)});
  }
  return *drift_;
}

const health::SecretFacts& HealthFacts::secrets() {
  if (secrets_) return *secrets_;
  SecretReport report = secret_verify(host_, project_);
  secrets_.emplace();
  secrets_->key = std::move(report.key);
  secrets_->sealed = report.settings + report.rows;
  secrets_->errors = std::move(report.errors);
  secrets_->warnings = std::move(report.warnings);
  return *secrets_;
}

const health::SeedFacts& HealthFacts::seeds() {
  if (seeds_) return *seeds_;
  SeedOptions options;
  options.dry_run = true;
  options.compare = true;
  options.wait = Milliseconds(0);
  SeedingResult result = seed(host_, project_, options);
  seeds_.emplace();
  for (const SeedSetResult& set : result.sets) {
    seeds_->kept += set.kept;
    seeds_->conflicts += set.conflicts;
    seeds_->deleted += set.stays_deleted;
    if (set.kept + set.conflicts + set.stays_deleted > 0) {
      seeds_->sets.push_back(fmt::format("{}: {} kept, {} in conflict, {} deleted here", set.set,
                                         text::count(set.kept, "row"), set.conflicts,
                                         set.stays_deleted));
    }
    for (const Error& error : set.errors) {
      if (error.code != ErrorCode::kSeedConflict) seeds_->errors.push_back(error);
    }
  }
  for (Error& error : result.errors) {
    if (error.code != ErrorCode::kSeedConflict) seeds_->errors.push_back(std::move(error));
  }
  return *seeds_;
}

}  // namespace bedstone::bootstrap
