// bedstone seed new
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/seed.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const Invocation& call = session.call();
  return finish(
      session,
      bootstrap::seed_new(session.host(), session.project(), std::string(*call.positional(0)),
                          std::string(call.value("output").value_or(""))),
      "seed-new");
}

constexpr PositionalSpec kPositionals[] = {{.name = "TABLE", .help = "A table of the database"}};

constexpr FlagSpec kFlags[] = {kOutputFlag};

constexpr Example kExamples[] = {
    {"bedstone seed new roles", "seeds/10-roles.yaml, with an example row"},
    {"bedstone seed new roles --output seeds/roles.dev.yaml", "for one environment"},
};

}  // namespace

constexpr CommandSpec kSeedNewCommand{
    .name = "seed new",
    .summary = "Write a seed set to start from",
    .description =
        "With the table's columns as they are in the database: types, what is NOT NULL, what has a "
        "default, and references by the other table's own key. Changes no database.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kFromDatabaseExits,
    .run = run};

}  // namespace bedstone::cli
