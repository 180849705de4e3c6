// bedstone events
#include "cli/render/events.hpp"

#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

constexpr std::chrono::hours kDefaultPast{24 * 30};

int run(Session& session) {
  std::optional<std::string> fingerprint;
  if (const auto given = session.call().positional(0)) fingerprint = std::string(*given);
  const bootstrap::EventsReport report =
      bootstrap::events(session.host(), session.project(), fingerprint,
                        session.call().duration("since").value_or(kDefaultPast));
  if (session.json()) {
    session.print_json(to_json(report));
  } else {
    Page page = session.page();
    add_report(page, report, fingerprint.has_value());
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "FINGERPRINT", .arity = Arity::kOptional, .help = "Show this pattern in full"}};

constexpr FlagSpec kFlags[] = {{.name = "since",
                                .kind = ValueKind::kDuration,
                                .metavar = "TIME",
                                .help = "Look so far back",
                                .fallback = "30d"}};

constexpr Example kExamples[] = {
    {"bedstone events", "what went wrong in the last 30 days, and whether it was got over"},
    {"bedstone events 3f9c2a17", "one pattern: what, where, how often, and what ended it"},
    {"bedstone events --since 1d --json | jq .rates.success_rate", "for a monitor"},
};

}  // namespace

constexpr CommandSpec kEventsCommand{
    .name = "events",
    .summary = "Show which errors came how often, and what ended them",
    .description =
        "Errors and warnings of recorded runs, those that are alike together: the same code at the "
        "same place, saying the same but for numbers and quoted values. Each with the first run "
        "that succeeded after it and what that run did; and how many runs succeeded. Reads only.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
