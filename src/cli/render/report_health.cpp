// health, doctor.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/health.hpp"
#include "cli/render/parts.hpp"
#include "health/check.hpp"

namespace bedstone::cli {
namespace {

Tone tone_of(HealthOutcome outcome) {
  if (outcome == HealthOutcome::kPass) return Tone::kGood;
  return outcome == HealthOutcome::kWarn ? Tone::kWarning : Tone::kBad;
}

void add_remedy(Page& page, const std::string& advice, const std::string& repair) {
  if (!advice.empty()) page.add("          ").add(advice).end();
  if (!repair.empty()) page.add("          → ").add(repair, Tone::kName).end();
}

void add_finding(Page& page, const HealthFinding& finding, bool advice) {
  const bool bad = finding.outcome != HealthOutcome::kPass;
  page.add("  ")
      .add(finding.checked ? outcome_name(finding.outcome)
           : bad           ? "warn"
                           : "  - ",
           finding.checked || bad ? tone_of(finding.outcome) : Tone::kQuiet)
      .add("  ")
      .add(fmt::format("{:<20}", finding.id), Tone::kStrong)
      .add("  " + finding.evidence, bad ? Tone::kPlain : Tone::kQuiet)
      .end();
  if (!bad && !advice) return;
  for (const std::string& detail : finding.details)
    page.add("          ").add(detail, Tone::kQuiet).end();
  if (bad || !finding.checked) add_remedy(page, finding.advice, finding.repair);
}

void add_step(Page& page, const HealthStep& step) {
  const bool bad = step.outcome == HealthOutcome::kFail;
  page.add("  ")
      .add(!step.reached ? "  - "
           : bad         ? "fail"
                         : "pass",
           !step.reached ? Tone::kQuiet : tone_of(step.outcome))
      .add("  ")
      .add(fmt::format("{:<20}", step.name), Tone::kStrong)
      .add(step.reached ? "  " + step.evidence : "  not reached", bad ? Tone::kPlain : Tone::kQuiet)
      .end();
  add_remedy(page, step.advice, step.repair);
}

void add_sum(Page& page, const HealthReport& report) {
  std::string line = text::count(static_cast<std::int64_t>(report.findings.size()), "check");
  line += fmt::format(": {} passed", report.count(HealthOutcome::kPass));
  if (const auto warned = report.count(HealthOutcome::kWarn); warned > 0)
    line += ", " + text::count(warned, "warning");
  if (const auto failed = report.count(HealthOutcome::kFail); failed > 0)
    line += fmt::format(", {} failed", failed);
  page.add(line, tone_of(report.outcome))
      .add("  " + text::format_duration(report.duration), Tone::kQuiet)
      .end();
}

}  // namespace

void add_report(Page& page, const HealthReport& report, bool advice) {
  if (report.database.empty()) return;
  page.add(report.project, Tone::kName).add("  " + report.database);
  if (!report.server_version.empty()) {
    page.add(fmt::format("  {} {}", report.database_type == "sqlite" ? "SQLite" : "PostgreSQL",
                         report.server_version),
             Tone::kQuiet);
  }
  page.end();
  if (!report.steps.empty() && advice) {
    page.line("The way to the database:");
    for (const HealthStep& step : report.steps)
      add_step(page, step);
    page.line("What can be looked at all the same:");
  }
  for (const HealthFinding& finding : report.findings) {
    if (advice && !report.steps.empty() && finding.id == "connection") continue;
    add_finding(page, finding, advice);
  }
  add_sum(page, report);
}

void add_changes(Page& page, const HealthReport& report,
                 const std::map<std::string, HealthOutcome>& before) {
  for (const HealthFinding& finding : report.findings) {
    const auto last = before.find(finding.id);
    const bool first = last == before.end();
    if (!finding.checked && finding.outcome == HealthOutcome::kPass) continue;
    if (first ? finding.outcome == HealthOutcome::kPass : last->second == finding.outcome) continue;
    page.add(short_time(report.at), Tone::kQuiet)
        .add("  ")
        .add(outcome_name(finding.outcome), tone_of(finding.outcome))
        .add("  ")
        .add(fmt::format("{:<20}", finding.id), Tone::kStrong)
        .add("  " + finding.evidence)
        .end();
    if (finding.outcome != HealthOutcome::kPass) add_remedy(page, "", finding.repair);
  }
}

void add_report(Page& page, const HealthHistory& history) {
  if (!history.errors.empty()) return;
  if (history.checks.empty()) {
    page.line(fmt::format("No watch stored anything since {}.", short_time(history.since)));
    page.line("bedstone health --watch", Tone::kName);
    return;
  }
  std::vector<Page::Row> rows;
  rows.push_back({{"check", Tone::kQuiet},
                  {"host", Tone::kQuiet},
                  {"well", Tone::kQuiet, true},
                  {"times", Tone::kQuiet, true},
                  {"warned", Tone::kQuiet, true},
                  {"failed", Tone::kQuiet, true},
                  {"mean", Tone::kQuiet, true},
                  {"last", Tone::kQuiet}});
  for (const HealthHistory::Check& one : history.checks) {
    const double rate = one.success_rate();
    rows.push_back(
        {{one.id, Tone::kName},
         {one.host},
         {fmt::format("{:.2f} %", 100 * rate), rate < 1 ? Tone::kBad : Tone::kGood, true},
         {std::to_string(one.passed + one.warned + one.failed), Tone::kPlain, true},
         {std::to_string(one.warned), Tone::kPlain, true},
         {std::to_string(one.failed), Tone::kPlain, true},
         {text::format_duration(one.mean_seconds), Tone::kQuiet, true},
         {fmt::format("{} at {}", one.last_outcome, short_time(one.last_at))}});
  }
  page.table(rows, 0);
  if (history.changes.empty()) return;
  page.line().line("What changed:");
  rows.clear();
  for (const HealthHistory::Change& one : history.changes) {
    rows.push_back({{short_time(one.at), Tone::kQuiet},
                    {one.id, Tone::kName},
                    {one.host, Tone::kQuiet},
                    {fmt::format("{} → {}", one.before, one.after)},
                    {one.evidence}});
  }
  page.table(rows);
}

void add_checks(Page& page) {
  std::vector<Page::Row> rows;
  for (const health::Check& check : health::all_checks()) {
    std::string where = check.sqlite != nullptr && check.postgres != nullptr ? ""
                        : check.sqlite != nullptr                            ? "SQLite"
                                                                             : "PostgreSQL";
    rows.push_back({{std::string(check.id), Tone::kName},
                    {check.fast ? "" : "--all", Tone::kQuiet},
                    {std::move(where), Tone::kQuiet},
                    {std::string(check.title)}});
  }
  page.table(rows, 0);
}

}  // namespace bedstone::cli
