// bedstone seed, seed status: the sets by themselves, without migrations.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/text.hpp"
#include "bootstrap/attempts.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/reading.hpp"
#include "bootstrap/seed_catalog.hpp"
#include "bootstrap/seed_switches.hpp"
#include "bootstrap/seeding.hpp"

namespace bedstone::bootstrap {
namespace {

Error not_set_up(const Project& project) {
  return Error(ErrorCode::kNotReady,
               fmt::format("{} was never set up by Bedstone", project.database.url->redacted()))
      .because("seeds need the tables that migrations make, and a place to remember what was done")
      .advise("bedstone up");
}

/// What names sets explicitly is meant, whichever release says so.
bool is_explicit(const SeedOptions& options) {
  return options.all || options.reset || !options.sets.empty();
}

Error older_release() {
  return Error(ErrorCode::kDiverged, "a newer release of this project was here: nothing is seeded")
      .because("this release would write older values over newer ones")
      .advise("to do so on purpose, name the sets: bedstone seed SET…, or --all");
}

Errors carry_out(Work& work, const SeedOptions& options, SeedOutcome& outcome) {
  BEDSTONE_CHECK(work.connect());
  BEDSTONE_CHECK(work.look());
  if (work.seen.layout == 0) return {not_set_up(work.project)};
  const bool older = work.seen.comparison.ahead || work.seen.older_release;
  if (older && !is_explicit(options)) {
    work.account.warnings.push_back(older_release());
    return {};
  }
  auto plan = read_seeds(work.project, work.release, work.host.environment);
  if (!plan) return {std::move(plan).error()};
  if (!options.dry_run) {
    BEDSTONE_CHECK(work.lock());
    if (!work.seen.problems.empty()) return work.seen.problems;
    BEDSTONE_CHECK(work.begin_run());
  }
  outcome = run_seeds(work, *plan, options);
  if (!outcome.errors.empty() || options.dry_run) return outcome.errors;
  BEDSTONE_CHECK(work.finish_run(work.seen.state));
  return {};
}

Errors list_status(const Host& host, Reading& reading, SeedStatusReport& report) {
  const Project& project = *reading.project;
  auto plan = read_seeds(project, *reading.release, host.environment);
  if (!plan) return {std::move(plan).error()};
  std::vector<store::SeedSetRow> known;
  std::map<std::string, std::int64_t> counts;
  std::vector<std::string> due;
  if (reading.connection) {
    store::SeedStore seeds(*reading.connection, project.name);
    auto rows = seeds.sets();
    if (!rows) return {std::move(rows).error()};
    known = *std::move(rows);
    auto counted = seeds.row_counts();
    if (!counted) return {std::move(counted).error()};
    counts = *std::move(counted);
    auto found = due_sets(*reading.connection, project, *plan);
    if (!found) return {std::move(found).error()};
    due = *std::move(found);
  }
  for (const seed::SeedSet& set : plan->list.sets) {
    SeedSetStatus one = status_of_set(set, known, reading.connection ? &due : nullptr);
    one.rows = counts[set.name];
    report.sets.push_back(std::move(one));
  }
  for (const auto& [name, environments] : plan->list.elsewhere) {
    report.sets.push_back({.set = name, .status = "elsewhere"});
    report.sets.back().table = text::join(environments, ", ");
  }
  Errors errors;
  for (auto& [file, broken] : plan->list.broken) {
    report.sets.push_back({.set = file, .file = file, .status = "broken"});
    std::move(broken.begin(), broken.end(), std::back_inserter(errors));
  }
  return errors;
}

}  // namespace

SeedingResult seed(const Host& host, const ProjectOptions& project_options,
                   const SeedOptions& options) {
  SeedingResult result;
  auto project = load(host, project_options);
  if (!project) {
    result.errors = std::move(project).error();
    result.exit_code = exit_code_for(result.errors);
    return result;
  }
  result.project = project->name;
  result.database = project->database.url->redacted();
  auto release = read_release(*project, host.environment);
  if (!release) {
    result.errors = {std::move(release).error()};
    result.exit_code = exit_code_for(result.errors);
    return result;
  }
  UpOptions up_options;
  up_options.create = false;
  up_options.wait = options.wait;
  up_options.lock_timeout = options.lock_timeout;
  up_options.on_progress = options.on_progress;
  Account account(host.clock);
  if (auto warning = seed_switches(*project, host.environment).warning) {
    account.warnings.push_back(*std::move(warning));
  }
  SeedOutcome outcome;
  Verdict verdict = run_attempts(
      host, *project, *release, up_options, account,
      [&](Work& work, Verdict&) -> Errors { return carry_out(work, options, outcome); });
  result.errors = std::move(verdict.errors);
  result.sets = std::move(outcome.reports);
  result.warnings = account.warnings;
  result.records_created = account.records_created;
  result.records_updated = account.records_updated;
  result.records_skipped = account.records_skipped;
  result.records_kept = account.records_kept;
  account.made_up.deliver(options.on_generated);
  result.run_id = account.recorded ? account.run_id : "";
  result.duration = account.watch.seconds();
  result.success = result.errors.empty();
  result.exit_code = exit_code_for(result.errors);
  const bool conflict = std::any_of(result.sets.begin(), result.sets.end(),
                                    [](const SeedSetResult& set) { return set.conflicts > 0; });
  if (result.success && conflict) result.exit_code = ExitCode::kPersonNeeded;
  return result;
}

SeedStatusReport seed_status(const Host& host, const ProjectOptions& options) {
  Reading reading = read_state(host, options, {}, Milliseconds(0));
  SeedStatusReport report;
  if (reading.project) {
    report.project = reading.project->name;
    report.database = reading.project->database.url->redacted();
  }
  report.errors = std::move(reading.errors);
  if (report.errors.empty()) report.errors = list_status(host, reading, report);
  report.exit_code = exit_code_for(report.errors);
  return report;
}

}  // namespace bedstone::bootstrap
