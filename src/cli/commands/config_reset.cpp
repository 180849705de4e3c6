// bedstone config reset
#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/flags.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  auto options = write_options(session);
  if (!options) return session.fail({options.error()});
  if (!options->dry_run) {
    const Status confirmed = session.confirm(
        "this removes all stored values of settings; the application waits for its set-up again.",
        "bedstone config reset --yes");
    if (!confirmed) return session.fail({confirmed.error()});
  }
  return finish(session, bootstrap::config_reset(session.host(), session.project(), *options),
                "config-reset");
}

constexpr FlagSpec kFlags[] = {kReasonFlag, kDryRunFlag};

constexpr Example kExamples[] = {
    {"bedstone config reset", "after a question"},
    {"bedstone config reset --yes --reason relaunch", "in a script"},
};

}  // namespace

constexpr CommandSpec kConfigResetCommand{
    .name = "config reset",
    .summary = "Remove all stored values: the application is UNCONFIGURED again",
    .description =
        "Secrets included. Asks first; without a terminal --yes is needed. The history stays: "
        "`bedstone config rollback` brings the values back.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kConfigWriteExits,
    .run = run};

}  // namespace bedstone::cli
