// DataSeeder over the functions that the command line calls.
#include "bedstone/seeder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "library/library_host.hpp"

namespace bedstone {
namespace {

void add(ValidationResult& result, Severity severity, std::string issue, std::string suggestion) {
  result.issues.push_back(std::move(issue));
  if (!suggestion.empty()) result.suggestions.push_back(std::move(suggestion));
  result.severity = std::max(result.severity, severity);
}

void add(ValidationResult& result, Severity severity, const std::vector<Error>& errors) {
  for (const Error& error : errors) {
    std::string where = error.place.file;
    if (error.place.line > 0) where += fmt::format(":{}", error.place.line);
    add(result, severity,
        fmt::format("{}: {}{}{}", code_name(error.code), where, where.empty() ? "" : ": ",
                    error.message),
        error.hint);
  }
}

ValidationResult to_validation(const SeedingResult& seeding) {
  ValidationResult result;
  const bool unreachable = seeding.exit_code == ExitCode::kUnreachable;
  add(result, unreachable ? Severity::kCritical : Severity::kError, seeding.errors);
  add(result, Severity::kWarning, seeding.warnings);
  for (const SeedSetResult& set : seeding.sets) {
    const std::int64_t kept = set.kept - set.conflicts;
    if (set.conflicts > 0) {
      add(result, Severity::kWarning,
          fmt::format("{}: {} of {} changed both in the file and in the database", set.set,
                      set.conflicts, set.table),
          fmt::format("seed the set {} with force_conflicts to take the file's values", set.set));
    }
    if (kept > 0) {
      add(result, Severity::kInfo,
          fmt::format("{}: {} of {} kept as an operator left them", set.set, kept, set.table), "");
    }
  }
  result.valid = seeding.errors.empty();
  return result;
}

}  // namespace

DataSeeder::DataSeeder(ProjectOptions project, LibraryOptions library)
    : project_(std::move(project)), library_(std::move(library)) {}

SeedingResult DataSeeder::seed_initial_data(const SeedOptions& options) const {
  const LibraryHost host(library_, "seed_initial_data");
  return bootstrap::seed(host.host(), project_, options);
}

SeedingResult DataSeeder::create_admin_user(const std::vector<std::string>& sets) const {
  const LibraryHost host(library_, "create_admin_user");
  SeedOptions options;
  options.sets = sets;
  return bootstrap::seed(host.host(), project_, options);
}

SeedingResult DataSeeder::create_system_tenants(const std::vector<std::string>& sets) const {
  const LibraryHost host(library_, "create_system_tenants");
  SeedOptions options;
  options.sets = sets;
  return bootstrap::seed(host.host(), project_, options);
}

ValidationResult DataSeeder::validate_seed_data() const {
  const LibraryHost host(library_, "validate_seed_data");
  SeedOptions options;
  options.all = true;
  options.dry_run = true;
  options.listed_rows = 0;
  return to_validation(bootstrap::seed(host.host(), project_, options));
}

SeedStatusReport DataSeeder::get_seed_status() const {
  const LibraryHost host(library_, "seed_status");
  return bootstrap::seed_status(host.host(), project_);
}

std::future<SeedingResult> DataSeeder::seed_initial_data_async(SeedOptions options) const {
  return run_async(*this, [options = std::move(options)](const DataSeeder& self) {
    return self.seed_initial_data(options);
  });
}

std::future<SeedingResult> DataSeeder::create_admin_user_async(
    std::vector<std::string> sets) const {
  return run_async(*this, [sets = std::move(sets)](const DataSeeder& self) {
    return self.create_admin_user(sets);
  });
}

std::future<SeedingResult> DataSeeder::create_system_tenants_async(
    std::vector<std::string> sets) const {
  return run_async(*this, [sets = std::move(sets)](const DataSeeder& self) {
    return self.create_system_tenants(sets);
  });
}

std::future<ValidationResult> DataSeeder::validate_seed_data_async() const {
  return run_async(*this, [](const DataSeeder& self) { return self.validate_seed_data(); });
}

std::future<SeedStatusReport> DataSeeder::get_seed_status_async() const {
  return run_async(*this, [](const DataSeeder& self) { return self.get_seed_status(); });
}

}  // namespace bedstone
