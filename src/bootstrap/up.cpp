// Any state → ready.
#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/attempts.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/live_schema.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/seed_switches.hpp"
#include "bootstrap/seeding.hpp"
#include "bootstrap/settle.hpp"
#include "bootstrap/slow_down.hpp"
#include "bootstrap/up_backup.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {
namespace {

Error older_note(const Work& work) {
  const migrate::Comparison& found = work.seen.comparison;
  if (found.ahead) {
    return Error(ErrorCode::kDiverged,
                 fmt::format("the database is ahead: it is at {}, this project ends at {}",
                             found.current_version, found.latest_version))
        .because("a newer release migrated it; this older one changes nothing")
        .advise("nothing to do while both run side by side");
  }
  return Error(ErrorCode::kDiverged, "a newer release of this project was here before")
      .because("exactly these files were brought up here before, and others after them")
      .advise(
          "nothing to do while both run side by side; to go back on purpose, change a file, or "
          "run `bedstone migrate redo NAME` for a single view or function");
}

/// Without a change to make there is at most something to remember: that all is well.
void remember_ready(Work& work) {
  if (is_older(work) || !work.seen.drift.empty() || !work.is_complete()) return;
  const auto stamp = read_stamp(*work.connection, work.project);
  if (!stamp) return;
  std::vector<store::Bound> statements{work.store->set_meta("digest", work.release.ready),
                                       work.store->set_meta("stamp", *stamp)};
  if (work.release.has_settings)
    statements.push_back(work.store->set_meta(kSettingsMark, work.account.settings_mark));
  const Status written = work.store->write(statements);
  // A role that may not write only loses the fast path.
  if (!written) work.host.log.debug(written.error().message);
}

/// What is known so far, should anything fail from here on.
void tell_state(const Work& work, Verdict& verdict) {
  verdict.state_after = work.seen.state;
  verdict.drift = work.seen.drift;
  verdict.lifecycle = lifecycle_of(work.seen, work.application);
}

void conclude(Work& work, Verdict& verdict) {
  tell_state(work, verdict);
  work.record_lifecycle(verdict.lifecycle, "seen by bedstone " + work.host.command);
  // A text that was left alone says by itself that a newer release was here.
  if (work.seen.comparison.ahead || (work.seen.older_release && work.seen.warnings.empty())) {
    work.account.warnings.push_back(older_note(work));
  }
  for (const Error& warning : work.seen.warnings)
    work.account.warnings.push_back(warning);
}

/// The sets of this release, where it may seed.
struct Seeds {
  std::optional<SeedPlan> plan;
  bool due = false;
};

bool fills_anyway(const Work& work) {
  return work.options.seed && work.release.has_seeds &&
         seed_switches(work.project, work.host.environment).fill_anyway;
}

bool may_seed(const Work& work) {
  return work.options.seed && work.release.has_seeds && !work.options.target && !is_older(work);
}

Result<Seeds> look_at_seeds(Work& work) {
  Seeds seeds;
  if (!may_seed(work)) return seeds;
  BEDSTONE_ASSIGN(seeds.plan, read_seeds(work.project, work.release, work.host.environment));
  // Without tables of ours nothing was ever seeded, and the migrations come first anyway.
  if (work.seen.layout == 0 || !nothing_to_do(work.seen)) return seeds;
  BEDSTONE_ASSIGN(const auto due, due_sets(*work.connection, work.project, *seeds.plan));
  seeds.due = !due.empty() || fills_anyway(work);
  work.account.seeded = due.empty();
  return seeds;
}

/// What fails may be allowed to; an interruption and a lost connection never are.
Errors seed(Work& work, const SeedPlan& plan) {
  SeedOptions options;
  options.on_progress = work.options.on_progress;
  SeedOutcome outcome = run_seeds(work, plan, options);
  if (outcome.errors.empty()) {
    work.account.seeded = true;
    return {};
  }
  const auto stops =
      std::find_if(outcome.errors.begin(), outcome.errors.end(), [](const Error& error) {
        return error.connection_lost || error.code == ErrorCode::kInterrupted;
      });
  if (stops != outcome.errors.end()) return {std::move(*stops)};
  if (!goes_on(work)) return std::move(outcome.errors);
  for (const auto& [file, errors] : plan.list.broken)
    work.account.degraded.push_back(file);
  for (const SeedSetResult& report : outcome.reports) {
    if (report.outcome == "failed") work.account.degraded.push_back("seed set " + report.set);
  }
  for (Error& error : outcome.errors)
    work.account.warnings.push_back(std::move(error));
  return {};
}

Errors change(Work& work, Verdict& verdict, const std::optional<SeedPlan>& seeds,
              std::optional<SettingsView>& settings) {
  const std::optional<std::string>& target = work.options.target;
  BEDSTONE_CHECK(work.begin_run());
  if (work.account.created_database)
    work.record_lifecycle(Lifecycle::kEmptyDatabase, "the database was created");
  auto pending = prepare(work.seen, work.connection->engine(), work.pooled, target);
  if (!pending) return std::move(pending).error();
  BEDSTONE_CHECK(back_up_before(work, *pending));
  BEDSTONE_CHECK(work.provide());
  if (Status applied = work.apply(*pending); !applied) {
    return {after_failure(work, std::move(applied).error())};
  }
  if (Errors errors = prepare_settings(work, settings); !errors.empty()) return errors;
  BEDSTONE_CHECK(work.grant());
  if (seeds) {
    if (Errors errors = seed(work, *seeds); !errors.empty()) return errors;
  }
  if (Errors errors = settle(work, settings); !errors.empty()) return errors;
  for (const Error& warning : work.seen.warnings)
    work.account.warnings.push_back(warning);
  const bool complete = pending->size() == work.seen.comparison.versioned.size() +
                                               work.seen.comparison.repeatables.size();
  verdict.lifecycle = after_run(work, complete);
  work.record_lifecycle(verdict.lifecycle, "bedstone " + work.host.command);
  const auto state = work.finish(complete ? DatabaseState::kCurrent : DatabaseState::kBehind);
  if (!state) return {state.error()};
  verdict.state_after = *state;
  verdict.drift = work.seen.drift;
  return {};
}

Errors attempt(Work& work, Verdict& verdict) {
  BEDSTONE_CHECK(work.connect());
  if (!work.options.force && !fills_anyway(work)) {
    const auto answer = work.ask_ready();
    if (!answer) return {answer.error()};
    const auto settled = settle_at_once(work, *answer, verdict);
    if (!settled) return {settled.error()};
    if (*settled) return {};
  }
  if (const auto waited = slow_down(work); !waited) {
    // Not ready, but nothing was tried: what is there is told all the same.
    if (work.connection && work.look()) tell_state(work, verdict);
    return {waited.error()};
  } else if (*waited) {
    return attempt(work, verdict);
  }
  BEDSTONE_CHECK(work.look());
  tell_state(work, verdict);
  auto seeds = look_at_seeds(work);
  if (!seeds) return {std::move(seeds).error()};
  auto settings = look_again(work);
  if (!settings) return std::move(settings).error();
  tell_state(work, verdict);
  // A schema that differs may be one that somebody is changing right now: only the lock tells.
  const bool steady = work.seen.drift.empty();
  if (steady && !work.seen.problems.empty()) return work.seen.problems;
  if (steady && nothing_to_do(work.seen) && !seeds->due && !is_due(work, *settings)) {
    keep_settings(work, *settings);
    remember_ready(work);
    conclude(work, verdict);
    return {};
  }
  BEDSTONE_CHECK(work.lock());
  tell_state(work, verdict);
  if (!work.seen.problems.empty()) return work.seen.problems;
  seeds = look_at_seeds(work);
  if (!seeds) return {std::move(seeds).error()};
  settings = look_again(work);
  if (!settings) return std::move(settings).error();
  if (nothing_to_do(work.seen) && !seeds->due && !is_due(work, *settings)) {
    keep_settings(work, *settings);
    remember_ready(work);
    conclude(work, verdict);
    return {};
  }
  return change(work, verdict, seeds->plan, *settings);
}

void log_transition(const Host& host, const std::string& project, Lifecycle from, Lifecycle to) {
  if (from == to) return;
  host.log.info(fmt::format("{}: {} → {}", project, lifecycle_name(from), lifecycle_name(to)));
}

InitializationResult not_loaded(Errors errors) {
  InitializationResult result;
  result.exit_code = exit_code_for(errors);
  result.errors = std::move(errors);
  return result;
}

}  // namespace

