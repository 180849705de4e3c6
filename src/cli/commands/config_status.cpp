// bedstone config status
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/config_live.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const bootstrap::ConfigStatusReport report =
      bootstrap::config_status(session.host(), session.project());
  ExitCode exit = report.exit_code;
  const bool lags = report.current() < report.instances.size();
  if (exit == ExitCode::kDone && lags && session.call().has("detailed-exitcode"))
    exit = ExitCode::kDifferences;
  if (session.json()) {
    session.print_json(to_json(report, exit));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(exit);
}

constexpr FlagSpec kFlags[] = {
    {.name = "detailed-exitcode", .help = "Exit 2 when an instance is not on the newest revision"},
};

constexpr Example kExamples[] = {
    {"bedstone config status", "whether every replica has the last change"},
    {"bedstone config status --json | jq -r '.instances[] | select(.lags).problem'",
     "why some have not"},
};

}  // namespace

constexpr CommandSpec kConfigStatusCommand{
    .name = "config status",
    .summary = "Show which processes use which revision of the settings",
    .description = "Reads only.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kReadingExits,
    .run = run};

}  // namespace bedstone::cli
