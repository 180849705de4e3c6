// Instances and changes of settings.
#include "cli/render/config_live.hpp"

#include <fmt/format.h>

#include "cli/render/parts.hpp"

namespace bedstone::cli {
namespace {

std::string quoted(const std::optional<std::string>& value) {
  return value ? fmt::format("\"{}\"", *value) : "(none)";
}

}  // namespace

void add_report(Page& page, const bootstrap::ConfigStatusReport& report) {
  if (!report.errors.empty()) return;
  page.add("revision   ").add(fmt::format("{}", report.revision), Tone::kStrong);
  if (!report.changed_at.empty()) {
    page.add(fmt::format("  {} by {}", short_time(report.changed_at), report.changed_by),
             Tone::kQuiet);
    if (!report.reason.empty()) page.add(": " + report.reason, Tone::kQuiet);
  }
  page.end();
  if (report.instances.empty()) {
    page.line("instances  none");
    return;
  }
  const std::size_t count = report.instances.size();
  const bool all = report.current() == count;
  page.add("instances  ")
      .add(fmt::format("{}/{} on rev {}", report.current(), count, report.revision),
           all ? Tone::kGood : Tone::kWarning)
      .end();
  page.line();
  std::vector<Page::Row> rows;
  for (const bootstrap::ConfigInstance& instance : report.instances) {
    std::string note = instance.problem;
    if (instance.lags && !instance.lags_since.empty()) {
      note = fmt::format("since {}{}{}", short_time(instance.lags_since), note.empty() ? "" : ": ",
                         note);
    }
    rows.push_back(
        {{instance.lags ? "lags" : "current", instance.lags ? Tone::kWarning : Tone::kGood},
         {fmt::format("rev {}", instance.revision)},
         {instance.program, Tone::kName},
         {fmt::format("{}:{}", instance.host, instance.pid)},
         {"seen " + short_time(instance.seen_at), Tone::kQuiet},
         {note, Tone::kWarning}});
  }
  page.table(rows);
}

void add_event(Page& page, const bootstrap::ConfigEvent& event) {
  page.add(short_time(event.at), Tone::kQuiet)
      .add(fmt::format("  rev {}  ", event.revision))
      .add(event.name, Tone::kName)
      .add(fmt::format("  {} → {}", quoted(event.before), quoted(event.after)))
      .add(fmt::format("  by {}", event.by), Tone::kQuiet);
  if (!event.reason.empty()) page.add(": " + event.reason, Tone::kQuiet);
  page.end();
}

}  // namespace bedstone::cli
