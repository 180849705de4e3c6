// From the declarations, and the text of their schemas, to a form's description.
#include "bootstrap/config_form.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "bootstrap/config_work.hpp"
#include "data/json.hpp"
#include "data/yaml.hpp"

namespace bedstone::bootstrap {
namespace {

std::string_view type_name(config::ValueType type) {
  return config::kValueTypes[static_cast<std::size_t>(type)];
}

std::string text_of(const std::optional<config::Value>& value) {
  return value ? std::string(value->text().expose()) : std::string();
}

std::string_view made_name(config::Generated::Kind kind) {
  switch (kind) {
    case config::Generated::Kind::kPassword:
      return "password";
    case config::Generated::Kind::kToken:
      return "token";
    case config::Generated::Kind::kHex:
      break;
  }
  return "hex";
}

FormSetting described(const config::SettingDeclaration& declaration,
                      const Environment& environment) {
  FormSetting one;
  one.name = declaration.name;
  one.file = declaration.place.file;
  one.line = declaration.place.line;
  const config::Shape& shape = declaration.shape;
  one.type = type_name(shape.type);
  if (shape.type == config::ValueType::kList) one.items = type_name(shape.item);
  one.values = shape.choices;
  one.minimum = text_of(shape.minimum);
  one.maximum = text_of(shape.maximum);
  if (declaration.fallback) one.fallback = text_of(declaration.fallback);
  one.description = declaration.description;
  one.group = declaration.group;
  for (const config::Condition& condition : declaration.conditions) {
    auto& [setting, values] =
        one.conditions.emplace_back(condition.setting, std::vector<std::string>());
    for (const config::Value& value : condition.values)
      values.emplace_back(value.text().expose());
  }
  if (const auto& variable = declaration.environment) {
    one.variable = variable->name;
    one.variable_pins = variable->role == config::EnvironmentName::Role::kPin;
    one.pinned = one.variable_pins && environment.get(variable->name).has_value();
  }
  if (declaration.generated) {
    one.made_as = made_name(declaration.generated->kind);
    one.made_length = static_cast<std::int64_t>(declaration.generated->length);
  }
  one.required = declaration.required;
  one.restart = declaration.restart;
  one.secret = declaration.secret();
  return one;
}

/// What was compiled does not tell its text any more; the file does.
Errors add_schemas(const Project& project, std::vector<FormSetting>& settings) {
  const auto document = data::read_yaml(project.settings.file);
  if (!document) return document.error();
  const data::Node* declared = document->root.find("settings");
  if (declared == nullptr) return {};
  for (FormSetting& one : settings) {
    const data::Node* declaration = declared->find(one.name);
    const data::Node* schema = declaration != nullptr ? declaration->find("schema") : nullptr;
    if (schema != nullptr && !schema->is_null()) one.schema = data::to_json(*schema);
  }
  return {};
}

Status add_changes(ConfigWork& work, ConfigForm& form) {
  if (!work.provided) return {};
  BEDSTONE_ASSIGN(const auto revision, work.table->revision());
  form.revision = revision.value_or(0);
  BEDSTONE_ASSIGN(auto changes, work.table->last_changes());
  for (store::ConfigHistoryRow& row : changes) {
    const auto found = std::find_if(form.settings.begin(), form.settings.end(),
                                    [&](const FormSetting& one) { return one.name == row.key; });
    if (found == form.settings.end()) continue;
    found->changed = FormSetting::Change{row.revision, std::move(row.changed_at),
                                         std::move(row.changed_by), std::move(row.reason)};
  }
  return {};
}

}  // namespace

ConfigForm config_form(const Host& host, const ProjectOptions& options) {
  ConfigForm form;
  ConfigWork work(host);
  form.errors = work.open(options, db::Access::kReadOnly);
  name_target(work, form);
  if (!form.errors.empty()) return form;
  form.file = work.settings.shown;
  form.keep_unknown = work.settings.keep_unknown;
  for (const config::SettingDeclaration& declaration : work.settings.declared)
    form.settings.push_back(described(declaration, host.environment));
  form.errors = add_schemas(*work.project, form.settings);
  if (!form.errors.empty()) return form;
  if (const Status added = add_changes(work, form); !added) form.errors = {added.error()};
  if (work.connection) form.key = work.key_shown();
  return form;
}

}  // namespace bedstone::bootstrap
