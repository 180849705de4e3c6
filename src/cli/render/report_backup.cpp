// backup, restore: where what is now.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/parts.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

std::string amount(std::uint64_t bytes) {
  const auto number = static_cast<double>(bytes);
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  if (bytes < 1024 * 1024) return fmt::format("{:.1f} KiB", number / 1024);
  return fmt::format("{:.1f} MiB", number / (1024 * 1024));
}

std::string contents(const std::map<std::string, std::int64_t>& rows) {
  std::int64_t total = 0;
  for (const auto& [table, count] : rows)
    total += count;
  return fmt::format("{}, {}", text::count(static_cast<std::int64_t>(rows.size()), "table"),
                     text::count(total, "row"));
}

}  // namespace

void add_report(Page& page, const BackupResult& result) {
  if (result.file.empty()) return;
  page.add("Backed up", Tone::kGood).add(fmt::format(": {} to ", result.database));
  page.line(result.file, Tone::kName);
  page.space(2).line(fmt::format("{}, {}, taken {} UTC", contents(result.rows),
                                 amount(result.bytes), short_time(result.taken_at)));
  for (const std::string& name : result.pruned)
    page.space(2).add("deleted ", Tone::kWarning).line(name, Tone::kName);
  page.space(2).line(fmt::format("checked, in {}", text::format_duration(result.duration)),
                     Tone::kQuiet);
}

void add_report(Page& page, const RestoreResult& result) {
  if (!result.success) return;
  page.add("Restored", Tone::kGood).add(fmt::format(": {} from ", result.database));
  page.line(result.file, Tone::kName);
  page.space(2).add(contents(result.rows));
  if (!result.version.empty()) page.add(fmt::format(", at migration {}", result.version));
  if (!result.taken_at.empty()) {
    page.add(fmt::format(", taken {} UTC", short_time(result.taken_at)));
  }
  page.end();
  if (!result.kept.empty()) {
    page.space(2).add("The old database is kept as ").line(result.kept, Tone::kName);
  }
  page.space(2).line(
      fmt::format("{} in {}", result.verified ? "as its manifest says," : "without a manifest,",
                  text::format_duration(result.duration)),
      Tone::kQuiet);
}

}  // namespace bedstone::cli
