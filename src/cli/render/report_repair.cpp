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

void add_salvage(Page& page, const bootstrap::SalvageReport& salvage) {
  if (salvage.kept.empty()) {
    page.line("The database is whole: nothing was done.", Tone::kGood);
    return;
  }
  std::vector<Page::Row> rows;
  for (const db::sqlite::SalvagedTable& table : salvage.found.tables) {
    std::string note;
    if (table.expected) note = fmt::format("of {}", *table.expected);
    if (table.guessed > 0)
      note += fmt::format("{}{} by their shape", note.empty() ? "" : ", ", table.guessed);
    rows.push_back({{table.name, Tone::kName},
                    {text::count(table.rows, "row"), Tone::kPlain, true},
                    {note, Tone::kQuiet}});
  }
  page.table(rows);
  if (salvage.found.lost_and_found > 0) {
    page.line(fmt::format("  {} more in {}", text::count(salvage.found.lost_and_found, "row"),
                          salvage.found.lost_and_found_table),
              Tone::kWarning);
  }
  page.line(fmt::format("Read from {}. The damaged file is {}.",
                        text::count(salvage.found.pages, "page"), salvage.kept));
}

}  // namespace

void add_report(Page& page, const bootstrap::SchemaRepairReport& report) {
  if (report.salvage) {
    if (report.salvage->found.pages > 0 || report.errors.empty())
      add_salvage(page, *report.salvage);
    return;
  }
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
