// bedstone migrate history
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const StatusReport report = bootstrap::status(session.host(), session.project());
  if (session.json()) {
    session.print_json(to_json(report, report.exit_code, "migrate-history"));
  } else {
    Page page = session.page();
    add_history(page, report);
    session.print(std::move(page));
    session.print_problems(report.problems, report.warnings);
  }
  return static_cast<int>(report.exit_code);
}

constexpr Example kExamples[] = {
    {"bedstone migrate history", "what was applied when, and what is pending"},
};

}  // namespace

constexpr CommandSpec kMigrateHistoryCommand{.name = "migrate history",
                                             .summary = "List all migrations, applied and pending",
                                             .description = "Reads only.",
                                             .examples = kExamples,
                                             .exits = kAnswerExits,
                                             .run = run};

}  // namespace bedstone::cli
