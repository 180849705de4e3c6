// MigrationRunner over the functions that the command line calls.
#include "bedstone/migrations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "library/library_host.hpp"

namespace bedstone {

MigrationRunner::MigrationRunner(ProjectOptions project, LibraryOptions library)
    : project_(std::move(project)), library_(std::move(library)) {}

Result<std::vector<std::string>> MigrationRunner::check_pending_migrations() const {
  const LibraryHost host(library_, "check_pending_migrations");
  const bootstrap::PlanReport report = bootstrap::plan(host.host(), project_, {});
  if (!report.plan.problems.empty()) return fail(first_of(report.plan.problems));
  std::vector<std::string> labels;
  for (const Step& step : report.plan.steps) {
    if (step.kind == "migrate" || step.kind == "repeatable") labels.push_back(step.subject);
  }
  return labels;
}

MigrationResult MigrationRunner::run_migrations(const UpOptions& options) const {
  const LibraryHost host(library_, "run_migrations");
  return bootstrap::migrate_up(host.host(), project_, options);
}

MigrationResult MigrationRunner::rollback_migration(const std::string& version) const {
  const LibraryHost host(library_, "rollback_migration");
  return bootstrap::migrate_to(host.host(), project_, {}, version);
}

Result<std::vector<AppliedMigration>> MigrationRunner::get_migration_history() const {
  const LibraryHost host(library_, "get_migration_history");
  StatusReport report = bootstrap::status(host.host(), project_);
  if (report.state == DatabaseState::kUnreachable) return fail(first_of(report.problems));
  std::vector<AppliedMigration> history;
  for (MigrationEntry& entry : report.migrations) {
    if (entry.applied) history.push_back(*std::move(entry.applied));
  }
  std::stable_sort(history.begin(), history.end(),
                   [](const AppliedMigration& a, const AppliedMigration& b) {
                     return a.applied_at < b.applied_at;
                   });
  return history;
}

std::future<Result<std::vector<std::string>>> MigrationRunner::check_pending_migrations_async()
    const {
  return run_async(*this,
                   [](const MigrationRunner& self) { return self.check_pending_migrations(); });
}

std::future<MigrationResult> MigrationRunner::run_migrations_async(UpOptions options) const {
  return run_async(*this, [options = std::move(options)](const MigrationRunner& self) {
    return self.run_migrations(options);
  });
}

std::future<MigrationResult> MigrationRunner::rollback_migration_async(std::string version) const {
  return run_async(*this, [version = std::move(version)](const MigrationRunner& self) {
    return self.rollback_migration(version);
  });
}

std::future<Result<std::vector<AppliedMigration>>> MigrationRunner::get_migration_history_async()
    const {
  return run_async(*this, [](const MigrationRunner& self) { return self.get_migration_history(); });
}

}  // namespace bedstone
