// Variables that stand for settings until the database does.
#include "config/import.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"

namespace bedstone::config {
namespace {

constexpr std::string_view kEnvironment = "the environment";

bool is_seed(const SettingDeclaration& one) {
  return one.environment && one.environment->role == EnvironmentName::Role::kSeed;
}

/// Whether a value of this type may be shown although somebody may have put a password there.
bool is_harmless(const Shape& shape) {
  switch (shape.type) {
    case ValueType::kInt:
    case ValueType::kFloat:
    case ValueType::kBool:
    case ValueType::kDuration:
    case ValueType::kSize:
    case ValueType::kEnum:
      return !shape.secret;
    default:
      return false;
  }
}

std::string command(const SettingDeclaration& setting, const Value* value) {
  if (setting.secret()) return fmt::format("bedstone config set {} --stdin", setting.name);
  const bool shown = value != nullptr && is_harmless(setting.shape);
  return fmt::format("bedstone config set {} {}", setting.name,
                     shown ? text::shell_quote(value->text().expose()) : "VALUE");
}

}  // namespace

std::vector<SeedVariable> seed_variables(const Settings& settings, const Environment& environment,
                                         const std::vector<EnvVariable>& file) {
  std::vector<SeedVariable> result;
  for (const SettingDeclaration& one : settings.declared) {
    if (!is_seed(one)) continue;
    const auto outside = environment.get(one.environment->name);
    const EnvVariable* inside = find(file, one.environment->name);
    if (inside != nullptr && inside->value.empty()) inside = nullptr;
    if (outside && !outside->empty()) {
      SeedVariable& variable = result.emplace_back();
      variable.declaration = &one;
      variable.text = Secret(std::string(*outside));
      variable.origin = kEnvironment;
      if (inside != nullptr && inside->value.expose() != *outside)
        variable.overruled = inside->place;
    } else if (inside != nullptr) {
      SeedVariable& variable = result.emplace_back();
      variable.declaration = &one;
      variable.text = inside->value.clone();
      variable.origin = inside->place.file;
      variable.place = inside->place;
    }
  }
  return result;
}

Error overruled(const SeedVariable& variable) {
  return Error(ErrorCode::kVariableNotRead,
               fmt::format("{} is set in the environment, too, and that counts", variable.name()))
      .because(fmt::format("{} was imported from the environment", variable.declaration->name))
      .advise(fmt::format("is this one right? {}", command(*variable.declaration, nullptr)))
      .at(*variable.overruled);
}

Errors unfit(const SeedVariable& variable) {
  const SettingDeclaration& setting = *variable.declaration;
  auto value = parse_value(setting.shape, setting.name, variable.text.expose());
  if (value) return {};
  Errors errors = std::move(value).error();
  for (Error& error : errors) {
    error.cause += error.cause.empty() ? "" : "; ";
    error.cause += fmt::format("the variable {} of {} says it", variable.name(), variable.origin);
    error.place = variable.place;
  }
  return errors;
}

std::optional<Error> disagreement(const SeedVariable& variable, const Resolution& resolved,
                                  bool imported) {
  const SettingDeclaration& setting = *variable.declaration;
  const Resolved* now = resolved.find(setting.name);
  if (now == nullptr || now->locked) return std::nullopt;
  const auto said = parse_value(setting.shape, setting.name, variable.text.expose());
  if (said && now->value && *said == *now->value) return std::nullopt;
  return Error(ErrorCode::kVariableNotRead,
               fmt::format("{} in {} says something else than the setting {}", variable.name(),
                           variable.origin, setting.name))
      .because(imported ? "it was imported once and is read no more: the database counts"
                        : "the database counts since the first start, and this variable was not "
                          "set then")
      .advise(fmt::format("to take it over: {}; otherwise remove the variable",
                          command(setting, said ? &*said : nullptr)))
      .at(variable.place);
}

WatchedVariables watched_variables(const Settings& settings) {
  WatchedVariables result;
  for (const SettingDeclaration& one : settings.declared) {
    if (!one.environment) continue;
    auto& names = one.secret() ? result.secrets : is_seed(one) ? result.seeds : result.pins;
    names.push_back(one.environment->name);
  }
  return result;
}

}  // namespace bedstone::config
