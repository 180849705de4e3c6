// Settings from the first look to the mark that the next start recognises.
#include "bootstrap/settle.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "bootstrap/outcome.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {
namespace {

bool may_settle(const Work& work) {
  return work.release.has_settings && !work.options.target && !is_older(work);
}

bool stops(const Errors& errors) {
  return std::any_of(errors.begin(), errors.end(), [](const Error& error) {
    return error.connection_lost || error.code == ErrorCode::kInterrupted;
  });
}

/// What is wrong with settings may be allowed to; returned is what stops the run.
Errors failed(Work& work, Errors errors) {
  if (stops(errors) || !goes_on(work)) return errors;
  auto& degraded = work.account.degraded;
  if (std::find(degraded.begin(), degraded.end(), "settings") != degraded.end()) return {};
  degraded.push_back("settings");
  std::move(errors.begin(), errors.end(), std::back_inserter(work.account.warnings));
  return {};
}

void take_outcome(Work& work, const SettingsView& view) {
  work.application.configured = view.configured();
  SettingsOutcome& outcome = work.account.settings;
  if (view.provided) outcome.revision = view.resolved.revision;
  outcome.missing = view.lacking;
}

/// Whether exactly these variables were seen with exactly these values, and agreed.
bool is_known(const Work& work, const FastAnswer& answer) {
  const auto& mark = answer.settings_mark;
  if (!mark || mark->revision != answer.settings_revision) return false;
  std::vector<config::EnvVariable> file;
  const auto& name = work.project.settings.import_env;
  if (name && files::exists(*name)) {
    auto read = config::read_env(*name);
    if (!read) return false;
    file = *std::move(read);
  }
  const Environment& environment = work.host.environment;
  return !has_secret(mark->variables, environment, file) &&
         mark->fingerprint ==
             fingerprint_of(mark->variables, work.release.digest, environment, file);
}

/// False: something is due, or wrong; the long way tells it.
Result<bool> look_closely(Work& work) {
  auto sources = read_settings_sources(work.project);
  if (!sources) return false;
  work.settings = *std::move(sources);
  BEDSTONE_ASSIGN(const SettingsView view,
                  look_at_settings(work.host, work.connection.get(), work.project, *work.settings,
                                   store::kLayout));
  if (view.due() || !view.broken.empty()) return false;
  take_outcome(work, view);
  work.account.warnings.insert(work.account.warnings.end(), view.warnings.begin(),
                               view.warnings.end());
  const std::string mark = mark_of(*work.settings, view, work.release, work.host.environment);
  if (mark.empty()) return true;
  const Status written = work.store->write({work.store->set_meta(kSettingsMark, mark)});
  // A role that may not write looks closely at every start.
  if (!written) work.host.log.debug(written.error().message);
  return true;
}

/// A first start goes through UNCONFIGURED, however short it is that.
void record_schema_is_there(Work& work) {
  const auto last = store::Transitions(*work.connection, work.project.name).last();
  const bool first = last && (!*last || (*last)->to == lifecycle_name(Lifecycle::kEmptyDatabase));
  if (first) work.record_lifecycle(Lifecycle::kUnconfigured, "the schema is current");
}

}  // namespace

bool is_older(const Work& work) {
  return work.seen.comparison.ahead || work.seen.older_release;
}

bool goes_on(const Work& work) {
  return work.options.on_failure.value_or(work.project.on_failure == FailurePolicy::kContinue
                                              ? OnFailure::kContinue
                                              : OnFailure::kAbort) == OnFailure::kContinue;
}

Result<bool> settle_at_once(Work& work, const FastAnswer& answer, Verdict& verdict) {
  if (!answer.is_ready) return false;
  work.application = {true, answer.running};
  bool at_once = true;
  if (work.release.has_settings) {
    if (!answer.settings_revision) return false;
    at_once = is_known(work, answer);
    if (at_once) {
      work.application.configured = answer.settings_mark->configured;
      work.account.settings.revision = answer.settings_revision;
    } else {
      BEDSTONE_ASSIGN(const bool fine, look_closely(work));
      if (!fine) return false;
    }
  }
  verdict.fast_path = at_once;
  verdict.state_after = DatabaseState::kCurrent;
  work.seen.state = DatabaseState::kCurrent;
  verdict.lifecycle = lifecycle_of(work.seen, work.application);
  if (!work.account.state_before) work.account.state_before = DatabaseState::kCurrent;
  const bool moved =
      answer.last_lifecycle && *answer.last_lifecycle != lifecycle_name(verdict.lifecycle);
  if (moved && !answer.standby)
    work.record_lifecycle(verdict.lifecycle, "seen by bedstone " + work.host.command);
  return true;
}

