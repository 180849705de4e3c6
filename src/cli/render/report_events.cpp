// events: what went wrong how often, and what ended it.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/events.hpp"
#include "cli/render/parts.hpp"

namespace bedstone::cli {
namespace {

constexpr std::size_t kMessageWidth = 70;

std::string percent(const bootstrap::Rates& rates) {
  const auto success = rates.success();
  return success ? fmt::format("{:.1f} %", *success * 100) : "—";
}

void add_rates(Page& page, const std::map<std::string, bootstrap::Rates>& rates) {
  const auto all = rates.find("");
  if (all == rates.end() || all->second.runs == 0) return;
  page.line().line(fmt::format("{} succeeded: {} done, {} failed, {} interrupted",
                               percent(all->second), all->second.done, all->second.failed,
                               all->second.interrupted));
  std::vector<Page::Row> rows;
  for (const auto& [command, one] : rates) {
    if (command.empty()) continue;
    rows.push_back({{command, Tone::kName},
                    {percent(one), Tone::kPlain, true},
                    {text::count(one.runs, "run"), Tone::kQuiet}});
  }
  page.table(rows);
}

void add_pattern(Page& page, const bootstrap::ErrorPattern& one) {
  page.add(one.code, one.severity == "error" ? Tone::kBad : Tone::kWarning)
      .line(" " + one.message, Tone::kStrong);
  std::vector<Page::Row> rows;
  const auto add = [&rows](std::string name, std::string value) {
    if (!value.empty()) rows.push_back({{std::move(name), Tone::kQuiet}, {std::move(value)}});
  };
  add("fingerprint", one.fingerprint);
  add("why", one.cause);
  add("what to do", one.hint);
  add("where", one.line == 0 ? one.file : fmt::format("{}:{}", one.file, one.line));
  add("statement", one.statement);
  add("seen", fmt::format("{} in {}, {} to {} UTC", text::count(one.count, "time"),
                          text::count(static_cast<std::int64_t>(one.runs.size()), "run"),
                          short_time(one.first_seen), short_time(one.last_seen)));
  add("hosts", text::join(one.hosts, ", "));
  add("last run", one.runs.empty() ? "" : one.runs.back());
  if (one.resolution) {
    add("got over by",
        fmt::format("{} {} at {} UTC, {} after it was first seen", one.resolution->command,
                    one.resolution->run_id, short_time(one.resolution->at),
                    text::format_duration(one.resolution->after_seconds)));
    add("which did", text::join(one.resolution->steps, ", "));
  } else {
    add("got over by", "nothing so far");
  }
  page.table(rows);
}

}  // namespace

void add_report(Page& page, const bootstrap::EventsReport& report, bool one) {
  if (!report.errors.empty()) return;
  if (one) {
    for (const bootstrap::ErrorPattern& pattern : report.patterns)
      add_pattern(page, pattern);
    return;
  }
  if (report.patterns.empty()) {
    page.line(fmt::format("No error or warning since {} UTC.", short_time(report.since)));
  }
  std::vector<Page::Row> rows;
  for (const bootstrap::ErrorPattern& pattern : report.patterns) {
    rows.push_back({{pattern.fingerprint, Tone::kName},
                    {pattern.code, pattern.severity == "error" ? Tone::kBad : Tone::kWarning},
                    {fmt::format("{}×", pattern.count), Tone::kPlain, true},
                    {short_time(pattern.last_seen), Tone::kQuiet},
                    {pattern.resolution ? "got over" : "open",
                     pattern.resolution ? Tone::kGood : Tone::kWarning},
                    {text::excerpt(pattern.message, kMessageWidth)}});
  }
  page.table(rows, 0);
  add_rates(page, report.rates);
}

void add_report(Page& page, const bootstrap::PruneReport& report) {
  if (!report.errors.empty()) return;
  page.line(fmt::format("{} deleted, with steps and events", text::count(report.pruned, "run")));
}

}  // namespace bedstone::cli
