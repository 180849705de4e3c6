// bedstone migrate baseline
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/migrate.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  std::optional<std::string> version;
  if (const auto given = session.call().positional(0)) version = std::string(*given);
  const std::string question = fmt::format(
      "this records {} as applied without running anything; what the database lacks "
      "will then stay missing",
      version ? fmt::format("every migration up to {}", text::printable(*version))
              : "every migration");
  const std::string command = fmt::format("bedstone migrate baseline{}{} --yes", version ? " " : "",
                                          version ? text::shell_quote(*version) : "");
  if (const Status status = session.confirm(question, command); !status) {
    return session.fail({status.error()});
  }
  return finish(
      session,
      bootstrap::migrate_baseline(session.host(), session.project(), session.up_options(), version),
      "migrate-baseline");
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "VERSION",
     .arity = Arity::kOptional,
     .help = "The last one that the database holds already (default: all of them)"}};

constexpr FlagSpec kFlags[] = {kWaitFlag, kLockTimeoutFlag};

constexpr Example kExamples[] = {
    {"bedstone migrate baseline 20261120093000", "a database that was made by hand until then"},
};

}  // namespace

constexpr CommandSpec kMigrateBaselineCommand{
    .name = "migrate baseline",
    .summary = "Record migrations as applied without running them",
    .description =
        "For a database that holds tables already: from then on only later migrations are applied. "
        "Asks first, as a migration recorded so is never run; without a terminal --yes is needed.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kChangingExits,
    .run = run};

}  // namespace bedstone::cli
