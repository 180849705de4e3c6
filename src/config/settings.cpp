// Values as a whole: which settings count, and what they lack.
#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/random_text.hpp"
#include "base/text.hpp"
#include "data/node.hpp"

namespace bedstone::config {
namespace {

/// "app_mode is workos"; conditions never name a secret.
std::string reason(const Settings& settings, const Values& values,
                   const SettingDeclaration& declaration) {
  std::vector<std::string> parts;
  for (const Condition& condition : declaration.conditions) {
    const Value* value = effective(settings, values, condition.setting);
    parts.push_back(fmt::format("{} is {}", condition.setting, value->text().expose()));
  }
  return text::join(parts, " and ");
}

}  // namespace

const SettingDeclaration* Settings::find(std::string_view name) const {
  const auto found = index.find(name);
  return found != index.end() ? &declared[found->second] : nullptr;
}

std::vector<std::string> Settings::names() const {
  std::vector<std::string> names;
  for (const SettingDeclaration& one : declared)
    names.push_back(one.name);
  return names;
}

const Value* effective(const Settings& settings, const Values& values, std::string_view name) {
  const auto stored = values.find(name);
  if (stored != values.end()) return &stored->second;
  const SettingDeclaration* declaration = settings.find(name);
  return declaration != nullptr && declaration->fallback ? &*declaration->fallback : nullptr;
}

bool counts(const Settings& settings, const Values& values, const SettingDeclaration& declaration) {
  return hold(settings, values, declaration.conditions);
}

bool hold(const Settings& settings, const Values& values,
          const std::vector<Condition>& conditions) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    const Value* value = effective(settings, values, condition.setting);
    const auto& wanted = condition.values;
    return value != nullptr && std::find(wanted.begin(), wanted.end(), *value) != wanted.end();
  });
}

Error unknown_setting(const Settings& settings, std::string_view name) {
  const auto near = text::nearest(name, settings.names());
  return Error(ErrorCode::kUnknownSetting,
               fmt::format("there is no setting {}", data::describe_key(name)))
      .advise(near ? fmt::format("did you mean {}?", *near)
                   : fmt::format("declare it in {}, or write unknown: keep there", settings.shown));
}

Error missing_setting(const Settings& settings, const Values& values,
                      const SettingDeclaration& declaration) {
  const auto& environment = declaration.environment;
  const bool pins = environment && environment->role == EnvironmentName::Role::kPin;
  std::string hint = pins ? fmt::format("set the variable {}", environment->name)
                          : fmt::format("bedstone config set {} {}", declaration.name,
                                        declaration.secret() ? "--stdin" : "…");
  std::string message = fmt::format("{} has no value", declaration.name);
  if (!declaration.conditions.empty()) {
    message += fmt::format(", and must have one while {}", reason(settings, values, declaration));
    hint += fmt::format(", or set {} to something else", declaration.conditions.front().setting);
  }
  return Error(ErrorCode::kSettingMissing, std::move(message))
      .advise(std::move(hint))
      .at(declaration.place);
}

Errors check(const Settings& settings, const Values& values) {
  Errors errors;
  for (const auto& [name, _] : values) {
    if (settings.keep_unknown || settings.find(name) != nullptr) continue;
    errors.push_back(unknown_setting(settings, name));
  }
  for (const SettingDeclaration& one : settings.declared) {
    const auto value = values.find(one.name);
    if (value != values.end()) {
      for (Error& error : check_value(one.shape, one.name, value->second))
        errors.push_back(std::move(error));
    } else if (one.required && !one.fallback && !one.generated && counts(settings, values, one)) {
      errors.push_back(missing_setting(settings, values, one));
    }
  }
  return errors;
}

Checked<Value> generate(const SettingDeclaration& declaration) {
  const Generated& how = *declaration.generated;
  Secret text;
  switch (how.kind) {
    case Generated::Kind::kPassword:
      text = generate_password(how.length);
      break;
    case Generated::Kind::kToken:
      text = generate_text(Letters::kUrl, how.length);
      break;
    case Generated::Kind::kHex:
      text = generate_text(Letters::kHex, how.length);
      break;
  }
  return parse_value(declaration.shape, declaration.name, text.expose());
}

}  // namespace bedstone::config
