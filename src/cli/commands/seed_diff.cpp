// bedstone seed diff
#include "cli/commands/all.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/seed.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  SeedOptions options = session.seed_options();
  options.dry_run = true;
  options.compare = true;
  const SeedingResult result = bootstrap::seed(session.host(), session.project(), options);
  ExitCode exit = result.success ? ExitCode::kDone : result.exit_code;
  const bool detailed = session.call().has("detailed-exitcode");
  if (exit == ExitCode::kDone && detailed && differs(result, SeedView::kDiff)) {
    exit = ExitCode::kDifferences;
  }
  return finish(session, result, SeedView::kDiff, "seed-diff", exit);
}

constexpr FlagSpec kFlags[] = {kRowsFlag, kWaitFlag, kDifferencesExitFlag};

constexpr Example kExamples[] = {
    {"bedstone seed diff", "what is missing, would be updated, or was changed by an operator"},
    {"bedstone seed diff tools --rows 500", "one set, in full"},
    {"bedstone seed diff --detailed-exitcode", "exit 2 when there is a difference"},
};

constexpr ExitMeaning kExits[] = {
    {0, "the question is answered"},
    {1, "failed"},
    {2, "there are differences (only with --detailed-exitcode)"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

}  // namespace

constexpr CommandSpec kSeedDiffCommand{
    .name = "seed diff",
    .summary = "Compare the rows of seed sets with the database",
    .description =
        "Of all sets or those that are named, also unchanged ones, lists what `bedstone seed` "
        "would create and update, and what it would leave: values that an operator changed, rows "
        "that an operator deleted, rows that left the file. Changes nothing.",
    .positionals = kSetsPositional,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
