// bedstone config show
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/config.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const ConfigReport report = bootstrap::config_show(session.host(), session.project());
  if (session.json()) {
    session.print_json(to_json(report, "config-show"));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    // What is wrong with values is told, and no failure of this command.
    session.print_problems(report.errors, report.problems);
  }
  return static_cast<int>(report.exit_code);
}

constexpr Example kExamples[] = {
    {"bedstone config show", "all settings"},
    {"bedstone config show --json | jq -r '.settings[] | select(.source == \"database\").name'",
     "those that the database holds"},
};

}  // namespace

constexpr CommandSpec kConfigShowCommand{
    .name = "config show",
    .summary = "Show all settings: values, and where they come from",
    .description =
        "By group. Of secrets only whether they are there. Before the first `bedstone up`: "
        "defaults and pins. Reads only.",
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
