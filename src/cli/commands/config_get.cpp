// bedstone config get
#include <fmt/format.h>

#include "cli/commands/all.hpp"
#include "cli/commands/config.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/config.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const Invocation& call = session.call();
  bootstrap::ConfigValue value = bootstrap::config_get(
      session.host(), session.project(), std::string(*call.positional(0)), call.has("reveal"));
  if (value.errors.empty() && !value.value) {
    value.errors.push_back(
        Error(ErrorCode::kSettingMissing, fmt::format("{} has no value", value.name))
            .because("neither a pin nor the database nor a default gives one")
            .advise(fmt::format("bedstone config set {} …", value.name)));
    value.exit_code = ExitCode::kFailed;
  }
  if (session.json()) {
    session.print_json(to_json(value));
  } else if (value.errors.empty()) {
    // As it is, for programs that read it.
    session.out().write(value.value->expose());
    session.out().write("\n");
  } else {
    session.print_problems(value.errors);
  }
  return static_cast<int>(value.exit_code);
}

constexpr PositionalSpec kPositionals[] = {{.name = "KEY", .help = "The setting's name"}};

constexpr FlagSpec kFlags[] = {{.name = "reveal", .help = "Also of a secret"}};

constexpr Example kExamples[] = {
    {"bedstone config get port", "8884"},
    {"bedstone config get workos_api_key --reveal | other-program",
     "a secret, to a program that needs it"},
};

}  // namespace

constexpr CommandSpec kConfigGetCommand{
    .name = "config get",
    .summary = "Print one setting's value",
    .description =
        "The value that counts, as it is stored, and nothing else. A secret only with --reveal. "
        "Exit code 1 when there is none; 0, false and the empty text are values. Reads only.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
