// Any state → ready.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "bootstrap/attempts.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/live_schema.hpp"
#include "bootstrap/outcome.hpp"

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
  const bool older = work.seen.comparison.ahead || work.seen.older_release;
  if (older || !work.seen.drift.empty()) return;
  const auto stamp = read_stamp(*work.connection, work.project);
  if (!stamp) return;
  const Status written = work.store->write(
      {work.store->set_meta("digest", work.release.ready), work.store->set_meta("stamp", *stamp)});
  // A role that may not write only loses the fast path.
  if (!written) work.host.log.debug(written.error().message);
}

/// What is known so far, should anything fail from here on.
void tell_state(const Work& work, Verdict& verdict) {
  verdict.state_after = work.seen.state;
  verdict.drift = work.seen.drift;
  verdict.lifecycle = lifecycle_of(work.seen);
}

void conclude(Work& work, Verdict& verdict) {
  tell_state(work, verdict);
  // A text that was left alone says by itself that a newer release was here.
  if (work.seen.comparison.ahead || (work.seen.older_release && work.seen.warnings.empty())) {
    work.account.warnings.push_back(older_note(work));
  }
  for (const Error& warning : work.seen.warnings)
    work.account.warnings.push_back(warning);
}

Errors change(Work& work, Verdict& verdict, const std::optional<std::string>& target) {
  BEDSTONE_CHECK(work.begin_run());
  auto pending = prepare(work.seen, work.connection->engine(), work.pooled, target);
  if (!pending) return std::move(pending).error();
  BEDSTONE_CHECK(work.provide());
  BEDSTONE_CHECK(work.apply(*pending));
  BEDSTONE_CHECK(work.grant());
  for (const Error& warning : work.seen.warnings)
    work.account.warnings.push_back(warning);
  const bool complete = pending->size() == work.seen.comparison.versioned.size() +
                                               work.seen.comparison.repeatables.size();
  const auto state = work.finish(complete ? DatabaseState::kCurrent : DatabaseState::kBehind);
  if (!state) return {state.error()};
  verdict.state_after = *state;
  verdict.drift = work.seen.drift;
  verdict.lifecycle = complete ? Lifecycle::kConfigured : Lifecycle::kUnconfigured;
  return {};
}

Errors attempt(Work& work, Verdict& verdict) {
  BEDSTONE_CHECK(work.connect());
  if (!work.options.force) {
    const auto answer = work.ask_ready();
    if (!answer) return {answer.error()};
    if (answer->is_ready) {
      verdict.fast_path = true;
      verdict.state_after = DatabaseState::kCurrent;
      verdict.lifecycle = Lifecycle::kConfigured;
      if (!work.account.state_before) work.account.state_before = DatabaseState::kCurrent;
      return {};
    }
  }
  BEDSTONE_CHECK(work.look());
  tell_state(work, verdict);
  // A schema that differs may be one that somebody is changing right now: only the lock tells.
  const bool steady = work.seen.drift.empty();
  if (steady && !work.seen.problems.empty()) return work.seen.problems;
  if (steady && nothing_to_do(work.seen)) {
    remember_ready(work);
    conclude(work, verdict);
    return {};
  }
  BEDSTONE_CHECK(work.lock());
  tell_state(work, verdict);
  if (!work.seen.problems.empty()) return work.seen.problems;
  if (nothing_to_do(work.seen)) {
    remember_ready(work);
    conclude(work, verdict);
    return {};
  }
  return change(work, verdict, work.options.target);
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
  log_transition(host, project->name, account.lifecycle_before.value_or(verdict.lifecycle),
                 verdict.lifecycle);
  result.steps = account.steps;
  for (const Step& step : account.steps) {
    if (step.outcome == "done") {
      result.steps_completed.push_back(fmt::format("{} {}", step.kind, step.subject));
    }
  }
  result.migrations_applied = account.applied;
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
