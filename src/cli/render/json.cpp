// One object per result.
#include "cli/render/json.hpp"

#include "bootstrap/slow_down.hpp"
#include "cli/explain.hpp"
#include "cli/init.hpp"
#include "cli/render/json_value.hpp"
#include "cli/version.hpp"

namespace bedstone::cli {
namespace {

using Counts = std::map<std::string, std::int64_t>;

Json counts_json(const Counts& counts) {
  Json object = Json::object();
  for (const auto& [table, count] : counts)
    object[table] = count;
  return object;
}

Json lock_json(const std::optional<LockHolder>& holder) {
  if (!holder) return nullptr;
  return Json{{"host", holder->host},
              {"pid", holder->pid},
              {"since", text_or_null(holder->since)},
              {"step", text_or_null(holder->step)}};
}

Json run_json(const RunRecord& run) {
  return Json{{"run_id", run.run_id},
              {"command", run.command},
              {"outcome", run.outcome},
              {"started_at", run.started_at},
              {"finished_at", text_or_null(run.finished_at)},
              {"duration", run.duration_seconds},
              {"host", text_or_null(run.host)},
              {"pid", run.pid},
              {"user", text_or_null(run.user)},
              {"bedstone_version", text_or_null(run.bedstone_version)},
              {"state_before", text_or_null(run.state_before)},
              {"state_after", text_or_null(run.state_after)},
              {"error_code", text_or_null(run.error_code)},
              {"error_message", text_or_null(run.error_message)},
              {"steps", json_of(run.steps)},
              {"errors", json_of(run.errors)}};
}

/// Null where the project has none.
Json settings_json(const SettingsOutcome& settings) {
  if (!settings.revision) return nullptr;
  return Json{{"revision", *settings.revision},
              {"imported", strings(settings.imported)},
              {"made", strings(settings.made)},
              {"encrypted", strings(settings.encrypted)},
              {"missing", json_of(settings.missing)}};
}

Json settings_json(const std::optional<SettingsStatus>& settings) {
  if (!settings) return nullptr;
  return Json{{"declared", settings->declared},        {"stored", settings->stored},
              {"revision", settings->revision},        {"due", strings(settings->due)},
              {"missing", json_of(settings->missing)}, {"setup", settings->has_setup}};
}

bool succeeded(ExitCode exit) {
  return exit == ExitCode::kDone || exit == ExitCode::kDifferences;
}

}  // namespace

std::string to_json(const InitializationResult& result, std::string_view command) {
  Json object = envelope(command, result.success, result.exit_code);
  object["project"] = text_or_null(result.project);
  object["database"] = text_or_null(result.database);
  object["database_type"] = text_or_null(result.database_type);
  object["state_before"] = state_name(result.state_before);
  object["state_after"] = state_name(result.state_after);
  object["lifecycle"] = lifecycle_name(result.lifecycle);
  object["steps_completed"] = strings(result.steps_completed);
  object["steps"] = json_of(result.steps);
  object["migrations_applied"] = strings(result.migrations_applied);
  object["records_created"] = counts_json(result.records_created);
  object["records_updated"] = counts_json(result.records_updated);
  object["records_skipped"] = counts_json(result.records_skipped);
  object["records_kept"] = counts_json(result.records_kept);
  object["drift"] = json_of(result.drift);
  object["degraded"] = strings(result.degraded);
  object["backup"] = text_or_null(result.backup);
  object["backup_restored"] = result.backup_restored;
  object["generated"] = strings(result.generated);
  object["generated_file"] = text_or_null(result.generated_file);
  object["settings"] = settings_json(result.settings);
  object["warnings"] = json_of(result.warnings);
  object["errors"] = json_of(result.errors);
  object["duration"] = result.duration;
  object["run_id"] = text_or_null(result.run_id);
  object["fast_path"] = result.fast_path;
  const auto retry_after = bootstrap::retry_after_seconds(result.errors);
  object["retry_after"] = retry_after ? Json(*retry_after) : Json(nullptr);
  return dump(object);
}

std::string to_json(const bootstrap::PlanReport& report, ExitCode exit, std::string_view command) {
  Json object = envelope(command, succeeded(exit), exit);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["database_type"] = text_or_null(report.database_type);
  object["state"] = state_name(report.plan.state);
  object["steps"] = json_of(report.plan.steps);
  object["warnings"] = json_of(report.plan.warnings);
  object["errors"] = json_of(report.plan.problems);
  return dump(object);
}

std::string to_json(const StatusReport& report, ExitCode exit, std::string_view command) {
  Json object = envelope(command, succeeded(exit), exit);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["database_type"] = text_or_null(report.database_type);
  object["server_version"] = text_or_null(report.server_version);
  object["pooled"] = report.pooled;
  object["state"] = state_name(report.state);
  object["lifecycle"] = lifecycle_name(report.lifecycle);
  object["current_version"] = text_or_null(report.current_version);
  object["latest_version"] = text_or_null(report.latest_version);
  object["migrations"] = json_of(report.migrations);
  object["drift"] = json_of(report.drift);
  object["lock"] = lock_json(report.lock);
  object["seeds"] = Json{{"sets", report.seed_sets}, {"due", strings(report.seeds_due)}};
  object["settings"] = settings_json(report.settings);
  object["warnings"] = json_of(report.warnings);
  object["errors"] = json_of(report.problems);
  return dump(object);
}

std::string to_json(const bootstrap::WaitReport& report) {
  Json object = envelope("wait", report.reached, report.exit_code);
  object["database"] = text_or_null(report.database);
  object["state"] = state_name(report.state);
  object["reached"] = report.reached;
  object["duration"] = report.duration;
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const MigrationResult& result, std::string_view command) {
  Json object = envelope(command, result.success, result.exit_code);
  object["migrations_applied"] = strings(result.migrations_applied);
  object["migrations_reverted"] = strings(result.migrations_reverted);
  object["failed_migration"] = text_or_null(result.failed_migration.value_or(""));
  object["error_message"] = text_or_null(result.error_message.value_or(""));
  object["rollback_performed"] = result.rollback_performed;
  object["steps"] = json_of(result.steps);
  object["warnings"] = json_of(result.warnings);
  object["errors"] = json_of(result.errors);
  object["duration"] = result.duration;
  object["run_id"] = text_or_null(result.run_id);
  return dump(object);
}

std::string to_json(const RepairResult& result) {
  Json object = envelope("migrate-repair", result.success, result.exit_code);
  object["repairs"] = strings(result.repairs);
  object["errors"] = json_of(result.errors);
  return dump(object);
}

std::string to_json(const bootstrap::NewMigration& result) {
  Json object = envelope("migrate-new", succeeded(result.exit_code), result.exit_code);
  object["files"] = strings(result.files);
  object["errors"] = json_of(result.errors);
  return dump(object);
}

std::string to_json(const bootstrap::RunsReport& report) {
  Json object = envelope("runs", succeeded(report.exit_code), report.exit_code);
  object["runs"] = Json::array();
  for (const RunRecord& run : report.runs)
    object["runs"].push_back(run_json(run));
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const InitReport& report) {
  Json object = envelope("init", report.errors.empty(), report.exit_code);
  object["folder"] = report.folder;
  object["template"] = report.template_name;
  object["files"] = strings(report.files);
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string errors_json(const std::vector<Error>& errors, ExitCode exit) {
  Json object = envelope("error", false, exit);
  object["errors"] = json_of(errors);
  return dump(object);
}

std::string explain_json(const std::vector<ErrorPage>& pages) {
  Json object = envelope("explain", true, ExitCode::kDone);
  object["codes"] = Json::array();
  for (const ErrorPage& page : pages) {
    object["codes"].push_back(Json{{"code", code_name(page.code)},
                                   {"summary", code_summary(page.code)},
                                   {"text", text_or_null(page.text)}});
  }
  object["errors"] = Json::array();
  return dump(object);
}

std::string completion_json(std::string_view shell, std::string_view script) {
  Json object = envelope("completion", true, ExitCode::kDone);
  object["shell"] = shell;
  object["script"] = script;
  object["errors"] = Json::array();
  return dump(object);
}

std::string version_json() {
  Json object = envelope("version", true, ExitCode::kDone);
  object["version"] = version();
  object["errors"] = Json::array();
  return dump(object);
}

}  // namespace bedstone::cli
