// What became of secrets, for people.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

Tone tone_of_value(std::string_view status) {
  if (status == "unreadable" || status == "clear" || status == "locked") return Tone::kBad;
  return status == "unchanged" || status == "kept" ? Tone::kQuiet : Tone::kGood;
}

}  // namespace

void add_report(Page& page, const bootstrap::SecretReport& report) {
  std::vector<Page::Row> rows;
  for (const auto& value : report.values)
    rows.push_back({{value.status, tone_of_value(value.status)}, {value.name, Tone::kName}});
  if (!rows.empty()) page.table(rows);
  if (report.rewrapped > 0)
    page.line(fmt::format("{} wrapped anew", text::count(report.rewrapped, "data key")),
              Tone::kGood);
  const bool counted = report.settings + report.history + report.rows > 0;
  if (counted) {
    page.line(fmt::format("{}, {} in their history, {} in tables",
                          text::count(report.settings, "setting"),
                          text::count(report.history, "value"), text::count(report.rows, "value")));
  }
  for (const std::string& id : report.retired)
    page.add("  deleted  ", Tone::kGood).line(fmt::format("the data key {}", id));
  if (report.fingerprint.empty()) return;
  page.line(fmt::format("{} (fingerprint {}), data key {}", report.key, report.fingerprint,
                        report.data_key),
            Tone::kQuiet);
}

}  // namespace bedstone::cli