Checked<std::optional<SettingsView>> look_again(Work& work) {
  std::optional<SettingsView> view;
  work.application.configured = true;
  if (work.release.has_settings && !work.settings) {
    auto sources = read_settings_sources(work.project);
    if (!sources) {
      work.application.configured = false;
      if (Errors errors = failed(work, std::move(sources).error()); !errors.empty())
        return fail(std::move(errors));
      return view;
    }
    work.settings = *std::move(sources);
  }
  if (work.settings) {
    auto looked = look_at_settings(work.host, work.connection.get(), work.project, *work.settings,
                                   work.seen.layout);
    if (!looked) return fail_all(std::move(looked).error());
    take_outcome(work, *looked);
    work.account.settled = !looked->due();
    view = *std::move(looked);
  }
  if (!work.account.lifecycle_before)
    work.account.lifecycle_before = lifecycle_of(work.seen, work.application);
  return view;
}

bool is_due(const Work& work, const std::optional<SettingsView>& settings) {
  return settings && settings->due() && may_settle(work);
}

void keep_settings(Work& work, const std::optional<SettingsView>& settings) {
  if (!settings) return;
  work.account.warnings.insert(work.account.warnings.end(), settings->warnings.begin(),
                               settings->warnings.end());
  work.account.settings_mark =
      mark_of(*work.settings, *settings, work.release, work.host.environment);
}

Errors prepare_settings(Work& work, std::optional<SettingsView>& settings) {
  if (!settings || !may_settle(work)) return {};
  const bool was_there = settings->provided;
  if (Status provided = provide_settings(work); !provided) {
    settings.reset();
    return failed(work, {std::move(provided).error()});
  }
  if (!was_there) {
    Step step = settings_steps(work.project, *settings).front();
    step.outcome = "done";
    work.note(std::move(step));
  }
  auto looked = look_at_settings(work.host, work.connection.get(), work.project, *work.settings,
                                 store::kLayout);
  if (!looked) return {std::move(looked).error()};
  settings = *std::move(looked);
  take_outcome(work, *settings);
  if (!settings->configured()) record_schema_is_there(work);
  return {};
}

Errors settle(Work& work, std::optional<SettingsView>& settings) {
  if (!settings || !may_settle(work)) return {};
  if (auto stop = work.interruption()) return {*std::move(stop)};
  const std::vector<Step> steps = settings_steps(work.project, *settings);
  SettingsOutcome& outcome = work.account.settings;
  std::vector<std::string> imported;
  for (const config::SeedVariable& one : settings->fresh)
    imported.push_back(one.declaration->name);
  std::vector<std::string> made = settings->to_make;
  std::vector<std::string> encrypted = settings->to_seal;
  const Stopwatch watch(work.host.clock);
  Errors errors = carry_out_settings(work, *work.settings, *settings);
  for (Step step : steps) {
    step.outcome = errors.empty() ? "done" : "failed";
    step.duration_seconds = watch.seconds();
    if (!errors.empty()) step.error_code = code_name(errors.front().code);
    if (!stops(errors)) work.note(std::move(step));
  }
  if (!errors.empty()) return failed(work, std::move(errors));
  outcome.imported = std::move(imported);
  outcome.made = std::move(made);
  outcome.encrypted = std::move(encrypted);
  take_outcome(work, *settings);
  work.account.settled = !settings->due();
  keep_settings(work, settings);
  return {};
}

Lifecycle after_run(const Work& work, bool complete) {
  if (!complete || !work.application.configured) return Lifecycle::kUnconfigured;
  return work.application.running ? Lifecycle::kRunning : Lifecycle::kConfigured;
}

}  // namespace bedstone::bootstrap
