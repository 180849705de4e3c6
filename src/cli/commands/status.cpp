// bedstone status
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

/// Whether `up` would change something.
bool is_pending(DatabaseState state) {
  return state == DatabaseState::kNoDatabase || state == DatabaseState::kEmpty ||
         state == DatabaseState::kBehind || state == DatabaseState::kInterrupted;
}

int run(Session& session) {
  const StatusReport report =
      bootstrap::status(session.host(), session.project(), session.call().has("verify"));
  ExitCode exit = report.exit_code;
  if (exit == ExitCode::kDone && is_pending(report.state) &&
      session.call().has("detailed-exitcode")) {
    exit = ExitCode::kDifferences;
  }
  if (session.json()) {
    session.print_json(to_json(report, exit, "status"));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.problems, report.warnings);
  }
  return static_cast<int>(exit);
}

constexpr FlagSpec kFlags[] = {
    {.name = "verify",
     .help = "Compare every file and object, even when nothing seems to have moved"},
    kDetailedExitFlag};

constexpr Example kExamples[] = {
    {"bedstone status", "the state, the version, what is pending, who holds the lock"},
    {"bedstone status --json | jq -r .state", "for scripts"},
};

}  // namespace

constexpr CommandSpec kStatusCommand{
    .name = "status",
    .summary = "Show the state of the database",
    .description = "Reads only: a role that may not write is enough, and no lock is waited for.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kReadingExits,
    .run = run};

}  // namespace bedstone::cli
