// The objects of the secret commands.
#include "cli/render/json.hpp"
#include "cli/render/json_value.hpp"

namespace bedstone::cli {

std::string to_json(const bootstrap::SecretReport& report, std::string_view command) {
  Json object = envelope(command, report.exit_code == ExitCode::kDone, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["key"] = text_or_null(report.key);
  object["fingerprint"] = text_or_null(report.fingerprint);
  object["data_key"] = text_or_null(report.data_key);
  object["values"] = Json::array();
  for (const auto& value : report.values)
    object["values"].push_back(Json{{"name", value.name}, {"status", value.status}});
  object["settings"] = report.settings;
  object["history"] = report.history;
  object["rows"] = report.rows;
  object["rewrapped"] = report.rewrapped;
  object["retired"] = strings(report.retired);
  object["warnings"] = json_of(report.warnings);
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string new_key_json(std::string_view file) {
  Json object = envelope("secret-new-key", true, ExitCode::kDone);
  object["file"] = file;
  return dump(object);
}

std::string revealed_json(const Secret& value) {
  Json object = envelope("secret-reveal", true, ExitCode::kDone);
  object["value"] = value.expose();
  return dump(object);
}

}  // namespace bedstone::cli
