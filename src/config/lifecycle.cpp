// From settings to UNCONFIGURED, CONFIGURED or RUNNING.
#include "config/lifecycle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace bedstone::config {
namespace {

/// "app_mode must be local or workos"; conditions never name a secret.
std::string in_words(const Condition& condition) {
  std::vector<std::string> choices;
  for (const Value& value : condition.values)
    choices.emplace_back(value.text().expose());
  return fmt::format("{} must be {}", condition.setting, text::join(choices, " or "));
}

/// "bedstone config setup --mode local"
std::string advice(const Settings& settings, const Condition& condition) {
  if (settings.setup && settings.setup->mode == condition.setting)
    return fmt::format("bedstone config setup --mode {}", condition.values.front().text().expose());
  return fmt::format("bedstone config set {} {}", condition.setting,
                     condition.values.front().text().expose());
}

}  // namespace

Values values_of(const Resolution& resolved) {
  Values values;
  for (const Resolved& one : resolved.settings) {
    if (one.value && one.source != Source::kDefault)
      values.emplace(one.declaration->name, one.value->clone());
  }
  return values;
}

Errors lacking(const Settings& settings, const Resolution& resolved) {
  Errors errors;
  const Values values = values_of(resolved);
  for (const Condition& condition : settings.configured_when) {
    const Value* value = effective(settings, values, condition.setting);
    const bool holds =
        value != nullptr && std::find(condition.values.begin(), condition.values.end(), *value) !=
                                condition.values.end();
    if (holds) continue;
    errors.push_back(Error(ErrorCode::kNotConfigured,
                           fmt::format("{}, and is {}", in_words(condition),
                                       value != nullptr ? value->text().expose() : "not set"))
                         .because(fmt::format("configured_when: in {} says so", settings.shown))
                         .advise(advice(settings, condition)));
  }
  for (const Resolved& one : resolved.settings) {
    if (one.value || one.locked || !one.counts || !one.declaration->required) continue;
    if (one.source == Source::kNone)
      errors.push_back(missing_setting(settings, values, *one.declaration));
    else
      errors.insert(errors.end(), one.problems.begin(), one.problems.end());
  }
  return errors;
}

Lifecycle lifecycle_of(const Settings& settings, const Resolution& resolved, bool running) {
  if (!lacking(settings, resolved).empty()) return Lifecycle::kUnconfigured;
  return running ? Lifecycle::kRunning : Lifecycle::kConfigured;
}

namespace {

Result<std::optional<store::Transition>> record(db::Connection& connection,
                                                const std::string& project,
                                                const Settings& settings,
                                                const store::ConfigState& stored,
                                                const Environment& environment,
                                                std::string_view cause, WallTime now) {
  store::Transitions transitions(connection, project);
  BEDSTONE_ASSIGN(const auto last, transitions.last());
  if (!last) return std::nullopt;
  BEDSTONE_ASSIGN(const bool running, transitions.is_running(now));
  const Lifecycle state =
      lifecycle_of(settings, resolve(settings, stored, environment, {}), running);
  return transitions.record(state, state, cause, "");
}

}  // namespace

Result<std::optional<store::Transition>> record_lifecycle(db::Connection& connection,
                                                          const std::string& project,
                                                          const Settings& settings,
                                                          const store::ConfigState& stored,
                                                          const Environment& environment,
                                                          std::string_view cause, WallTime now) {
  // What PostgreSQL refuses would otherwise take the whole change with it.
  BEDSTONE_TRY(connection.execute("SAVEPOINT bedstone_lifecycle"));
  auto moved = record(connection, project, settings, stored, environment, cause, now);
  if (moved && *moved) return moved;
  if (!moved && moved.error().code != ErrorCode::kPermissionDenied) return moved;
  BEDSTONE_TRY(connection.execute("ROLLBACK TO SAVEPOINT bedstone_lifecycle"));
  return std::nullopt;
}

}  // namespace bedstone::config
