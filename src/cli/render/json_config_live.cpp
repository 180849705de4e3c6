// Instances and changes of settings as JSON.
#include "cli/render/config_live.hpp"
#include "cli/render/json_value.hpp"

namespace bedstone::cli {
namespace {

Json value_or_null(const std::optional<std::string>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const bootstrap::ConfigInstance& instance) {
  return Json{{"instance_id", instance.id},
              {"program", instance.program},
              {"host", instance.host},
              {"pid", instance.pid},
              {"bedstone_version", instance.version},
              {"started_at", instance.started_at},
              {"seen_at", instance.seen_at},
              {"revision", instance.revision},
              {"lags", instance.lags},
              {"lags_since", text_or_null(instance.lags_since)},
              {"problem", text_or_null(instance.problem)}};
}

}  // namespace

std::string to_json(const bootstrap::ConfigStatusReport& report, ExitCode exit) {
  Json object = envelope("config-status", report.errors.empty(), exit);
  object["project"] = report.project;
  object["database"] = text_or_null(report.database);
  object["revision"] = report.revision;
  object["changed_at"] = text_or_null(report.changed_at);
  object["changed_by"] = text_or_null(report.changed_by);
  object["reason"] = text_or_null(report.reason);
  object["current"] = report.current();
  object["instances"] = Json::array();
  for (const bootstrap::ConfigInstance& instance : report.instances)
    object["instances"].push_back(json_of(instance));
  object["errors"] = cli::json_of(report.errors);
  return dump(object);
}

std::string to_json(const bootstrap::ConfigEvent& event) {
  return dump_line(Json{{"schema", "bedstone.config-watch/1"},
                        {"revision", event.revision},
                        {"name", event.name},
                        {"before", value_or_null(event.before)},
                        {"after", value_or_null(event.after)},
                        {"secret", event.secret},
                        {"at", event.at},
                        {"by", event.by},
                        {"reason", text_or_null(event.reason)}});
}

}  // namespace bedstone::cli
