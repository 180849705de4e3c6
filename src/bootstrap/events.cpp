// Error patterns out of the record of runs.
#include "bootstrap/events.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bootstrap/connect.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/target.hpp"

namespace bedstone::bootstrap {
namespace {

/// More than retention leaves; a bound for memory, not for answers.
constexpr std::int64_t kMostRows = 100'000;

Error unknown(const std::string& fingerprint, std::size_t found) {
  return Error(ErrorCode::kUnknownEvent,
               fmt::format("{} has a fingerprint that begins with {}",
                           found == 0 ? "no error pattern" : "more than one error pattern",
                           fingerprint))
      .advise("`bedstone events` lists them; --since looks further back");
}

Status keep_only(const std::string& fingerprint, std::vector<ErrorPattern>& patterns) {
  std::erase_if(patterns, [&fingerprint](const ErrorPattern& one) {
    return !one.fingerprint.starts_with(fingerprint);
  });
  if (patterns.size() == 1) return {};
  const std::size_t found = patterns.size();
  patterns.clear();
  return fail(unknown(fingerprint, found));
}

Status read_events(const Host& host, db::Connection& connection, const Project& project,
                   const std::optional<std::string>& fingerprint, EventsReport& report) {
  store::EventTable table(connection, project.name);
  BEDSTONE_ASSIGN(const auto rows, table.list(report.since, kMostRows));
  BEDSTONE_ASSIGN(const auto runs, table.runs(report.since, kMostRows));
  report.rates = rates_of(runs);
  for (const store::RunRow& run : runs)
    report.runs.push_back({run.started_at, run.outcome});
  report.patterns = find_patterns(rows, runs);
  if (fingerprint) BEDSTONE_TRY(keep_only(*fingerprint, report.patterns));
  store::Store store(connection, project.name);
  std::map<std::string, std::vector<std::string>> read;
  for (ErrorPattern& one : report.patterns) {
    if (!one.resolution) continue;
    if (host.cancel != nullptr && host.cancel->requested()) break;
    const auto [steps, is_new] = read.try_emplace(one.resolution->run_id);
    if (is_new) {
      BEDSTONE_ASSIGN(const auto found, store.steps(one.resolution->run_id));
      for (const store::StepRow& step : found) {
        if (step.outcome == "done")
          steps->second.push_back(fmt::format("{} {}", step.kind, step.subject));
      }
    }
    one.resolution->steps = steps->second;
  }
  return {};
}

}  // namespace

EventsReport events(const Host& host, const ProjectOptions& options,
                    const std::optional<std::string>& fingerprint, Milliseconds past) {
  EventsReport report;
  const auto failed = [&report](Errors errors) {
    report.errors = std::move(errors);
    report.exit_code = exit_code_for(report.errors);
    return report;
  };
  report.since = to_iso(host.clock.now() - past);
  auto project = load(host, options);
  if (!project) return failed(std::move(project).error());
  report.project = project->name;
  report.database = project->database.url->redacted();
  auto connected =
      connect(host, {*project->database.url, db::Access::kReadOnly, false, Milliseconds(0)});
  if (!connected) return failed({std::move(connected).error()});
  const Status read = read_events(host, *connected->connection, *project, fingerprint, report);
  if (!read) return failed({read.error()});
  return report;
}

PruneReport prune_events(const Host& host, const ProjectOptions& options, Milliseconds older,
                         std::int64_t keep) {
  PruneReport report;
  const auto failed = [&report](Errors errors) {
    report.errors = std::move(errors);
    report.exit_code = exit_code_for(report.errors);
    return report;
  };
  auto project = load(host, options);
  if (!project) return failed(std::move(project).error());
  report.project = project->name;
  report.database = project->database.url->redacted();
  auto connected = connect(
      host, {*project->database.url, db::Access::kReadWrite, false, project->database.wait});
  if (!connected) return failed({std::move(connected).error()});
  db::Connection& connection = *connected->connection;
  store::EventTable table(connection, project->name);
  const store::Retention retention{to_iso(host.clock.now() - older), keep};
  const auto count = table.count_old(retention);
  if (!count) return failed({count.error()});
  if (*count == 0) return report;
  store::Store store(connection, project->name);
  if (const Status pruned = store.write(table.prune(retention)); !pruned)
    return failed({pruned.error()});
  report.pruned = *count;
  return report;
}

std::vector<store::Bound> prune_statements(const Host& host, db::Connection& connection,
                                           const std::string& project) {
  return store::EventTable(connection, project)
      .prune({to_iso(host.clock.now() - kKeptRunsAge), kKeptRuns});
}

}  // namespace bedstone::bootstrap
