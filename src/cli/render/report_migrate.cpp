// migrate up|to|down|redo|baseline, migrate repair, runs.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/parts.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

Tone tone_of_run(std::string_view outcome) {
  if (outcome == "done") return Tone::kGood;
  return outcome == "running" ? Tone::kWarning : Tone::kBad;
}

void add_run(Page& page, const RunRecord& run) {
  std::vector<Page::Row> rows;
  const auto row = [&rows](std::string_view label, std::string value, Tone tone = Tone::kPlain) {
    if (value.empty()) return;
    rows.push_back({{std::string(label), Tone::kQuiet}, {std::move(value), tone}});
  };
  row("run", run.run_id, Tone::kStrong);
  row("command", run.command);
  row("outcome", run.outcome, tone_of_run(run.outcome));
  row("started", run.started_at);
  row("finished", run.finished_at);
  if (!run.finished_at.empty()) row("duration", text::format_duration(run.duration_seconds));
  row("state", run.state_after.empty() ? run.state_before
                                       : fmt::format("{} → {}", run.state_before, run.state_after));
  row("by", fmt::format("{}@{}, process {}", run.user, run.host, run.pid));
  row("bedstone", run.bedstone_version);
  row("error",
      run.error_code.empty() ? run.error_message
                             : fmt::format("{}: {}", run.error_code, run.error_message),
      Tone::kBad);
  page.table(rows, 0);
  if (run.steps.empty()) return;
  page.line();
  add_steps(page, run.steps);
}

}  // namespace

void add_report(Page& page, const MigrationResult& result) {
  add_steps(page, result.steps);
  const auto applied = static_cast<std::int64_t>(result.migrations_applied.size());
  const auto reverted = static_cast<std::int64_t>(result.migrations_reverted.size());
  if (result.success && applied == 0 && reverted == 0) {
    page.line("Nothing to do.");
    return;
  }
  std::string verdict;
  if (reverted > 0) verdict = fmt::format("{} reverted", text::count(reverted, "migration"));
  if (applied > 0) {
    verdict +=
        fmt::format("{}{} applied", verdict.empty() ? "" : ", ", text::count(applied, "migration"));
  }
  if (verdict.empty()) verdict = "nothing applied";
  page.add(result.success ? "Done" : "Stopped", result.success ? Tone::kGood : Tone::kBad);
  page.add(fmt::format(": {} in {}", verdict, text::format_duration(result.duration)));
  if (result.rollback_performed) page.add(", the failed one was rolled back");
  if (!result.run_id.empty()) page.add(fmt::format(" (run {})", result.run_id), Tone::kQuiet);
  page.end();
}

void add_report(Page& page, const RepairResult& result) {
  for (const std::string& repair : result.repairs)
    page.space(2).add("done  ", Tone::kGood).line(repair);
  if (result.success && result.repairs.empty()) page.line("Nothing to repair.");
  if (result.success && !result.repairs.empty()) {
    page.add("Next: ", Tone::kQuiet).line("bedstone up", Tone::kStrong);
  }
}

void add_report(Page& page, const bootstrap::RunsReport& report, bool one) {
  if (one) {
    for (const RunRecord& run : report.runs)
      add_run(page, run);
    return;
  }
  if (report.runs.empty()) {
    if (report.errors.empty()) page.line("No run has been recorded yet.");
    return;
  }
  std::vector<Page::Row> rows;
  for (const RunRecord& run : report.runs) {
    rows.push_back(
        {{run.outcome, tone_of_run(run.outcome)},
         {short_time(run.started_at)},
         {run.finished_at.empty() ? "" : text::format_duration(run.duration_seconds), Tone::kQuiet,
          true},
         {run.command},
         {run.state_after.empty() ? run.state_before
                                  : fmt::format("{} → {}", run.state_before, run.state_after)},
         {run.error_code, Tone::kBad},
         {run.host, Tone::kQuiet},
         {run.run_id, Tone::kName}});
  }
  page.table(rows, 0);
}

}  // namespace bedstone::cli
