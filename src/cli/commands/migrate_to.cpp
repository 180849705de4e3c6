// bedstone migrate to
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/migrate.hpp"

namespace bedstone::cli {
namespace {

/// Whether version `a` comes after `b`; versions are digits of any length.
bool is_after(std::string_view a, std::string_view b) {
  const auto digits = [](std::string_view text) {
    const auto first = text.find_first_not_of('0');
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
  };
  a = digits(a);
  b = digits(b);
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

/// Going back loses data, so it is asked for; going forward is not.
Status confirm_way_back(Session& session, const std::string& target) {
  if (target == "head" || session.call().has("yes")) return {};
  BEDSTONE_ASSIGN(std::vector<MigrationEntry> applied, applied_newest_first(session));
  std::erase_if(applied, [&target](const MigrationEntry& entry) {
    return target != "base" && !is_after(entry.version, target);
  });
  if (applied.empty()) return {};
  return session.confirm(revert_question(applied),
                         fmt::format("bedstone migrate to {} --yes", text::shell_quote(target)));
}

int run(Session& session) {
  const std::string target(*session.call().positional(0));
  if (const Status status = confirm_way_back(session, target); !status) {
    return session.fail({status.error()});
  }
  return finish(
      session,
      bootstrap::migrate_to(session.host(), session.project(), session.up_options(), target),
      "migrate-to");
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "VERSION", .help = "The version to end at; head applies all, base reverts all"}};

constexpr FlagSpec kFlags[] = {kWaitFlag,     kLockTimeoutFlag, kCreateFlag,
                               kNoCreateFlag, kStrictFlag,      kStrictOrderFlag};

constexpr Example kExamples[] = {
    {"bedstone migrate to 20261120093000", "forward or back"},
    {"bedstone migrate to base --yes", "revert everything, without being asked"},
};

}  // namespace

constexpr CommandSpec kMigrateToCommand{
    .name = "migrate to",
    .summary = "Go forward or back to a version",
    .description =
        "Going back runs the down sections of the migrations after that version and asks first, as "
        "the data in what they had made is lost; without a terminal --yes is needed.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kChangingExits,
    .run = run};

}  // namespace bedstone::cli
