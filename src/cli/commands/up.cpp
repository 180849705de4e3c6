// bedstone up
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/plan.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const UpOptions options = session.up_options();
  if (session.call().has("dry-run")) return show_plan(session, options);
  const InitializationResult result = bootstrap::up(session.host(), session.project(), options);
  if (session.json()) {
    session.print_json(to_json(result, "up"));
  } else {
    Page page = session.page();
    add_report(page, result);
    session.print(std::move(page));
    session.print_problems(result.errors, result.warnings);
  }
  return static_cast<int>(result.exit_code);
}

constexpr FlagSpec kFlags[] = {
    kDryRunFlag,    kBackupFlag, kForceFlag,    kNoSeedFlag, kWaitFlag,        kLockTimeoutFlag,
    kOnFailureFlag, kCreateFlag, kNoCreateFlag, kStrictFlag, kStrictOrderFlag, kDetailedExitFlag};

constexpr Example kExamples[] = {
    {"bedstone up", "the project in this folder"},
    {"bedstone up --dry-run", "what would be done"},
    {"DATABASE_URL=postgresql://app@db/hub bedstone up --wait 2m",
     "a server that is still starting"},
    {"bedstone up --json | jq .state_after", "for scripts"},
};

constexpr ExitMeaning kExits[] = {
    {0, "ready"},
    {1, "failed; what had been done stays recorded, the rest is rolled back"},
    {2, "something is pending (only with --dry-run --detailed-exitcode)"},
    {3, "a person must decide; nothing was changed"},
    {4, "the database cannot be reached, or refused the credentials"},
    {5, "another run held the lock for too long"},
    {64, "the command line was not understood"},
    {130, "interrupted; the migration at work was rolled back"},
};

}  // namespace

constexpr CommandSpec kUpCommand{
    .name = "up",
    .summary = "Bring the database from whatever state it is in to ready",
    .description =
        "Waits for the database, creates it where that is allowed, takes the lock, applies what is "
        "pending and records the run. A second `up` finds nothing to do and costs one query. Any "
        "number of processes may run it at once; after a crash, running it again is all there is "
        "to do.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
