// bedstone plan
#include "cli/commands/plan.hpp"

#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  return show_plan(session, session.up_options());
}

constexpr FlagSpec kFlags[] = {kForceFlag,    kNoSeedFlag, kWaitFlag,        kCreateFlag,
                               kNoCreateFlag, kStrictFlag, kStrictOrderFlag, kDetailedExitFlag};

constexpr Example kExamples[] = {
    {"bedstone plan", "what `bedstone up` would do now"},
    {"bedstone plan --detailed-exitcode", "exit 2 when something is pending, for pipelines"},
};

}  // namespace

int show_plan(Session& session, const UpOptions& options) {
  const bootstrap::PlanReport report = bootstrap::plan(session.host(), session.project(), options);
  ExitCode exit = report.exit_code;
  const bool pending = report.plan.problems.empty() && !report.plan.steps.empty();
  if (exit == ExitCode::kDone && pending && session.call().has("detailed-exitcode")) {
    exit = ExitCode::kDifferences;
  }
  if (session.json()) {
    // A dry run of `up` answers with a plan, so it says so.
    session.print_json(to_json(report, exit, "plan"));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.plan.problems, report.plan.warnings);
  }
  return static_cast<int>(exit);
}

constexpr CommandSpec kPlanCommand{
    .name = "plan",
    .summary = "Show what `up` would do",
    .description = "Reads only: a role that may not write is enough, and no lock is waited for.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kReadingExits,
    .run = run};

}  // namespace bedstone::cli
