// bedstone health
#include "bootstrap/health.hpp"

#include "cli/commands/all.hpp"
#include "cli/render/health.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int list(Session& session) {
  if (session.json()) {
    session.print_json(checks_json());
  } else {
    Page page = session.page();
    add_checks(page);
    session.print(std::move(page));
  }
  return 0;
}

int run(Session& session) {
  if (session.call().has("list")) return list(session);
  bootstrap::HealthOptions options;
  for (const std::string_view id : session.call().values("check"))
    options.checks.emplace_back(id);
  options.all = options.thorough = session.call().has("all");
  const HealthReport report = bootstrap::health(session.host(), session.project(), options);
  if (session.json()) {
    session.print_json(to_json(report, "health"));
  } else {
    Page page = session.page();
    add_report(page, report, false);
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr FlagSpec kFlags[] = {
    {.name = "check",
     .kind = ValueKind::kText,
     .metavar = "ID",
     .help = "Only this check; may be given more than once"},
    {.name = "all", .help = "Also the checks that read much: rows, pages, secrets, statistics"},
    {.name = "list", .help = "Show which checks there are"},
};

constexpr Example kExamples[] = {
    {"bedstone health", "is all well? the quick checks"},
    {"bedstone health --check migrations --check schema", "only these two"},
    {"bedstone health --all --json | jq '.checks[] | select(.outcome != \"pass\")'",
     "everything that is not well, for scripts"},
    {"bedstone health -q", "for probes: the exit code alone"},
};

constexpr ExitMeaning kExits[] = {
    {0, "nothing failed; there may be warnings"},
    {1, "a check failed, or the database cannot be reached"},
    {64, "the command line was not understood, or there is no such check"},
    {130, "interrupted"},
};

}  // namespace

constexpr CommandSpec kHealthCommand{
    .name = "health",
    .summary = "Check that database and project are well",
    .description =
        "Each check passes, warns or fails, says what it saw, and names the command that mends "
        "it. Without flags only checks that cost milliseconds run. Reads only, waits for no lock, "
        "and works with a role that may do nothing else; what such a role may not see is said, and "
        "does not count as a failure.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
