// bedstone wait
#include "cli/commands/all.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const auto until = session.call().value("until") == "reachable" ? bootstrap::WaitUntil::kReachable
                                                                  : bootstrap::WaitUntil::kCurrent;
  const bootstrap::WaitReport report =
      bootstrap::wait(session.host(), session.project(), until, session.call().duration("timeout"));
  if (session.json()) {
    session.print_json(to_json(report));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr std::array<std::string_view, 2> kUntil{"reachable", "current"};

constexpr FlagSpec kFlags[] = {
    {.name = "until",
     .kind = ValueKind::kChoice,
     .metavar = "STATE",
     .help = "reachable: it answers; current: every migration of this project is applied",
     .fallback = "current",
     .choices = kUntil},
    {.name = "timeout",
     .kind = ValueKind::kDuration,
     .metavar = "TIME",
     .help = "Give up after so long",
     .fallback = "database.wait"},
};

constexpr Example kExamples[] = {
    {"bedstone wait --until current && exec worker", "a process that may not change the schema"},
    {"bedstone wait --until reachable --timeout 2m", "a server that is still starting"},
};

constexpr ExitMeaning kExits[] = {
    {0, "reached"},
    {1, "not reached in time, or failed"},
    {3, "waiting cannot help: a person must decide"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

}  // namespace

constexpr CommandSpec kWaitCommand{
    .name = "wait",
    .summary = "Wait until the database is reachable or current",
    .description = "For processes that may not change the schema. Reads only.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
