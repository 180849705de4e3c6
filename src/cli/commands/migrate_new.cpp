// bedstone migrate new
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/json.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const std::string message(*session.call().positional(0));
  const bootstrap::NewMigration result =
      bootstrap::migrate_new(session.host(), session.project(), message,
                             session.call().has("per-dialect"), session.call().has("repeatable"));
  if (session.json()) {
    session.print_json(to_json(result));
    return static_cast<int>(result.exit_code);
  }
  Page page = session.page();
  for (const std::string& file : result.files)
    page.add("  wrote  ", Tone::kGood).line(file);
  session.print(std::move(page));
  session.print_problems(result.errors);
  return static_cast<int>(result.exit_code);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "MESSAGE", .help = "What it does, in a few words; becomes part of the file's name"}};

constexpr FlagSpec kFlags[] = {
    {.name = "per-dialect", .help = "One file for SQLite and one for PostgreSQL"},
    {.name = "repeatable", .help = "A view or function that runs again whenever its text changes"},
};

constexpr Example kExamples[] = {
    {"bedstone migrate new \"add phone to accounts\"",
     "migrations/20261121…_add_phone_to_accounts.sql"},
    {"bedstone migrate new --per-dialect \"full text search\"", "where the engines' SQL differs"},
    {"bedstone migrate new --repeatable active_accounts", "a view"},
};

}  // namespace

constexpr CommandSpec kMigrateNewCommand{.name = "migrate new",
                                         .summary = "Write the file of a new migration",
                                         .description = "Touches no database.",
                                         .positionals = kPositionals,
                                         .flags = kFlags,
                                         .examples = kExamples,
                                         .exits = kFileExits,
                                         .run = run};

}  // namespace bedstone::cli
