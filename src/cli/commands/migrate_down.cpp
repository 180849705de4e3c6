// bedstone migrate down
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/migrate.hpp"

namespace bedstone::cli {
namespace {

Status confirm(Session& session, std::int64_t steps) {
  const std::string command = fmt::format("bedstone migrate down {} --yes", steps);
  if (session.call().has("yes")) return {};
  if (!session.can_ask()) {
    return session.confirm(
        fmt::format("this reverts the last {}; the data in what was made is lost",
                    steps == 1 ? "migration" : text::count(steps, "migration")),
        command);
  }
  BEDSTONE_ASSIGN(std::vector<MigrationEntry> applied, applied_newest_first(session));
  applied.resize(std::min<std::size_t>(applied.size(), static_cast<std::size_t>(steps)));
  if (applied.empty()) return {};
  return session.confirm(revert_question(applied), command);
}

int run(Session& session) {
  const auto word = session.call().positional(0).value_or("1");
  const auto steps = text::parse_integer(word);
  if (!steps || *steps < 1) {
    return session.fail(
        {Error(ErrorCode::kUsage,
               fmt::format("N is not a whole number above zero: {}", quote_safely(word)))
             .advise("to go back to a version: bedstone migrate to VERSION")});
  }
  if (const Status status = confirm(session, *steps); !status) {
    return session.fail({status.error()});
  }
  return finish(
      session,
      bootstrap::migrate_down(session.host(), session.project(), session.up_options(), *steps),
      "migrate-down");
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "N", .arity = Arity::kOptional, .help = "How many to revert (default: 1)"}};

constexpr FlagSpec kFlags[] = {kWaitFlag, kLockTimeoutFlag};

constexpr Example kExamples[] = {
    {"bedstone migrate down", "the last one, after a question"},
    {"bedstone migrate down 3 --yes", "the last three, in a script"},
};

}  // namespace

constexpr CommandSpec kMigrateDownCommand{
    .name = "migrate down",
    .summary = "Revert the last migrations",
    .description =
        "Runs their down sections, newest first: those of the project's files, or as recorded when "
        "the "
        "files are gone. Asks first, as the data in what they had made is lost; without a terminal "
        "--yes is needed.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kChangingExits,
    .run = run};

}  // namespace bedstone::cli
