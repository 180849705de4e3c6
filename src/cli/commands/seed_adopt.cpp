// bedstone seed adopt
#include "cli/commands/all.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/seed.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  SeedOptions options = session.seed_options();
  options.adopt = true;
  options.all = true;
  const SeedingResult result = bootstrap::seed(session.host(), session.project(), options);
  // What differs now is what adopting is about, and no conflict.
  const ExitCode exit = result.success ? ExitCode::kDone : result.exit_code;
  return finish(session, result, SeedView::kAdopt, "seed-adopt", exit);
}

constexpr FlagSpec kFlags[] = {kWaitFlag, kLockTimeoutFlag};

constexpr Example kExamples[] = {
    {"bedstone seed adopt roles", "what an older tool had seeded is Bedstone's from now on"},
    {"bedstone seed adopt", "all sets"},
};

}  // namespace

constexpr CommandSpec kSeedAdoptCommand{
    .name = "seed adopt",
    .summary = "Take rows that are there already as Bedstone's own",
    .description =
        "Rows of the sets' keys that stand in the tables count as written by Bedstone, with the "
        "values that they have now: the next `bedstone seed` updates them where the file says "
        "otherwise, and sets in mode sync may delete them. Writes no rows.",
    .positionals = kSetsPositional,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kSeedingExits,
    .run = run};

}  // namespace bedstone::cli
