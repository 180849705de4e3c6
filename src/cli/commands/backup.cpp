// bedstone backup
#include "bootstrap/backup.hpp"

#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

constexpr std::array<std::string_view, 4> kForms{"file", "sql", "archive", "folder"};

int run(Session& session) {
  BackupOptions options;
  options.file = session.call().positional(0).value_or("");
  options.form = session.call().value("form").value_or("");
  options.keep = session.call().count("keep");
  options.wait = session.call().duration("wait");
  options.on_progress = session.up_options().on_progress;
  const BackupResult result = bootstrap::backup(session.host(), session.project(), options);
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
    {.name = "FILE",
     .arity = Arity::kOptional,
     .help = "Where to; a name with the time in backup.dir when it is left out"}};

constexpr FlagSpec kFlags[] = {
    {.name = "form",
     .kind = ValueKind::kChoice,
     .metavar = "FORM",
     .help = "file or sql (SQLite); archive, folder or sql (PostgreSQL)",
     .fallback = "as FILE ends, else file or archive",
     .choices = kForms},
    {.name = "keep",
     .kind = ValueKind::kCount,
     .metavar = "N",
     .help = "Keep the newest N backups with such names, delete older ones",
     .fallback = "backup.keep, all"},
    kWaitFlag};

constexpr Example kExamples[] = {
    {"bedstone backup", "into backups/, with the time in its name"},
    {"bedstone backup before-release.sql", "text that sqlite3 or psql loads"},
    {"bedstone backup --keep 14", "every night: two weeks stay"},
    {"bedstone backup --json | jq -r .file", "for scripts"},
};

constexpr ExitMeaning kExits[] = {
    {0, "the backup is there, whole and checked"},
    {1, "failed; nothing was left under its name"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted; nothing was left under its name"},
};

}  // namespace

constexpr CommandSpec kBackupCommand{
    .name = "backup",
    .summary = "Copy the database into a file that can be trusted",
    .description =
        "Others may use the database meanwhile: the backup holds one moment. It is read again "
        "before it counts, readable by its owner alone, and there under its name whole or not at "
        "all. A manifest beside it says what it holds. PostgreSQL's own pg_dump must be installed, "
        "not older than the server; SQLite needs nothing.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
