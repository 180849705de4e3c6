// bedstone secret set, and what the secret commands share
#include <fmt/format.h>

#include "cli/commands/all.hpp"
#include "cli/commands/secret.hpp"
#include "cli/input.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const Invocation& call = session.call();
  const std::string name(*call.positional(0));
  if (call.positional(1))
    return session.fail(
        {Error(ErrorCode::kSecretArgument, "a secret stood on the command line")
             .because("everybody on this machine can read arguments, and the shell remembers them")
             .advise(fmt::format("take another secret, and give it so: bedstone secret set {} "
                                 "--stdin",
                                 name))});
  if (!call.has("stdin") && !session.can_ask())
    return session.fail(
        {Error(ErrorCode::kUsage, "there is no terminal to ask for the value on")
             .because("a secret is no argument: others can read command lines")
             .advise(fmt::format("printf %s \"$VALUE\" | bedstone secret set {} --stdin", name))});
  const bootstrap::Host host = session.host();
  auto value =
      call.has("stdin") ? read_secret_input() : ask_secret(session, fmt::format("{}: ", name));
  if (!value) return session.fail({value.error()});
  return finish(session, bootstrap::secret_set(host, session.project(), name, *value),
                "secret-set");
}

constexpr PositionalSpec kPositionals[] = {{.name = "NAME", .help = "A setting that is a secret"},
                                           {.name = "VALUE",
                                            .arity = Arity::kMany,
                                            .help = "Refused: others could read it",
                                            .any_text = true}};

constexpr FlagSpec kFlags[] = {
    {.name = "stdin", .help = "Read the value from standard input, to its end"}};

constexpr Example kExamples[] = {
    {"bedstone secret set smtp_password", "asks, and shows nothing of what is typed"},
    {"pass show hub/smtp | bedstone secret set smtp_password --stdin", "from another program"},
};

}  // namespace

int finish(Session& session, const bootstrap::SecretReport& report, std::string_view command) {
  if (session.json()) {
    session.print_json(to_json(report, command));
  } else {
    session.print_problems(report.errors, report.warnings);
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
  }
  return static_cast<int>(report.exit_code);
}

constexpr CommandSpec kSecretSetCommand{
    .name = "secret set",
    .summary = "Encrypt and store a setting's value",
    .description =
        "The value comes from the terminal, which does not show it, or from standard input; never "
        "from an argument, which others could read. One line end behind it does not count. It is "
        "checked as settings.yaml says, and what stood there before is never shown.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kSecretExits,
    .run = run};

}  // namespace bedstone::cli
