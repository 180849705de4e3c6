// bedstone.migrate-squash/1
#include "cli/render/json_value.hpp"
#include "cli/render/squash.hpp"

namespace bedstone::cli {

std::string to_json(const bootstrap::SquashReport& report) {
  Json object = envelope("migrate-squash", report.exit_code == ExitCode::kDone, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["database_type"] = text_or_null(report.database_type);
  object["dry_run"] = report.dry_run;
  object["version"] = text_or_null(report.version);
  object["file"] = text_or_null(report.file);
  object["replaced"] = strings(report.replaced);
  object["moved_to"] = text_or_null(report.moved_to);
  object["statements"] = report.statements;
  object["rows"] = Json::object();
  for (const auto& one : report.tables)
    object["rows"][one.name] = one.rows;
  object["not_carried"] = strings(report.not_carried);
  object["fingerprint"] = text_or_null(report.fingerprint);
  object["sql"] = text_or_null(report.text);
  object["duration"] = report.duration;
  object["errors"] = json_of(report.errors);
  return dump(object);
}

}  // namespace bedstone::cli
