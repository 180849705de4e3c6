// bedstone seed reset
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/seed.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  SeedOptions options = session.seed_options();
  options.reset = true;
  options.all = session.call().has("all");
  if (options.sets.empty() && !options.all) {
    return session.fail(
        {Error(ErrorCode::kUsage, "`seed reset` needs to be told which sets")
             .because("it overwrites what operators changed")
             .advise("name them: bedstone seed reset SET, or take --all; the sets there are: "
                     "bedstone seed status")});
  }
  const std::string which = options.sets.empty() ? "all seed sets" : text::join(options.sets, ", ");
  const Status confirmed = session.confirm(
      fmt::format("this writes the files' values over what operators changed in {}, and brings "
                  "back rows that they deleted.",
                  which),
      fmt::format("bedstone seed reset{} --yes", words_of(options)));
  if (!confirmed) return session.fail({confirmed.error()});
  const SeedingResult result = bootstrap::seed(session.host(), session.project(), options);
  return finish(session, result, SeedView::kReset, "seed-reset", result.exit_code);
}

constexpr FlagSpec kFlags[] = {
    {.name = "all", .help = "All sets"}, kRowsFlag, kWaitFlag, kLockTimeoutFlag};

constexpr Example kExamples[] = {
    {"bedstone seed reset tools", "the file's values, after a question"},
    {"bedstone seed reset --all --yes", "in a script"},
};

}  // namespace

constexpr CommandSpec kSeedResetCommand{
    .name = "seed reset",
    .summary = "Put the rows of seed sets back to what the files say",
    .description =
        "Values that operators changed are overwritten, rows that they deleted come back. Rows "
        "that "
        "the files do not name, and columns that they do not give, are left alone. Asks first; "
        "without a terminal --yes is needed.",
    .positionals = kSetsPositional,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kSeedingExits,
    .run = run};

}  // namespace bedstone::cli
