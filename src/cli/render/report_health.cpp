// health, doctor.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/health.hpp"
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
