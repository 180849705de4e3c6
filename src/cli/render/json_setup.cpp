// The object of config setup.
#include "cli/render/json_value.hpp"
#include "cli/render/setup.hpp"

namespace bedstone::cli {
namespace {

Json json_of(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json json_of(const config::EditedSetting& one) {
  return Json{{"key", one.key},
              {"effect", config::effect_name(one.effect)},
              {"secret", one.secret},
              {"restart", one.restart},
              {"before", json_of(one.before)},
              {"after", json_of(one.after)}};
}

}  // namespace

std::string to_json(const bootstrap::SetupReport& report) {
  Json object = envelope("config-setup", report.exit_code == ExitCode::kDone, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["dry_run"] = report.dry_run;
  object["lifecycle_before"] = lifecycle_name(report.lifecycle_before);
  object["lifecycle"] = lifecycle_name(report.lifecycle);
  object["revision"] = report.errors.empty() ? Json(report.revision) : Json(nullptr);
  object["settings"] = Json::array();
  for (const config::EditedSetting& one : report.settings)
    object["settings"].push_back(json_of(one));
  object["errors"] = cli::json_of(report.errors);
  return dump(object);
}

}  // namespace bedstone::cli
