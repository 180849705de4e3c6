// bedstone restore
#include "bootstrap/backup.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  RestoreOptions options;
  options.file = *session.call().positional(0);
  options.replace = session.call().has("replace");
  options.wait = session.call().duration("wait");
  options.lock_timeout = session.call().duration("lock-timeout");
  options.on_progress = session.up_options().on_progress;
  const RestoreResult result = bootstrap::restore(session.host(), session.project(), options);
  if (session.json()) {
    session.print_json(to_json(result));
  } else {
    Page page = session.page();
    add_report(page, result);
    session.print(std::move(page));
    session.print_problems(result.errors, result.warnings);
  }
  return static_cast<int>(result.exit_code);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "FILE", .help = "A backup, or what sqlite3 .dump or pg_dump wrote"}};

constexpr FlagSpec kFlags[] = {
    {.name = "replace",
     .help = "Put it in the place of a database that is not empty; the old one is kept under "
             "another name"},
    kWaitFlag,
    kLockTimeoutFlag};

constexpr Example kExamples[] = {
    {"bedstone restore backups/hub-20261121T090000Z.db", "into an empty or missing database"},
    {"bedstone restore backups/hub-20261121T090000Z.db --replace",
     "over another one, which is kept"},
    {"bedstone restore hub.dump --database postgresql://app@db/copy", "into another database"},
};

constexpr ExitMeaning kExits[] = {
    {0, "restored, and compared with the manifest where there is one"},
    {1, "failed; the database is as it was"},
    {3, "a person must decide: the database is not empty, or it is in use"},
    {4, "the database cannot be reached, or refused the credentials"},
    {5, "another run held the lock for too long"},
    {64, "the command line was not understood"},
    {130, "interrupted; the database is as it was"},
};

}  // namespace

constexpr CommandSpec kRestoreCommand{
    .name = "restore",
    .summary = "Fill an empty or missing database from a backup",
    .description =
        "The backup is checked before anything changes. History, seeds' ledger and encrypted "
        "values come along as they were, so `bedstone up` goes on from there. Nobody else may use "
        "the database meanwhile.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
