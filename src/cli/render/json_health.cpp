// The objects of health and doctor.
#include "bootstrap/schema_commands.hpp"
#include "cli/render/health.hpp"
#include "cli/render/json_value.hpp"
#include "health/check.hpp"

namespace bedstone::cli {
namespace {

Json json_of(const HealthFinding& finding) {
  return Json{{"id", finding.id},
              {"title", finding.title},
              {"outcome", outcome_name(finding.outcome)},
              {"severity", bootstrap::severity_name(finding.severity)},
              {"checked", finding.checked},
              {"evidence", finding.evidence},
              {"details", strings(finding.details)},
              {"advice", text_or_null(finding.advice)},
              {"repair", text_or_null(finding.repair)},
              {"duration", finding.duration_seconds}};
}

Json json_of(const HealthStep& step) {
  return Json{{"name", step.name},
              {"outcome", step.reached ? Json(outcome_name(step.outcome)) : Json(nullptr)},
              {"evidence", text_or_null(step.evidence)},
              {"advice", text_or_null(step.advice)},
              {"repair", text_or_null(step.repair)}};
}

Json number_or_null(double value) {
  return value > 0 ? Json(value) : Json(nullptr);
}

Json object_of(const HealthReport& report, std::string_view command) {
  Json object = envelope(command, report.exit_code == ExitCode::kDone, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["database_type"] = text_or_null(report.database_type);
  object["server_version"] = text_or_null(report.server_version);
  object["host"] = text_or_null(report.host);
  object["at"] = text_or_null(report.at);
  object["outcome"] = outcome_name(report.outcome);
  object["severity"] = bootstrap::severity_name(report.severity);
  object["counts"] = Json{{"pass", report.count(HealthOutcome::kPass)},
                          {"warn", report.count(HealthOutcome::kWarn)},
                          {"fail", report.count(HealthOutcome::kFail)}};
  object["checks"] = Json::array();
  for (const HealthFinding& finding : report.findings)
    object["checks"].push_back(json_of(finding));
  object["steps"] = Json::array();
  for (const HealthStep& step : report.steps)
    object["steps"].push_back(json_of(step));
  object["errors"] = cli::json_of(report.errors);
  object["duration"] = report.duration;
  return object;
}

}  // namespace

std::string to_json(const HealthReport& report, std::string_view command) {
  return dump(object_of(report, command));
}

std::string to_json_line(const HealthReport& report) {
  return dump_line(object_of(report, "health"));
}

std::string to_json(const HealthHistory& history) {
  Json object = envelope("health-history", history.exit_code == ExitCode::kDone, history.exit_code);
  object["project"] = text_or_null(history.project);
  object["database"] = text_or_null(history.database);
  object["since"] = text_or_null(history.since);
  object["checks"] = Json::array();
  for (const HealthHistory::Check& one : history.checks) {
    object["checks"].push_back(Json{{"id", one.id},
                                    {"host", one.host},
                                    {"success_rate", one.success_rate()},
                                    {"passed", one.passed},
                                    {"warned", one.warned},
                                    {"failed", one.failed},
                                    {"first_at", one.first_at},
                                    {"last_at", one.last_at},
                                    {"last_outcome", one.last_outcome},
                                    {"mean_duration", one.mean_seconds},
                                    {"longest_duration", one.longest_seconds}});
  }
  object["changes"] = Json::array();
  for (const HealthHistory::Change& one : history.changes) {
    object["changes"].push_back(Json{{"id", one.id},
                                     {"host", one.host},
                                     {"at", one.at},
                                     {"before", one.before},
                                     {"after", one.after},
                                     {"evidence", one.evidence}});
  }
  object["errors"] = json_of(history.errors);
  return dump(object);
}

std::string checks_json() {
  Json object = envelope("health-list", true, ExitCode::kDone);
  object["checks"] = Json::array();
  for (const health::Check& check : health::all_checks()) {
    Json engines = Json::array();
    if (check.sqlite != nullptr) engines.push_back("sqlite");
    if (check.postgres != nullptr) engines.push_back("postgres");
    const char* unit = check.unit == health::Unit::kSeconds   ? "seconds"
                       : check.unit == health::Unit::kPercent ? "percent"
                                                              : "";
    object["checks"].push_back(Json{{"id", check.id},
                                    {"title", check.title},
                                    {"fast", check.fast},
                                    {"engines", engines},
                                    {"unit", text_or_null(unit)},
                                    {"warn", number_or_null(check.limits.warn)},
                                    {"fail", number_or_null(check.limits.fail)}});
  }
  return dump(object);
}

}  // namespace bedstone::cli
