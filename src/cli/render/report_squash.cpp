// migrate squash, for people.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/squash.hpp"

namespace bedstone::cli {

void add_report(Page& page, const bootstrap::SquashReport& report) {
  if (!report.errors.empty()) return;
  const auto old = static_cast<std::int64_t>(report.replaced.size());
  page.add(report.dry_run ? "would make one of " : "made one of ")
      .line(text::count(old, "migration"), Tone::kStrong);
  std::vector<Page::Row> rows;
  for (const std::string& one : report.replaced)
    rows.push_back({{"replaced", Tone::kQuiet}, {one}});
  if (!report.file.empty()) {
    rows.push_back(
        {{"written", Tone::kGood},
         {fmt::format("{}, {}", report.file, text::count(report.statements, "statement"))}});
  }
  for (const auto& one : report.tables)
    rows.push_back(
        {{"carried"}, {fmt::format("{} of {}", text::count(one.rows, "row"), one.name)}});
  for (const std::string& one : report.not_carried)
    rows.push_back({{"left out", Tone::kWarning}, {one}});
  page.table(rows);
  page.line("Both make the same schema and the same rows, in databases made for that and dropped.");
  if (!report.moved_to.empty())
    page.line(
        fmt::format("The old files are in {}; version control is enough: delete them when "
                    "every database has been brought up.",
                    report.moved_to));
}

}  // namespace bedstone::cli
