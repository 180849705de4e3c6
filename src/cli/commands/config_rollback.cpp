// bedstone config rollback
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/flags.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const bootstrap::Host host = session.host();
  auto options = write_options(session);
  if (!options) return session.fail({options.error()});
  const auto revision = parse_revision("REVISION", *session.call().positional(0));
  if (!revision) return session.fail({revision.error()});
  return finish(session, bootstrap::config_rollback(host, session.project(), *revision, *options),
                "config-rollback");
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "REVISION",
     .help = "A number that `bedstone config history` shows; 0: before the first"}};

constexpr FlagSpec kFlags[] = {kReasonFlag, kDryRunFlag};

constexpr Example kExamples[] = {
    {"bedstone config rollback 7 --dry-run", "what would change"},
    {"bedstone config rollback 7", "the values that counted at revision 7"},
};

}  // namespace

constexpr CommandSpec kConfigRollbackCommand{
    .name = "config rollback",
    .summary = "Give all settings the values that they had at a revision",
    .description =
        "As a new revision, so that it can be undone the same way. The values are checked against "
        "the settings.yaml of today; what it does not declare any more, and what a variable pins, "
        "is left alone, and told.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kConfigWriteExits,
    .run = run};

}  // namespace bedstone::cli
