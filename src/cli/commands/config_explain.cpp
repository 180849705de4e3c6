// bedstone config explain
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/config.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const auto report = bootstrap::config_explain(session.host(), session.project(),
                                                std::string(*session.call().positional(0)));
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

constexpr PositionalSpec kPositionals[] = {{.name = "KEY", .help = "The setting's name"}};

constexpr Example kExamples[] = {
    {"bedstone config explain port", "why the variable PORT has no effect any more"},
};

}  // namespace

constexpr CommandSpec kConfigExplainCommand{
    .name = "config explain",
    .summary = "Tell where a setting's value comes from, and where it could",
    .description =
        "Every source, the strongest first: the variable that pins it, the database (who, when, "
        "why), the variable that it is imported from once, the default. An arrow marks the one "
        "that counts. Reads only.",
    .positionals = kPositionals,
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
