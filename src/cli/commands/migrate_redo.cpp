// bedstone migrate redo
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/migrate.hpp"

namespace bedstone::cli {
namespace {

/// A repeatable only replaces a view or function; reverting a versioned migration loses data.
Status confirm(Session& session, bool repeatable) {
  if (repeatable || session.call().has("yes")) return {};
  constexpr std::string_view kCommand = "bedstone migrate redo --yes";
  if (!session.can_ask()) {
    return session.confirm("this reverts the last migration; the data in what it had made is lost",
                           kCommand);
  }
  BEDSTONE_ASSIGN(std::vector<MigrationEntry> applied, applied_newest_first(session));
  if (applied.empty()) return {};
  applied.resize(1);
  return session.confirm(revert_question(applied), kCommand);
}

int run(Session& session) {
  std::optional<std::string> name;
  if (const auto given = session.call().positional(0)) name = std::string(*given);
  if (const Status status = confirm(session, name.has_value()); !status) {
    return session.fail({status.error()});
  }
  return finish(
      session,
      bootstrap::migrate_redo(session.host(), session.project(), session.up_options(), name),
      "migrate-redo");
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "NAME",
     .arity = Arity::kOptional,
     .help = "A repeatable to run again (default: revert and apply the last migration)"}};

constexpr FlagSpec kFlags[] = {kWaitFlag, kLockTimeoutFlag};

constexpr Example kExamples[] = {
    {"bedstone migrate redo", "while writing a migration"},
    {"bedstone migrate redo active_accounts", "run a view's file again"},
};

}  // namespace

constexpr CommandSpec kMigrateRedoCommand{
    .name = "migrate redo",
    .summary = "Revert and apply the last migration again",
    .description =
        "Asks first, as the data in what the migration had made is lost; without a terminal --yes "
        "is needed. Naming a repeatable runs only that one again, without a question.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kChangingExits,
    .run = run};

}  // namespace bedstone::cli
