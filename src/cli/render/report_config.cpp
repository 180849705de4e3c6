// Settings for people.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/render/config.hpp"
#include "cli/render/parts.hpp"

namespace bedstone::cli {
namespace {

constexpr std::size_t kValueWidth = 60;
constexpr std::string_view kNothing = "—";

std::string value_text(const std::optional<std::string>& value) {
  if (!value) return std::string(kNothing);
  return value->empty() ? "\"\"" : text::excerpt(*value, kValueWidth);
}

Page::Cell value_cell(const std::optional<std::string>& value, Tone tone = Tone::kPlain) {
  return {value_text(value), value ? tone : Tone::kQuiet};
}

/// What there is to say beside value and source, the most telling first.
Page::Cell marks_of(const SettingState& state) {
  std::vector<std::string> marks;
  Tone tone = Tone::kQuiet;
  if (state.locked) marks.emplace_back("locked");
  if (state.in_clear) marks.emplace_back("not encrypted");
  if (!state.declared) marks.emplace_back("not declared");
  if (!state.problems.empty() && !state.locked && state.declared) marks.emplace_back("wrong");
  if (state.required && state.counts && state.source == "none") marks.emplace_back("missing");
  if (!marks.empty()) tone = Tone::kBad;
  if (state.source == "pin") marks.push_back(fmt::format("pinned by {}", state.variable));
  if (state.secret) marks.emplace_back("secret");
  if (!state.counts) marks.emplace_back("does not count");
  return {text::join(marks, ", "), tone};
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, text::display_width(text)), ' ');
}

/// Every group in the order of its first setting; columns stand in line across groups.
void add_groups(Page& page, const std::vector<SettingState>& settings) {
  std::vector<std::string> groups;
  std::size_t names = 0;
  std::size_t values = 0;
  for (const SettingState& one : settings) {
    if (std::find(groups.begin(), groups.end(), one.group) == groups.end())
      groups.push_back(one.group);
    names = std::max(names, text::display_width(one.name));
    values = std::max(values, text::display_width(value_text(one.value)));
  }
  for (const std::string& group : groups) {
    page.line();
    if (!group.empty() || groups.size() > 1)
      page.line(group.empty() ? "Other" : group, Tone::kStrong);
    std::vector<Page::Row> rows;
    for (const SettingState& one : settings) {
      if (one.group != group) continue;
      rows.push_back(
          {{padded(one.name, names), Tone::kName},
           {padded(value_text(one.value), values), one.value ? Tone::kPlain : Tone::kQuiet},
           {padded(one.source == "none" ? "" : one.source, 8), Tone::kQuiet},
           marks_of(one)});
    }
    page.table(rows);
  }
}

void add_head(Page& page, const std::string& project, const std::string& database) {
  page.add(project, Tone::kStrong).add(" on ").add(database, Tone::kName);
}

Tone tone_of(std::string_view effect) {
  if (effect == "unchanged") return Tone::kQuiet;
  return effect == "removed" || effect == "pinned" ? Tone::kWarning : Tone::kGood;
}

void add_restart(Page& page, const ConfigChangeResult& result) {
  std::vector<std::string> names;
  for (const SettingChanged& one : result.settings) {
    if (one.restart && one.effect != "unchanged" && one.effect != "pinned")
      names.push_back(one.name);
  }
  if (names.empty()) return;
  page.add("From the application's next start on: ", Tone::kWarning).line(text::join(names, ", "));
}

}  // namespace

void add_report(Page& page, const ConfigReport& report) {
  if (report.project.empty() || !report.errors.empty()) return;
  add_head(page, report.project, report.database);
  page.add(": ").add(report.configured ? "CONFIGURED" : "UNCONFIGURED",
                     report.configured ? Tone::kGood : Tone::kWarning);
  if (report.provided) {
    page.line(fmt::format(", revision {}", report.revision));
  } else {
    page.line(", nothing is stored yet");
    page.line("What stands here are defaults and pins; `bedstone up` makes the place for values.",
              Tone::kQuiet);
  }
  add_groups(page, report.settings);
}

