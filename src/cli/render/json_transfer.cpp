// transfer.
#include "cli/render/json_value.hpp"
#include "cli/render/transfer.hpp"

namespace bedstone::cli {

std::string to_json(const bootstrap::TransferReport& report) {
  Json object = envelope("transfer", report.success, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["dry_run"] = report.dry_run;
  object["source"] = text_or_null(report.source);
  object["source_type"] = text_or_null(report.source_type);
  object["target"] = text_or_null(report.target);
  object["target_type"] = text_or_null(report.target_type);
  object["target_state_before"] = state_name(report.target_state);
  object["resumed"] = report.resumed;
  object["migrations_applied"] = strings(report.migrations_applied);
  object["tables"] = Json::array();
  for (const bootstrap::TransferredTable& table : report.tables) {
    object["tables"].push_back(Json{{"table", table.table},
                                    {"rows", table.rows},
                                    {"hash", text_or_null(table.hash)},
                                    {"outcome", table.outcome},
                                    {"group", table.group},
                                    {"duration", table.duration_seconds}});
  }
  object["rows"] = report.rows;
  object["settings_revision"] =
      report.settings_revision ? Json(*report.settings_revision) : Json(nullptr);
  object["keys"] = report.keys;
  object["seed_sets"] = report.seed_sets;
  object["warnings"] = json_of(report.warnings);
  object["errors"] = json_of(report.errors);
  object["run_id"] = text_or_null(report.run_id);
  object["duration"] = report.duration;
  return dump(object);
}

}  // namespace bedstone::cli
