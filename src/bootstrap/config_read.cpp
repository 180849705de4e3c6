// bedstone config show, validate, get, history: looking at settings without touching them.
#include <fmt/format.h>

#include <algorithm>

#include "base/seal.hpp"
#include "bootstrap/config_commands.hpp"
#include "bootstrap/config_work.hpp"
#include "bootstrap/outcome.hpp"

namespace bedstone::bootstrap {
namespace {

Errors read_report(ConfigWork& work, const ProjectOptions& options, ConfigReport& report) {
  Errors errors = work.open(options, db::Access::kReadOnly);
  name_target(work, report);
  if (!errors.empty()) return errors;
  report.table = work.project->settings.table;
  report.provided = work.provided;
  const auto resolution = work.resolve();
  if (!resolution) return {resolution.error()};
  report.revision = resolution->revision;
  report.configured = resolution->configured;
  for (const config::Resolved& one : resolution->settings)
    report.settings.push_back(state_of(one));
  for (const store::ConfigRow& row : resolution->undeclared)
    report.settings.push_back(state_of(work, row));
  for (const Error* error : resolution->errors())
    report.problems.push_back(*error);
  return {};
}

Errors read_value(ConfigWork& work, const ProjectOptions& options, bool reveal,
                  ConfigValue& value) {
  Errors errors = work.open(options, db::Access::kReadOnly);
  name_target(work, value);
  if (!errors.empty()) return errors;
  const auto state = work.stored();
  if (!state) return {state.error()};
  const config::SettingDeclaration* declaration = work.settings.find(value.name);
  const store::ConfigRow* row = find_row(*state, value.name);
  if (declaration == nullptr && (row == nullptr || !work.settings.keep_unknown))
    return {config::unknown_setting(work.settings, value.name)};
  value.secret =
      declaration != nullptr ? declaration->secret() : sealed_with(row->value).has_value();
  if (value.secret && !reveal)
    return {
        Error(ErrorCode::kSecretNotShown, fmt::format("{} is a secret", value.name))
            .because("it would stand on the screen, or in a log")
            .advise(fmt::format("when it is meant: bedstone config get {} --reveal", value.name))};
  if (declaration == nullptr) {
    value.source = config::source_name(config::Source::kStored);
    auto text = work.unseal(row->key, row->value);
    if (!text) return {std::move(text).error()};
    value.value = *std::move(text);
    return {};
  }
  const auto resolution = work.resolve();
  if (!resolution) return {resolution.error()};
  const config::Resolved* found = resolution->find(value.name);
  value.source = config::source_name(found->source);
  if (found->value) value.value = found->value->text();
  return found->problems;
}

Errors read_history(ConfigWork& work, const ProjectOptions& options, const std::string& name,
                    std::int64_t limit, ConfigHistory& result) {
  Errors errors = work.open(options, db::Access::kReadOnly);
  name_target(work, result);
  if (!errors.empty()) return errors;
  std::vector<store::ConfigHistoryRow> rows;
  if (work.provided) {
    auto revision = work.table->revision();
    if (!revision) return {std::move(revision).error()};
    result.revision = revision->value_or(0);
    auto read = work.table->history(name, limit);
    if (!read) return {std::move(read).error()};
    rows = *std::move(read);
  }
  if (rows.empty() && !name.empty() && work.settings.find(name) == nullptr)
    return {config::unknown_setting(work.settings, name)};
  for (store::ConfigHistoryRow& row : rows) {
    SettingHistoryEntry& entry = result.entries.emplace_back();
    entry.revision = row.revision;
    entry.before = work.shown(row.key, row.before);
    entry.after = work.shown(row.key, row.after);
    entry.secret = entry.before == config::kMask || entry.after == config::kMask;
    entry.name = std::move(row.key);
    entry.at = std::move(row.changed_at);
    entry.by = std::move(row.changed_by);
    entry.reason = std::move(row.reason);
  }
  return {};
}

}  // namespace

SettingState state_of(const config::Resolved& resolved) {
  const config::SettingDeclaration& declaration = *resolved.declaration;
  SettingState state;
  state.name = declaration.name;
  state.type = config::kValueTypes[static_cast<std::size_t>(declaration.shape.type)];
  state.group = declaration.group;
  state.description = declaration.description;
  if (resolved.value) {
    state.value = declaration.secret() ? std::string(config::kMask)
                                       : std::string(resolved.value->text().expose());
  }
  state.source = config::source_name(resolved.source);
  if (const auto& variable = declaration.environment) {
    state.variable = variable->name;
    state.variable_pins = variable->role == config::EnvironmentName::Role::kPin;
  }
  state.secret = declaration.secret();
  state.stored = resolved.stored;
  state.in_clear = resolved.in_clear;
  state.locked = resolved.locked;
  state.required = declaration.required;
  state.counts = resolved.counts;
  state.restart = declaration.restart;
  state.problems = resolved.problems;
  return state;
}

SettingState state_of(const ConfigWork& work, const store::ConfigRow& row) {
  SettingState state;
  state.name = row.key;
  state.value = work.shown(row.key, row.value);
  state.source = config::source_name(config::Source::kStored);
  state.declared = false;
  state.secret = sealed_with(row.value).has_value() || work.is_secret(row.key);
  state.stored = true;
  if (!work.settings.keep_unknown)
    state.problems.push_back(config::unknown_setting(work.settings, row.key));
  return state;
}

const store::ConfigRow* find_row(const store::ConfigState& state, std::string_view name) {
  const auto row = std::find_if(state.rows.begin(), state.rows.end(),
                                [&](const store::ConfigRow& one) { return one.key == name; });
  return row != state.rows.end() ? &*row : nullptr;
}

ConfigReport config_show(const Host& host, const ProjectOptions& options) {
  ConfigReport report;
  ConfigWork work(host);
  report.errors = read_report(work, options, report);
  report.exit_code = exit_code_for(report.errors);
  return report;
}

ConfigReport config_validate(const Host& host, const ProjectOptions& options) {
  ConfigReport report = config_show(host, options);
  if (report.errors.empty() && !report.problems.empty()) report.exit_code = ExitCode::kFailed;
  return report;
}

ConfigValue config_get(const Host& host, const ProjectOptions& options, const std::string& name,
                       bool reveal) {
  ConfigValue value;
  value.name = name;
  ConfigWork work(host);
  value.errors = read_value(work, options, reveal, value);
  if (!value.errors.empty()) value.value.reset();
  value.exit_code = exit_code_for(value.errors);
  return value;
}

ConfigHistory config_history(const Host& host, const ProjectOptions& options,
                             const std::string& name, std::int64_t limit) {
  ConfigHistory result;
  ConfigWork work(host);
  result.errors = read_history(work, options, name, limit, result);
  result.exit_code = exit_code_for(result.errors);
  return result;
}

}  // namespace bedstone::bootstrap
