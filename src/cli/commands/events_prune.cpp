// bedstone events prune
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/events.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const bootstrap::PruneReport report =
      bootstrap::prune_events(session.host(), session.project(),
                              session.call().duration("older").value_or(bootstrap::kKeptRunsAge),
                              session.call().count("keep").value_or(bootstrap::kKeptRuns));
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

constexpr FlagSpec kFlags[] = {{.name = "older",
                                .kind = ValueKind::kDuration,
                                .metavar = "TIME",
                                .help = "Delete runs that began longer ago",
                                .fallback = "400d"},
                               {.name = "keep",
                                .kind = ValueKind::kCount,
                                .metavar = "N",
                                .help = "Delete all but the newest N runs",
                                .fallback = "5000"}};

constexpr Example kExamples[] = {
    {"bedstone events prune --older 90d", "three months stay"},
    {"bedstone events prune --keep 1000", "the newest thousand stay"},
};

constexpr ExitMeaning kExits[] = {
    {0, "done"},
    {1, "failed; nothing was deleted"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted; nothing was deleted"},
};

}  // namespace

constexpr CommandSpec kEventsPruneCommand{
    .name = "events prune",
    .summary = "Delete the record of old runs",
    .description =
        "Runs with their steps and events. What still works stays, and so does a run that the "
        "history of migrations or a seed set names. Runs that change something do this by "
        "themselves, with the defaults.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
