// What ran when, by whom, with which outcome.
#include <fmt/format.h>

#include "bootstrap/commands.hpp"
#include "bootstrap/connect.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/run_records.hpp"
#include "bootstrap/target.hpp"

namespace bedstone::bootstrap {
namespace {

Status read_runs(db::Connection& connection, const Project& project,
                 const std::optional<std::string>& run_id, std::int64_t limit, RunsReport& report) {
  store::Store store(connection, project.name);
  BEDSTONE_ASSIGN(const auto rows, store.runs(run_id, run_id ? 2 : limit));
  for (const store::RunRow& row : rows)
    report.runs.push_back(to_record(row));
  if (!run_id) return {};
  if (report.runs.size() != 1) {
    const std::string found = report.runs.empty() ? "no run has" : "several runs have";
    report.runs.clear();
    return fail(
        Error(ErrorCode::kUsage, fmt::format("{} an id that begins with {}", found, *run_id))
            .advise("`bedstone runs` lists them"));
  }
  RunRecord& record = report.runs.front();
  BEDSTONE_ASSIGN(const auto steps, store.steps(record.run_id));
  for (const store::StepRow& step : steps) {
    record.steps.push_back({.kind = step.kind,
                            .subject = step.subject,
                            .detail = step.detail,
                            .outcome = step.outcome,
                            .duration_seconds = step.duration_seconds,
                            .error_code = step.error_code});
  }
  BEDSTONE_ASSIGN(record.errors, store.events(record.run_id));
  return {};
}

}  // namespace

RunRecord to_record(const store::RunRow& row) {
  RunRecord record;
  record.run_id = row.run_id;
  record.command = row.command;
  record.started_at = row.started_at;
  record.finished_at = row.finished_at;
  record.outcome = row.outcome;
  record.host = row.host;
  record.pid = row.pid;
  record.user = row.user;
  record.bedstone_version = row.bedstone_version;
  record.state_before = row.state_before;
  record.state_after = row.state_after;
  record.duration_seconds = row.duration_seconds;
  record.error_code = row.error_code;
  record.error_message = row.error_message;
  return record;
}

RunsReport runs(const Host& host, const ProjectOptions& options,
                const std::optional<std::string>& run_id, std::int64_t limit) {
  RunsReport report;
  const auto failed = [&report](Errors errors) {
    report.errors = std::move(errors);
    report.exit_code = exit_code_for(report.errors);
    return report;
  };
  auto project = load(host, options);
  if (!project) return failed(std::move(project).error());
  auto connected =
      connect(host, {*project->database.url, db::Access::kReadOnly, false, Milliseconds(0)});
  if (!connected) return failed({std::move(connected).error()});
  const Status read = read_runs(*connected->connection, *project, run_id, limit, report);
  if (!read) return failed({read.error()});
  return report;
}

}  // namespace bedstone::bootstrap
