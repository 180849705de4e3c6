// config setup for people.
#include <fmt/format.h>

#include "cli/render/setup.hpp"

namespace bedstone::cli {

void add_report(Page& page, const bootstrap::SetupReport& report) {
  if (!report.errors.empty()) return;
  std::vector<Page::Row> rows;
  for (const config::EditedSetting& one : report.settings) {
    rows.push_back({{std::string(config::effect_name(one.effect)), Tone::kQuiet},
                    {one.key, Tone::kName},
                    {one.after.value_or(""), Tone::kPlain}});
  }
  page.table(rows, 2);
  if (report.dry_run) {
    page.line(fmt::format("Would be {}; nothing was changed.", lifecycle_name(report.lifecycle)));
    return;
  }
  page.add(lifecycle_name(report.lifecycle), Tone::kGood);
  page.line(
      fmt::format(": {} on {}, revision {}", report.project, report.database, report.revision));
}

}  // namespace bedstone::cli
