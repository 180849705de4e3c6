// Settings as JSON.
#include "cli/render/config.hpp"
#include "cli/render/json_value.hpp"

namespace bedstone::cli {
namespace {

Json text_json(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json state_json(const SettingState& state) {
  return Json{{"name", state.name},
              {"type", text_or_null(state.type)},
              {"group", text_or_null(state.group)},
              {"description", text_or_null(state.description)},
              {"value", text_json(state.value)},
              {"source", state.source},
              {"variable", text_or_null(state.variable)},
              {"variable_pins", state.variable_pins},
              {"declared", state.declared},
              {"secret", state.secret},
              {"stored", state.stored},
              {"in_clear", state.in_clear},
              {"locked", state.locked},
              {"required", state.required},
              {"counts", state.counts},
              {"restart", state.restart},
              {"problems", json_of(state.problems)}};
}

/// How every one of these objects begins.
template <typename Report>
Json head(std::string_view command, const Report& report) {
  Json object = envelope(command, report.exit_code == ExitCode::kDone, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  return object;
}

}  // namespace

std::string to_json(const ConfigReport& report, std::string_view command) {
  Json object = head(command, report);
  object["table"] = text_or_null(report.table);
  object["provided"] = report.provided;
  object["configured"] = report.configured;
  object["revision"] = report.revision;
  object["settings"] = Json::array();
  for (const SettingState& state : report.settings)
    object["settings"].push_back(state_json(state));
  object["problems"] = json_of(report.problems);
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const ConfigExplanation& report) {
  Json object = head("config-explain", report);
  object["setting"] = report.setting.name.empty() ? Json(nullptr) : state_json(report.setting);
  object["sources"] = Json::array();
  for (const SettingSource& source : report.sources) {
    object["sources"].push_back(Json{{"kind", source.kind},
                                     {"name", source.name},
                                     {"present", source.present},
                                     {"value", text_json(source.value)},
                                     {"wins", source.wins},
                                     {"detail", text_or_null(source.detail)}});
  }
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const ConfigHistory& report) {
  Json object = head("config-history", report);
  object["revision"] = report.revision;
  object["entries"] = Json::array();
  for (const SettingHistoryEntry& entry : report.entries) {
    object["entries"].push_back(Json{{"revision", entry.revision},
                                     {"name", entry.name},
                                     {"before", text_json(entry.before)},
                                     {"after", text_json(entry.after)},
                                     {"secret", entry.secret},
                                     {"at", entry.at},
                                     {"by", entry.by},
                                     {"reason", text_or_null(entry.reason)}});
  }
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const ConfigChangeResult& result, std::string_view command) {
  Json object = head(command, result);
  object["dry_run"] = result.dry_run;
  object["revision"] = result.revision;
  object["settings"] = Json::array();
  for (const SettingChanged& one : result.settings) {
    object["settings"].push_back(Json{{"name", one.name},
                                      {"effect", one.effect},
                                      {"before", text_json(one.before)},
                                      {"after", text_json(one.after)},
                                      {"secret", one.secret},
                                      {"restart", one.restart}});
  }
  object["warnings"] = json_of(result.warnings);
  object["errors"] = json_of(result.errors);
  return dump(object);
}

std::string to_json(const ConfigExport& result, std::string_view file) {
  Json object = head("config-export", result);
  object["file"] = text_or_null(file);
  object["revision"] = result.revision;
  object["values"] = result.values;
  object["secrets"] = result.secrets;
  object["left_out"] = strings(result.left_out);
  Json document = file.empty() && !result.text.empty() ? Json::parse(result.text, nullptr, false)
                                                       : Json(nullptr);
  object["document"] = document.is_discarded() ? Json(nullptr) : std::move(document);
  object["errors"] = json_of(result.errors);
  return dump(object);
}

std::string to_json(const bootstrap::ConfigValue& value) {
  Json object = head("config-get", value);
  object["name"] = value.name;
  object["value"] = value.value ? Json(value.value->expose()) : Json(nullptr);
  object["source"] = text_or_null(value.source);
  object["secret"] = value.secret;
  object["errors"] = json_of(value.errors);
  return dump(object);
}

}  // namespace bedstone::cli