void add_verdict(Page& page, const ConfigReport& report) {
  if (report.project.empty() || !report.errors.empty() || !report.problems.empty()) return;
  page.line(fmt::format("{} of {} fit.",
                        text::count(static_cast<std::int64_t>(report.settings.size()), "setting"),
                        report.project),
            Tone::kGood);
}

void add_report(Page& page, const ConfigExplanation& report) {
  if (!report.errors.empty()) return;
  const SettingState& setting = report.setting;
  page.add(setting.name, Tone::kName).add(" = ").add(value_text(setting.value), Tone::kStrong);
  page.line(setting.source == "none" ? "" : fmt::format(", from: {}", setting.source));
  if (!setting.description.empty()) page.line("  " + setting.description, Tone::kQuiet);
  page.line();
  std::vector<Page::Row> rows;
  for (const SettingSource& source : report.sources) {
    rows.push_back({{source.wins ? "→" : " ", Tone::kGood},
                    {source.kind, source.wins ? Tone::kStrong : Tone::kPlain},
                    {source.name, Tone::kName},
                    value_cell(source.value),
                    {source.detail, Tone::kQuiet}});
  }
  page.table(rows, 0);
  if (!setting.counts)
    page.line("It does not count now: what its `requires:` ask for is not so.", Tone::kWarning);
}

void add_report(Page& page, const ConfigHistory& report) {
  if (report.project.empty() || !report.errors.empty()) return;
  if (report.entries.empty()) {
    page.line("No setting was ever changed.");
    return;
  }
  std::vector<Page::Row> rows;
  rows.push_back({{"rev", Tone::kQuiet, true},
                  {"when", Tone::kQuiet},
                  {"who", Tone::kQuiet},
                  {"setting", Tone::kQuiet},
                  {"before", Tone::kQuiet},
                  {"", Tone::kQuiet},
                  {"after", Tone::kQuiet},
                  {"why", Tone::kQuiet}});
  for (const SettingHistoryEntry& entry : report.entries) {
    rows.push_back({{fmt::format("{}", entry.revision), Tone::kPlain, true},
                    {short_time(entry.at), Tone::kQuiet},
                    {entry.by, Tone::kPlain},
                    {entry.name, Tone::kName},
                    value_cell(entry.before),
                    {"→", Tone::kQuiet},
                    value_cell(entry.after),
                    {entry.reason, Tone::kQuiet}});
  }
  page.table(rows, 0);
}

void add_report(Page& page, const ConfigChangeResult& result) {
  if (!result.errors.empty()) return;
  const bool changed =
      std::any_of(result.settings.begin(), result.settings.end(), [](const SettingChanged& one) {
        return one.effect != "unchanged" && one.effect != "pinned";
      });
  add_head(page, result.project, result.database);
  if (result.dry_run) {
    page.line(changed ? ": this would be changed" : ": nothing would be changed");
  } else {
    page.line(fmt::format(": {}revision {}", changed ? "" : "nothing changed, ", result.revision));
  }
  std::vector<Page::Row> rows;
  for (const SettingChanged& one : result.settings) {
    const bool both = one.before && one.after && one.effect != "unchanged";
    rows.push_back({{one.effect, tone_of(one.effect)},
                    {one.name, Tone::kName},
                    {both ? fmt::format("{} → {}", value_text(one.before), value_text(one.after))
                          : value_text(one.after ? one.after : one.before)}});
  }
  page.table(rows);
  if (changed) add_restart(page, result);
}

void add_report(Page& page, const ConfigExport& result, std::string_view file) {
  if (!result.errors.empty()) return;
  page.add("  wrote  ", Tone::kGood).add(file, Tone::kName);
  page.line(fmt::format(": {}, {}", text::count(result.values, "value"),
                        text::count(result.secrets, "encrypted secret")));
  if (result.left_out.empty()) return;
  page.add("Not in it: ", Tone::kWarning);
  page.line(
      fmt::format("{}. With --secrets they are, encrypted.", text::join(result.left_out, ", ")));
}

}  // namespace bedstone::cli
