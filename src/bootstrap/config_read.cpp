// bedstone config show, validate, get, explain, history: looking at settings without touching them.
#include <fmt/format.h>

#include <algorithm>

#include "base/seal.hpp"
#include "bootstrap/config_commands.hpp"
#include "bootstrap/config_work.hpp"
#include "bootstrap/outcome.hpp"

namespace bedstone::bootstrap {
namespace {

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

/// The setting's row in the database, if it has one.
const store::ConfigRow* find_row(const store::ConfigState& state, std::string_view name) {
  const auto row = std::find_if(state.rows.begin(), state.rows.end(),
                                [&](const store::ConfigRow& one) { return one.key == name; });
  return row != state.rows.end() ? &*row : nullptr;
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

/// What the database says of a setting, who said it, and when.
Result<SettingSource> database_source(ConfigWork& work, const store::ConfigState& state,
                                      const std::string& name) {
  SettingSource source;
  source.kind = "database";
  source.name = work.project->settings.table;
  const store::ConfigRow* row = find_row(state, name);
  source.present = row != nullptr;
  if (row != nullptr) source.value = work.shown(name, row->value);
  if (!work.provided) {
    source.detail = "nothing is stored yet: `bedstone up` makes the table";
    return source;
  }
  BEDSTONE_ASSIGN(const auto history, work.table->history(name, 1));
  if (history.empty()) {
    source.detail = row != nullptr ? "from before history was kept" : "never had a value";
    return source;
  }
  const store::ConfigHistoryRow& last = history.front();
  source.detail = fmt::format("{}revision {}, by {} at {}", row != nullptr ? "" : "removed in ",
                              last.revision, last.changed_by, last.changed_at);
  if (!last.reason.empty()) source.detail += fmt::format(": {}", last.reason);
  return source;
}

/// Whether the seed variable says something else than what counts.
std::string seed_detail(const config::Resolved& resolved, std::string_view text) {
  const config::SettingDeclaration& declaration = *resolved.declaration;
  if (resolved.source != config::Source::kStored) return "imported by the next `bedstone up`";
  const auto value = config::parse_value(declaration.shape, declaration.name, text);
  if (!value) return "read no more; it would not fit";
  if (!resolved.value) return "read no more";
  return *value == *resolved.value ? "read no more; the database says the same"
                                   : "read no more; the database says something else";
}

SettingSource variable_source(const config::Resolved& resolved, const Environment& environment) {
  const config::SettingDeclaration& declaration = *resolved.declaration;
  const bool pins = declaration.environment->role == config::EnvironmentName::Role::kPin;
  SettingSource source;
  source.kind = pins ? "pin" : "seed";
  source.name = declaration.environment->name;
  const auto text = environment.get(source.name);
  source.present = text.has_value();
  if (!text) {
    source.detail = "not set";
    return source;
  }
  source.value = declaration.secret() ? std::string(config::kMask) : std::string(*text);
  source.detail =
      pins ? "wins over the database as long as it is set" : seed_detail(resolved, *text);
  return source;
}

Errors read_explanation(ConfigWork& work, const ProjectOptions& options, const std::string& name,
                        ConfigExplanation& result) {
  Errors errors = work.open(options, db::Access::kReadOnly);
  name_target(work, result);
  if (!errors.empty()) return errors;
  const auto state = work.stored();
  if (!state) return {state.error()};
  const auto resolution = config::resolve(
      work.settings, *state, work.host.environment,
      [&work](std::string_view key, std::string_view sealed) { return work.unseal(key, sealed); });
  const config::Resolved* found = resolution.find(name);
  const store::ConfigRow* row = find_row(*state, name);
  if (found == nullptr && row == nullptr) return {config::unknown_setting(work.settings, name)};
  auto stored = database_source(work, *state, name);
  if (!stored) return {std::move(stored).error()};
  if (found == nullptr) {
    result.setting = state_of(work, *row);
    stored->wins = true;
    result.sources = {*std::move(stored)};
    return {};
  }
  result.setting = state_of(*found);
  const config::SettingDeclaration& declaration = *found->declaration;
  const auto& variable = declaration.environment;
  if (variable && result.setting.variable_pins)
    result.sources.push_back(variable_source(*found, work.host.environment));
  result.sources.push_back(*std::move(stored));
  if (variable && !result.setting.variable_pins)
    result.sources.push_back(variable_source(*found, work.host.environment));
  SettingSource fallback;
  fallback.kind = "default";
  fallback.name = work.settings.shown;
  fallback.present = declaration.fallback.has_value();
  if (declaration.fallback) fallback.value = std::string(declaration.fallback->text().expose());
  if (declaration.generated) fallback.detail = "a value is made when it needs one";
  if (!declaration.fallback && !declaration.generated) fallback.detail = "none";
  result.sources.push_back(std::move(fallback));
  for (SettingSource& source : result.sources)
    source.wins = source.kind == result.setting.source;
  return {};
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

ConfigExplanation config_explain(const Host& host, const ProjectOptions& options,
                                 const std::string& name) {
  ConfigExplanation result;
  ConfigWork work(host);
  result.errors = read_explanation(work, options, name, result);
  result.exit_code = exit_code_for(result.errors);
  return result;
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
