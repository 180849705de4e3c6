// bedstone config unset
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
  std::vector<bootstrap::ConfigEdit> edits;
  for (const std::string_view name : session.call().positionals)
    edits.push_back({std::string(name), std::nullopt});
  if (edits.empty()) {
    return session.fail({Error(ErrorCode::kUsage, "`config unset` needs to be told which settings")
                             .advise("bedstone config unset KEY …; all: bedstone config reset")});
  }
  return finish(session, bootstrap::config_set(host, session.project(), std::move(edits), *options),
                "config-unset");
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "KEY", .arity = Arity::kMany, .help = "Settings' names"}};

constexpr FlagSpec kFlags[] = {kReasonFlag, kIfRevisionFlag, kDryRunFlag};

constexpr Example kExamples[] = {
    {"bedstone config unset csp_report_uri", "its default counts again"},
    {"bedstone config unset old_key older_key", "what left settings.yaml"},
};

}  // namespace

constexpr CommandSpec kConfigUnsetCommand{
    .name = "config unset",
    .summary = "Remove settings' stored values",
    .description =
        "From then on the default counts, or there is none; a setting that is required and counts "
        "must keep a value. One with `generate:` gets a new value at once. Also removes what "
        "nobody declares any more.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kConfigWriteExits,
    .run = run};

}  // namespace bedstone::cli
