// bedstone seed status
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const SeedStatusReport report = bootstrap::seed_status(session.host(), session.project());
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

constexpr Example kExamples[] = {
    {"bedstone seed status", "which sets there are, and which would run"},
    {"bedstone seed status --json | jq -r '.sets[] | select(.status == \"changed\").set'",
     "for scripts"},
};

}  // namespace

constexpr CommandSpec kSeedStatusCommand{
    .name = "seed status",
    .summary = "Show the seed sets and when they were applied",
    .description = "Reads only, and compares no rows: `bedstone seed diff` does.",
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
