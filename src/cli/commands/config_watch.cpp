// bedstone config watch
#include "cli/commands/all.hpp"
#include "cli/render/config_live.hpp"
#include "cli/render/json.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  bootstrap::ConfigWatchOptions options;
  options.count = session.call().count("count").value_or(0);
  options.after = session.call().count("after");
  options.interval = session.call().duration("interval");
  options.on_event = [&session](const bootstrap::ConfigEvent& event) {
    if (session.json()) return session.print_json(to_json(event));
    Page page = session.page();
    add_event(page, event);
    session.print(std::move(page));
  };
  options.on_trouble = [&session](const Error& error) { session.log().warning(error.message); };
  const bootstrap::ConfigWatchReport report =
      bootstrap::config_watch(session.host(), session.project(), options);
  if (!report.errors.empty()) {
    if (session.json())
      session.print_json(errors_json(report.errors, report.exit_code));
    else
      session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr FlagSpec kFlags[] = {
    {.name = "count",
     .kind = ValueKind::kCount,
     .metavar = "N",
     .help = "End after N changes, instead of never"},
    {.name = "after",
     .kind = ValueKind::kCount,
     .metavar = "REVISION",
     .help = "Begin with what came after that revision, instead of now"},
    {.name = "interval",
     .kind = ValueKind::kDuration,
     .metavar = "TIME",
     .help = "How often is asked where the database does not tell: SQLite, or behind a pooler",
     .fallback = "50ms, or 1s"},
};

constexpr Example kExamples[] = {
    {"bedstone config watch", "who changes what, as it happens"},
    {"bedstone config watch --json | while read -r change; do …; done",
     "for scripts: an object a line"},
    {"bedstone config watch --count 1 && systemctl reload app", "wait for one change"},
};

constexpr ExitMeaning kExits[] = {
    {0, "--count changes were seen"},
    {1, "failed"},
    {3, "a person must decide"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted, as it ends without --count"},
};

}  // namespace

constexpr CommandSpec kConfigWatchCommand{
    .name = "config watch",
    .summary = "Print changes of settings as they happen",
    .description =
        "Reads only. When the database goes away it waits for it and leaves no change out. Values "
        "of secrets, and of settings that nobody declared, are never shown.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
