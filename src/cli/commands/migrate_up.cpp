// bedstone migrate up
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/migrate.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  UpOptions options = session.up_options();
  if (const auto version = session.call().positional(0)) options.target = std::string(*version);
  return finish(session, bootstrap::migrate_up(session.host(), session.project(), options),
                "migrate-up");
}

constexpr PositionalSpec kPositionals[] = {{.name = "VERSION",
                                            .arity = Arity::kOptional,
                                            .help = "Stop after this one (default: apply all)"}};

constexpr FlagSpec kFlags[] = {kWaitFlag,     kLockTimeoutFlag, kCreateFlag,
                               kNoCreateFlag, kStrictFlag,      kStrictOrderFlag};

constexpr Example kExamples[] = {
    {"bedstone migrate up", "everything that is pending"},
    {"bedstone migrate up 20261120093000", "up to and including this version"},
};

}  // namespace

constexpr CommandSpec kMigrateUpCommand{.name = "migrate up",
                                        .summary = "Apply pending migrations, and nothing else",
                                        .description = "Like `up` without seeds and settings.",
                                        .positionals = kPositionals,
                                        .flags = kFlags,
                                        .examples = kExamples,
                                        .exits = kChangingExits,
                                        .run = run};

}  // namespace bedstone::cli
