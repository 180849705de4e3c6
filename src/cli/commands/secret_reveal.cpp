// bedstone secret reveal
#include <fmt/format.h>

#include "cli/commands/all.hpp"
#include "cli/commands/secret.hpp"
#include "cli/render/json.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const Invocation& call = session.call();
  bootstrap::RevealOptions options;
  options.name = *call.positional(0);
  options.column = call.positional(1).value_or("");
  options.key = call.positional(2).value_or("");
  if (options.column.empty() != options.key.empty())
    return session.fail({Error(ErrorCode::kUsage, "a row's secret has a table, a column and a key")
                             .advise("bedstone secret reveal TABLE COLUMN KEY")});
  if (session.out().interactive()) {
    const Status confirmed =
        session.confirm("this shows the secret on the screen.",
                        fmt::format("bedstone secret reveal {} --yes", options.name));
    if (!confirmed) return session.fail({confirmed.error()});
  }
  const auto revealed = bootstrap::secret_reveal(session.host(), session.project(), options);
  if (!revealed.errors.empty()) {
    session.fail(revealed.errors);
    return static_cast<int>(revealed.exit_code);
  }
  if (session.json()) {
    const Secret text(revealed_json(revealed.value));
    session.print_json(text.expose());
    return 0;
  }
  // As it is: the caller wants these bytes and no others.
  session.out().write(revealed.value.expose());
  if (session.out().interactive()) session.out().write("\n");
  return 0;
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "NAME", .help = "A setting; or a table that a seed set fills"},
    {.name = "COLUMN", .arity = Arity::kOptional, .help = "Of that table"},
    {.name = "KEY",
     .arity = Arity::kOptional,
     .help = "The row's key as the seed set has it; several parts with | between them"}};

constexpr Example kExamples[] = {
    {"bedstone secret reveal smtp_password | swaks --auth-password -", "to another program"},
    {"bedstone secret reveal providers api_key openai", "a seeded secret"},
};

}  // namespace

constexpr CommandSpec kSecretRevealCommand{
    .name = "secret reveal",
    .summary = "Print one secret on standard output",
    .description =
        "The only command that prints a secret: its bytes and nothing else, without a line end. On "
        "a terminal it asks first. Whoever can call it has the key and may read the database.",
    .positionals = kPositionals,
    .examples = kExamples,
    .exits = kSecretExits,
    .run = run};

}  // namespace bedstone::cli
