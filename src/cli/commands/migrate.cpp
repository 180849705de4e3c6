// Printing results and asking before something is reverted.
#include "cli/commands/migrate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {

int finish(Session& session, const MigrationResult& result, std::string_view command) {
  if (session.json()) {
    session.print_json(to_json(result, command));
  } else {
    Page page = session.page();
    add_report(page, result);
    session.print(std::move(page));
    session.print_problems(result.errors, result.warnings);
  }
  return static_cast<int>(result.exit_code);
}

Result<std::vector<MigrationEntry>> applied_newest_first(Session& session) {
  StatusReport report = bootstrap::status(session.host(), session.project());
  // Only what kept the history from being read is in the way here; the command itself judges the
  // rest.
  if (report.migrations.empty() && !report.problems.empty()) {
    return fail(std::move(report.problems.front()));
  }
  std::vector<MigrationEntry> entries;
  for (MigrationEntry& entry : report.migrations) {
    if (entry.applied && entry.kind == "versioned") entries.push_back(std::move(entry));
  }
  std::reverse(entries.begin(), entries.end());
  return entries;
}

std::string revert_question(const std::vector<MigrationEntry>& entries) {
  std::vector<std::string> names;
  for (const MigrationEntry& entry : entries)
    names.push_back(fmt::format("{}_{}", entry.version, entry.name));
  return fmt::format("This reverts {}; the data in what {} had made is lost.",
                     text::join(names, ", "), entries.size() == 1 ? "it" : "they");
}

}  // namespace bedstone::cli
