// bedstone config validate
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/config.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const ConfigReport report = bootstrap::config_validate(session.host(), session.project());
  if (session.json()) {
    session.print_json(to_json(report, "config-validate"));
  } else {
    Page page = session.page();
    add_verdict(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors.empty() ? report.problems : report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr ExitMeaning kExits[] = {
    {0, "an application can run with the settings"},
    {1, "something is wrong with them, or the question could not be answered"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

constexpr Example kExamples[] = {
    {"bedstone config validate", "all that is wrong"},
    {"bedstone config validate && systemctl restart hub", "before a restart"},
};

}  // namespace

constexpr CommandSpec kConfigValidateCommand{
    .name = "config validate",
    .summary = "Check all settings, and tell all that is wrong",
    .description =
        "Pins, stored values and what depends on one another, against settings.yaml. Finds what "
        "plain SQL broke, secrets that do not open or are not encrypted, and values that nobody "
        "declared. Reads only.",
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
