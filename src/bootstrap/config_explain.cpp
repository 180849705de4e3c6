// bedstone config explain: every source of a value, and the one that counts.
#include <fmt/format.h>

#include <algorithm>

#include "bootstrap/config_commands.hpp"
#include "bootstrap/config_work.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/settings_step.hpp"
#include "config/env_file.hpp"
#include "config/import.hpp"

namespace bedstone::bootstrap {
namespace {

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

/// A variable as the environment has it, or else the .env file.
struct VariableText {
  std::string text;
  std::string where;  ///< ".env:3; "; empty: the environment.
};

std::optional<VariableText> find_variable(const Environment& environment,
                                          const std::vector<config::EnvVariable>& file,
                                          const config::EnvironmentName& variable) {
  const bool pins = variable.role == config::EnvironmentName::Role::kPin;
  const auto text = environment.get(variable.name);
  // An empty variable is nothing to import, and a pin like any other.
  if (text && (pins || !text->empty())) return VariableText{std::string(*text), ""};
  const config::EnvVariable* found = pins ? nullptr : config::find(file, variable.name);
  if (found == nullptr || found->value.empty()) return std::nullopt;
  return VariableText{std::string(found->value.expose()),
                      fmt::format("{}:{}; ", found->place.file, found->place.line)};
}

/// Whether the seed variable says something else than what counts.
std::string seed_detail(const config::Resolved& resolved, std::string_view text) {
  const config::SettingDeclaration& declaration = *resolved.declaration;
  const auto value = config::parse_value(declaration.shape, declaration.name, text);
  if (!value) return "read no more; it would not fit";
  if (resolved.locked) return "read no more";
  return resolved.value && *value == *resolved.value
             ? "read no more; the database says the same"
             : "read no more; what counts is something else";
}

/// What the .env file has, and which settings wait for their import.
struct Seeds {
  std::vector<config::EnvVariable> file;
  std::vector<std::string> due;
};

Result<Seeds> read_seeds(ConfigWork& work) {
  auto sources = read_settings_sources(*work.project);
  if (!sources) return fail(sources.error().front());
  int layout = 0;
  if (work.connection) {
    BEDSTONE_ASSIGN(layout, store::Store(*work.connection, work.project->name).layout());
  }
  BEDSTONE_ASSIGN(const SettingsView view, look_at_settings(work.host, work.connection.get(),
                                                            *work.project, *sources, layout));
  Seeds seeds;
  for (const config::SeedVariable& one : view.fresh)
    seeds.due.push_back(one.declaration->name);
  seeds.file = std::move(sources->file);
  return seeds;
}

SettingSource variable_source(const config::Resolved& resolved, const Environment& environment,
                              const Seeds& seeds) {
  const config::SettingDeclaration& declaration = *resolved.declaration;
  const bool pins = declaration.environment->role == config::EnvironmentName::Role::kPin;
  SettingSource source;
  source.kind = pins ? "pin" : "seed";
  source.name = declaration.environment->name;
  const auto variable = find_variable(environment, seeds.file, *declaration.environment);
  source.present = variable.has_value();
  if (!variable) {
    source.detail = "not set";
    return source;
  }
  source.value = declaration.secret() ? std::string(config::kMask) : variable->text;
  source.detail = variable->where;
  if (pins) {
    source.detail += "wins over the database as long as it is set";
  } else if (std::find(seeds.due.begin(), seeds.due.end(), declaration.name) != seeds.due.end()) {
    source.detail += "imported by the next `bedstone up`";
  } else {
    source.detail += seed_detail(resolved, variable->text);
  }
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
  std::optional<SettingSource> from;
  if (variable) {
    const auto seeds = read_seeds(work);
    if (!seeds) return {seeds.error()};
    from = variable_source(*found, work.host.environment, *seeds);
  }
  if (from && result.setting.variable_pins) result.sources.push_back(*from);
  result.sources.push_back(*std::move(stored));
  if (from && !result.setting.variable_pins) result.sources.push_back(*from);
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

}  // namespace

ConfigExplanation config_explain(const Host& host, const ProjectOptions& options,
                                 const std::string& name) {
  ConfigExplanation result;
  ConfigWork work(host);
  result.errors = read_explanation(work, options, name, result);
  result.exit_code = exit_code_for(result.errors);
  return result;
}

}  // namespace bedstone::bootstrap
