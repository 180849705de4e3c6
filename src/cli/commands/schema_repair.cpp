// bedstone schema repair
#include "bootstrap/schema_repair.hpp"

#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/schema.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  bootstrap::SchemaRepairOptions options;
  options.dry_run = session.call().has("dry-run");
  options.destructive = session.call().has("destructive");
  options.run = session.up_options();
  const bool salvage = session.call().has("salvage");
  if (salvage && (options.destructive || options.dry_run)) {
    return session.fail({Error(ErrorCode::kUsage, "--salvage stands alone")
                             .because("a damaged file is read first, and then repaired")
                             .advise("bedstone schema repair --salvage")});
  }
  if (options.destructive && !options.dry_run) {
    const Status agreed = session.confirm(
        "this drops what is not recorded, with the data in it, and writes tables anew. ",
        "bedstone schema repair --destructive --yes");
    if (!agreed) return session.fail({agreed.error()});
  }
  const bootstrap::SchemaRepairReport report =
      salvage ? bootstrap::schema_salvage(session.host(), session.project(), options.run)
              : bootstrap::schema_repair(session.host(), session.project(), options);
  if (session.json()) {
    session.print_json(to_json(report));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors, report.warnings);
  }
  return static_cast<int>(report.exit_code);
}

constexpr FlagSpec kFlags[] = {
    kDryRunFlag,
    {.name = "destructive",
     .help = "Also drop what is not recorded, and write tables anew where nothing else helps"},
    {.name = "salvage",
     .help = "SQLite: read a damaged file into a new one; the damaged one is kept beside"},
    kWaitFlag,
    kLockTimeoutFlag,
};

constexpr Example kExamples[] = {
    {"bedstone schema repair --dry-run", "what would be done, and what would be left"},
    {"bedstone schema repair", "everything that can lose nothing"},
    {"bedstone schema repair --salvage", "the database disk image is malformed"},
    {"bedstone schema repair --destructive --yes", "all of it; make a backup first"},
};

constexpr ExitMeaning kExits[] = {
    {0, "the schema is as recorded"},
    {1, "a statement failed; what was mended before it stays"},
    {3, "something is left that a person must decide about, or was lost with a damaged file"},
    {4, "the database cannot be reached, or refused the credentials"},
    {5, "another run held the lock for too long"},
    {64, "the command line was not understood"},
    {130, "interrupted; the transaction at work was rolled back"},
};

}  // namespace

constexpr CommandSpec kSchemaRepairCommand{
    .name = "schema repair",
    .summary = "Make the live schema what was recorded",
    .description =
        "Makes again what is missing, changes back what is different, rebuilds invalid indexes, "
        "moves sequences behind the values that are there. What could lose data is left and "
        "listed: an object or a column that nobody recorded, a table that has to be written anew. "
        "--destructive does that too, and asks first; without a terminal --yes is needed.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
