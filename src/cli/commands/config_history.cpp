// bedstone config history
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/config.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

constexpr std::int64_t kLimit = 50;

int run(Session& session) {
  const auto report = bootstrap::config_history(
      session.host(), session.project(), std::string(session.call().positional(0).value_or("")),
      session.call().count("limit").value_or(kLimit));
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

constexpr PositionalSpec kPositionals[] = {
    {.name = "KEY", .arity = Arity::kOptional, .help = "One setting; otherwise all"}};

constexpr FlagSpec kFlags[] = {{.name = "limit",
                                .kind = ValueKind::kCount,
                                .metavar = "N",
                                .help = "Show so many changes",
                                .fallback = "50"}};

constexpr Example kExamples[] = {
    {"bedstone config history", "the last 50 changes"},
    {"bedstone config history port", "of one setting"},
};

}  // namespace

constexpr CommandSpec kConfigHistoryCommand{
    .name = "config history",
    .summary = "Show who changed which setting, when and why",
    .description =
        "The newest first. Plain SQL stands there, too, as `SQL` with the role that did it. Of "
        "secrets only that they changed. Reads only.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
