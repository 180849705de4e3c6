// bedstone runs
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

constexpr std::int64_t kDefaultLimit = 20;

int run(Session& session) {
  std::optional<std::string> run_id;
  if (const auto given = session.call().positional(0)) run_id = std::string(*given);
  const bootstrap::RunsReport report =
      bootstrap::runs(session.host(), session.project(), run_id,
                      session.call().count("limit").value_or(kDefaultLimit));
  if (session.json()) {
    session.print_json(to_json(report));
  } else {
    Page page = session.page();
    add_report(page, report, run_id.has_value());
    session.print(std::move(page));
    std::vector<Error> errors = report.errors;
    // What a recorded run had failed with is part of the answer.
    for (const RunRecord& record : report.runs)
      errors.insert(errors.end(), record.errors.begin(), record.errors.end());
    session.print_problems(errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "RUN_ID", .arity = Arity::kOptional, .help = "Show this run with its steps"}};

constexpr FlagSpec kFlags[] = {{.name = "limit",
                                .kind = ValueKind::kCount,
                                .metavar = "N",
                                .help = "Show the last N runs",
                                .fallback = "20"}};

constexpr Example kExamples[] = {
    {"bedstone runs", "what ran when, and how it ended"},
    {"bedstone runs 3f9c2a17…", "the steps of one run"},
};

}  // namespace

constexpr CommandSpec kRunsCommand{.name = "runs",
                                   .summary = "Show what ran when",
                                   .description = "Newest first. Reads only.",
                                   .positionals = kPositionals,
                                   .flags = kFlags,
                                   .examples = kExamples,
                                   .exits = kAnswerExits,
                                   .run = run};

}  // namespace bedstone::cli
