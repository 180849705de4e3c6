// Settings as status and plan tell them.
#include "bootstrap/settings_report.hpp"

#include <algorithm>

#include "bootstrap/settings_step.hpp"
#include "store/tables.hpp"
#include "store/transitions.hpp"

namespace bedstone::bootstrap {
namespace {

/// Settings, and what they make of the application.
struct SettingsFound {
  std::optional<SettingsSources> sources;
  std::optional<SettingsView> view;
  Application application;
};

Checked<SettingsFound> look_at_settings(const Host& host, const Reading& reading) {
  SettingsFound found;
  const int layout = reading.seen ? reading.seen->layout : 0;
  if (reading.connection && layout == store::kLayout) {
    store::Transitions transitions(*reading.connection, reading.project->name);
    auto running = transitions.is_running(host.clock.now());
    if (!running) return fail_all(std::move(running).error());
    found.application.running = *running;
  }
  if (!reading.release->has_settings) return found;
  auto sources = read_settings_sources(*reading.project);
  if (!sources) return fail(std::move(sources).error());
  found.sources = *std::move(sources);
  auto view = bootstrap::look_at_settings(host, reading.connection.get(), *reading.project,
                                          *found.sources, layout);
  if (!view) return fail_all(std::move(view).error());
  found.view = *std::move(view);
  found.application.configured = found.view->configured();
  return found;
}

}  // namespace

Application tell_settings(const Host& host, const Reading& reading, StatusReport& report) {
  auto found = look_at_settings(host, reading);
  if (!found) {
    for (Error& error : found.error())
      report.warnings.push_back(std::move(error));
    return {false, false};
  }
  if (found->sources) {
    SettingsStatus& status = report.settings.emplace();
    status.declared = static_cast<std::int64_t>(found->sources->declared.declared.size());
    status.has_setup = found->sources->declared.setup.has_value();
  }
  if (found->view) {
    SettingsStatus& status = *report.settings;
    SettingsView& view = *found->view;
    status.revision = view.resolved.revision;
    status.stored = std::count_if(view.resolved.settings.begin(), view.resolved.settings.end(),
                                  [](const config::Resolved& one) { return one.stored; });
    for (const config::SeedVariable& one : view.fresh)
      status.due.push_back(one.declaration->name);
    status.due.insert(status.due.end(), view.to_make.begin(), view.to_make.end());
    status.due.insert(status.due.end(), view.to_seal.begin(), view.to_seal.end());
    status.missing = std::move(view.lacking);
    for (Errors* errors : {&view.broken, &view.warnings})
      report.warnings.insert(report.warnings.end(), errors->begin(), errors->end());
  }
  return found->application;
}

void plan_settings(const Host& host, const Reading& reading, const UpOptions& options, Plan& plan) {
  const Observation& seen = *reading.seen;
  const bool older = seen.comparison.ahead || seen.older_release;
  if (!reading.release->has_settings || options.target || older || !plan.problems.empty()) return;
  Errors errors;
  auto found = look_at_settings(host, reading);
  if (!found) {
    errors = std::move(found).error();
  } else {
    SettingsView& view = *found->view;
    errors = std::move(view.broken);
    if (errors.empty()) {
      for (Step& step : settings_steps(*reading.project, view))
        plan.steps.push_back(std::move(step));
    }
    plan.warnings.insert(plan.warnings.end(), view.warnings.begin(), view.warnings.end());
  }
  const OnFailure policy = options.on_failure.value_or(
      reading.project->on_failure == FailurePolicy::kContinue ? OnFailure::kContinue
                                                              : OnFailure::kAbort);
  if (policy == OnFailure::kAbort && !errors.empty()) {
    plan.steps.clear();
    plan.problems = std::move(errors);
    return;
  }
  plan.warnings.insert(plan.warnings.end(), errors.begin(), errors.end());
}

}  // namespace bedstone::bootstrap
