// schema repair, for people.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/render/schema.hpp"

namespace bedstone::cli {
namespace {

Tone tone_of(const std::string& outcome) {
  if (outcome == "done") return Tone::kGood;
  if (outcome == "failed") return Tone::kBad;
  return outcome == "left" ? Tone::kWarning : Tone::kPlain;
}

std::int64_t count(const bootstrap::SchemaRepairReport& report, std::string_view outcome) {
  return std::count_if(report.steps.begin(), report.steps.end(),
                       [&outcome](const auto& one) { return one.outcome == outcome; });
}

}  // namespace

void add_report(Page& page, const bootstrap::SchemaRepairReport& report) {
  std::vector<Page::Row> rows;
  for (const bootstrap::SchemaRepairStep& one : report.steps) {
    std::string detail = one.step.detail.empty() ? one.step.obstacle : one.step.detail;
    rows.push_back({{one.outcome, tone_of(one.outcome)},
                    {one.step.action, one.step.destructive ? Tone::kWarning : Tone::kPlain},
                    {one.step.kind},
                    {one.step.object, Tone::kName},
                    {text::excerpt(detail, 100), Tone::kQuiet}});
  }
  page.table(rows);
  if (rows.empty()) {
    if (report.errors.empty()) page.line("The schema is as recorded.", Tone::kGood);
    return;
  }
  const std::int64_t left = count(report, "left"), failed = count(report, "failed");
  std::string line =
      report.dry_run
          ? fmt::format("{} would be done", text::count(count(report, "planned"), "repair"))
          : fmt::format("{} done", text::count(count(report, "done"), "repair"));
  if (failed > 0) line += fmt::format(", {} failed", failed);
  if (left > 0) line += fmt::format(", {} left", left);
  page.line(line + ".", failed + left == 0 ? Tone::kGood : Tone::kWarning);
}

}  // namespace bedstone::cli
