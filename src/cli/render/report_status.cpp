// status, migrate history, migrate verify.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "cli/render/parts.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

/// The command that moves a database on from a state; empty where there is nothing to do.
std::string_view next_command(DatabaseState state) {
  switch (state) {
    case DatabaseState::kNoDatabase:
    case DatabaseState::kEmpty:
    case DatabaseState::kBehind:
    case DatabaseState::kInterrupted:
      return "bedstone up";
    case DatabaseState::kForeign:
      return "bedstone migrate baseline";
    case DatabaseState::kDiverged:
      return "bedstone migrate verify";
    case DatabaseState::kDrifted:
      return "bedstone explain BED0603";
    case DatabaseState::kUnreachable:
    case DatabaseState::kAhead:
    case DatabaseState::kCurrent:
      return {};
  }
  return {};
}

std::string engine_line(const StatusReport& report) {
  std::string line = report.database_type;
  if (!report.server_version.empty()) line += fmt::format(" {}", report.server_version);
  if (report.pooled) line += ", through a transaction pooler";
  return line;
}

std::string version_line(const StatusReport& report) {
  if (report.current_version == report.latest_version) return report.current_version;
  return fmt::format("{} of {}", report.current_version.empty() ? "none" : report.current_version,
                     report.latest_version.empty() ? "none" : report.latest_version);
}

/// "3 applied, 1 pending"
std::string tally(const std::vector<MigrationEntry>& entries) {
  std::map<std::string, int> counts;
  std::vector<std::string> order;
  for (const MigrationEntry& entry : entries) {
    if (counts[entry.status]++ == 0) order.push_back(entry.status);
  }
  std::vector<std::string> parts;
  for (const std::string& status : order)
    parts.push_back(fmt::format("{} {}", counts[status], status));
  return parts.empty() ? "none" : text::join(parts, ", ");
}

/// "12 sets, 2 of them to do: roles, tools"
std::string seeds_line(const StatusReport& report) {
  const auto due = static_cast<std::int64_t>(report.seeds_due.size());
  std::string line = text::count(report.seed_sets, "set");
  if (due == report.seed_sets) return line + ", all to do";
  if (due == 0) return line + ", nothing to do";
  return text::excerpt(
      fmt::format("{}, {} to do: {}", line, due, text::join(report.seeds_due, ", ")), 100);
}

/// "15 declared, 3 of them stored at revision 4, to do: port"
std::string settings_line(const SettingsStatus& settings) {
  std::string line = fmt::format("{} declared", settings.declared);
  if (settings.revision > 0)
    line += fmt::format(", {} stored, revision {}", settings.stored, settings.revision);
  if (!settings.due.empty()) line += ", to do: " + text::join(settings.due, ", ");
  return text::excerpt(line, 100);
}

/// What an application lacks whose database is ready.
void add_missing(Page& page, const StatusReport& report) {
  const bool waits = report.lifecycle == Lifecycle::kUnconfigured && report.settings &&
                     !report.settings->missing.empty();
  if (!waits) return;
  page.line().line("To be configured:", Tone::kWarning);
  for (const Error& error : report.settings->missing) {
    page.space(2).line(error.message);
    if (!error.hint.empty()) page.space(4).line(error.hint, Tone::kQuiet);
  }
}

/// The next thing to do where the database itself needs nothing.
std::string_view next_for_application(const StatusReport& report) {
  const bool current =
      report.state == DatabaseState::kCurrent || report.state == DatabaseState::kDrifted;
  if (!current) return {};
  if (!report.seeds_due.empty() || (report.settings && !report.settings->due.empty()))
    return "bedstone up";
  if (report.lifecycle != Lifecycle::kUnconfigured || !report.settings) return {};
  return report.settings->has_setup ? "bedstone config setup" : "bedstone config set";
}

bool is_settled(const MigrationEntry& entry) {
  return entry.status == "applied" || entry.status == "baseline" || entry.status == "superseded" ||
         entry.status == "squashed";
}

}  // namespace

void add_report(Page& page, const StatusReport& report) {
  // Without a project nothing is known of any database.
  if (report.project.empty()) return;
  const bool reached = report.state != DatabaseState::kUnreachable;
  std::vector<Page::Row> rows;
  const auto row = [&rows](std::string_view label, std::string value, Tone tone = Tone::kPlain) {
    if (value.empty()) return;
    rows.push_back({{std::string(label), Tone::kQuiet}, {std::move(value), tone}});
  };
  row("project", report.project, Tone::kStrong);
  row("database", report.database, Tone::kName);
  row("engine", engine_line(report));
  row("state", std::string(state_name(report.state)), tone_of(report.state));
  row("lifecycle", std::string(lifecycle_name(report.lifecycle)));
  row("version", version_line(report));
  if (reached) row("migrations", tally(report.migrations));
  if (reached && report.seed_sets > 0) row("seeds", seeds_line(report));
  if (reached && report.settings) row("settings", settings_line(*report.settings));
  if (report.lock) {
    row("locked by",
        fmt::format("{}, process {}, since {}{}", report.lock->host, report.lock->pid,
                    short_time(report.lock->since),
                    report.lock->step.empty() ? "" : fmt::format(", at {}", report.lock->step)),
        Tone::kWarning);
  }
  page.table(rows, 0);

  std::vector<MigrationEntry> open;
  std::copy_if(report.migrations.begin(), report.migrations.end(), std::back_inserter(open),
               [](const MigrationEntry& entry) { return !is_settled(entry); });
  if (!open.empty()) {
    page.line();
    add_migrations(page, open);
  }
  if (!report.drift.empty()) {
    page.line().line("The schema is not what was recorded:", Tone::kWarning);
    add_drift(page, report.drift);
  }
  add_missing(page, report);
  const std::string_view own = next_command(report.state);
  const std::string_view further = next_for_application(report);
  const std::string_view next = further.empty() ? own : further;
  if (!next.empty() && report.problems.empty()) {
    page.line().add("Next: ", Tone::kQuiet).line(next, Tone::kStrong);
  }
}

void add_history(Page& page, const StatusReport& report) {
  if (report.migrations.empty() && report.state == DatabaseState::kUnreachable) return;
  if (report.migrations.empty()) {
    page.line("There are no migrations, neither in the project nor in the database.");
    return;
  }
  add_migrations(page, report.migrations);
  page.line(fmt::format("Migrations: {}", tally(report.migrations)));
}

void add_verification(Page& page, const StatusReport& report) {
  add_history(page, report);
  if (!report.drift.empty()) {
    page.line("The schema is not what was recorded:", Tone::kWarning);
    add_drift(page, report.drift);
    return;
  }
  const bool fine = report.exit_code == ExitCode::kDone && report.problems.empty();
  if (fine) page.line("Every file and every object is as recorded.", Tone::kGood);
}

}  // namespace bedstone::cli