InitializationResult up(const Host& host, const ProjectOptions& project_options,
                        const UpOptions& options) {
  auto project = load(host, project_options);
  if (!project) return not_loaded(std::move(project).error());
  auto release = read_release(*project, host.environment);
  if (!release) return not_loaded({std::move(release).error()});
  Account account(host.clock);
  if (auto warning = seed_switches(*project, host.environment).warning) {
    account.warnings.push_back(*std::move(warning));
  }
  const Verdict verdict = run_attempts(host, *project, *release, options, account, attempt);

  InitializationResult result;
  result.project = project->name;
  result.database = project->database.url->redacted();
  result.database_type = db::engine_name(project->database.url->engine());
  result.errors = verdict.errors;
  result.warnings = account.warnings;
  result.drift = verdict.drift;
  result.fast_path = verdict.fast_path;
  result.lifecycle = verdict.lifecycle;
  // What was recorded was logged with its cause.
  if (account.transitions.empty()) {
    log_transition(host, project->name, account.lifecycle_before.value_or(verdict.lifecycle),
                   verdict.lifecycle);
  }
  result.settings = account.settings;
  result.steps = account.steps;
  for (const Step& step : account.steps) {
    if (step.outcome == "done") {
      result.steps_completed.push_back(fmt::format("{} {}", step.kind, step.subject));
    }
  }
  result.migrations_applied = account.applied;
  result.records_created = account.records_created;
  result.records_updated = account.records_updated;
  result.records_skipped = account.records_skipped;
  result.records_kept = account.records_kept;
  result.degraded = account.degraded;
  result.backup = account.backup_file;
  result.backup_restored = account.backup_restored;
  result.generated = account.generated;
  if (!account.generated.empty())
    result.generated_file = files::resolve(project->folder, kGeneratedFile);
  account.made_up.deliver(options.on_generated);
  result.run_id = account.recorded ? account.run_id : "";
  result.state_after = verdict.state_after;
  if (result.state_after == DatabaseState::kUnreachable && !verdict.ok()) {
    result.state_after = state_behind(verdict.errors.front());
  }
  result.state_before = account.state_before.value_or(result.state_after);
  const bool strict_stop = options.strict && !verdict.drift.empty();
  result.exit_code =
      verdict.ok() && strict_stop ? ExitCode::kPersonNeeded : exit_code_for(verdict.errors);
  result.success = verdict.ok() && !strict_stop;
  result.duration = account.watch.seconds();
  return result;
}

}  // namespace bedstone::bootstrap
