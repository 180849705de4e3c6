// transfer: what went where.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/transfer.hpp"

namespace bedstone::cli {
namespace {

void add_tables(Page& page, const bootstrap::TransferReport& report) {
  std::vector<Page::Row> rows;
  std::size_t last = 0;
  for (const bootstrap::TransferredTable& table : report.tables) {
    std::string note;
    if (table.group == last) note = "with the one above: they refer to one another";
    if (table.outcome == "kept") note = "was there already";
    last = table.group;
    rows.push_back({{table.table, Tone::kName},
                    {text::count(table.rows, "row"), Tone::kPlain, true},
                    {table.outcome == "moved" ? text::format_duration(table.duration_seconds) : "",
                     Tone::kQuiet, true},
                    {std::move(note), Tone::kQuiet}});
  }
  page.table(rows);
}

}  // namespace

void add_report(Page& page, const bootstrap::TransferReport& report) {
  if (!report.success && report.tables.empty()) return;
  if (report.dry_run) {
    page.add("Would move", Tone::kStrong)
        .line(fmt::format(": {} to {}", report.source, report.target));
  } else {
    page.add(report.success ? "Moved" : "Moved so far",
             report.success ? Tone::kGood : Tone::kWarning)
        .line(fmt::format(": {} to {}", report.source, report.target));
  }
  add_tables(page, report);
  page.space(2).line(fmt::format(
      "{} in {}{}", text::count(report.rows, "row"),
      text::count(static_cast<std::int64_t>(report.tables.size()), "table"),
      report.dry_run || !report.success ? ""
                                        : fmt::format(", compared on both sides, in {}",
                                                      text::format_duration(report.duration))));
  if (report.dry_run || !report.success) return;
  if (report.settings_revision)
    page.space(2).line(
        fmt::format("settings with their history, revision {}", *report.settings_revision));
  if (report.keys > 0) page.space(2).line("secrets with their keyring: the same key opens them");
  if (report.seed_sets > 0)
    page.space(2).line(text::count(report.seed_sets, "seed set") + " with the ledger");
  page.space(2).line(
      "next: point DATABASE_URL to the target, then `bedstone up`; the source is as it was",
      Tone::kQuiet);
}

}  // namespace bedstone::cli
