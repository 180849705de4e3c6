// bedstone migrate squash
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/squash.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

Result<bootstrap::SquashOptions> read_options(Session& session) {
  const Invocation& call = session.call();
  bootstrap::SquashOptions options;
  if (const auto to = call.value("to")) options.to = std::string(*to);
  options.output = call.value("output").value_or("");
  options.dry_run = call.has("dry-run");
  options.remove = call.has("delete");
  options.leave_out = call.has("leave-out");
  options.wait = session.up_options().wait;
  if (const auto rows = call.value("max-rows"))
    options.max_rows = text::parse_integer(*rows).value_or(options.max_rows);
  if (!options.output.empty() && options.remove) {
    return fail(Error(ErrorCode::kUsage, "--output and --delete do not go together")
                    .because("with --output the old files stay where they are")
                    .advise("leave one of them out: bedstone migrate squash --help"));
  }
  return options;
}

int run(Session& session) {
  const auto options = read_options(session);
  if (!options) return session.fail({options.error()});
  if (options->remove && !options->dry_run) {
    const Status sure = session.confirm(
        "this deletes the files of the migrations that are replaced; version control may have them",
        "bedstone migrate squash --delete --yes");
    if (!sure) return session.fail({sure.error()});
  }
  const bootstrap::SquashReport report =
      bootstrap::migrate_squash(session.host(), session.project(), *options);
  if (session.json()) {
    session.print_json(to_json(report));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr FlagSpec kFlags[] = {
    {.name = "to",
     .kind = ValueKind::kText,
     .metavar = "VERSION",
     .help = "The last migration that is replaced",
     .fallback = "the newest"},
    {.name = "dry-run", .help = "Do all of it but write no file"},
    {.name = "output",
     .kind = ValueKind::kText,
     .metavar = "FILE",
     .help = "Write the new migration here, and leave the old files where they are"},
    {.name = "delete",
     .help = "Delete the old files instead of moving them to migrations/squashed"},
    {.name = "leave-out",
     .help = "Make comments of statements that cannot be carried over, instead of refusing"},
    {.name = "max-rows",
     .kind = ValueKind::kCount,
     .metavar = "N",
     .help = "Carry so many rows that migrations wrote",
     .fallback = "1000"},
    kWaitFlag,
};

constexpr ExitMeaning kExits[] = {
    {0, "the new migration makes just what the old ones make, and is written"},
    {1, "failed; no file was changed"},
    {3, "something would be lost, and no file was changed"},
    {4, "the database cannot be reached, or no other may be made beside it"},
    {64, "the command line was not understood"},
    {130, "interrupted; no file was changed"},
};

constexpr Example kExamples[] = {
    {"bedstone migrate squash --dry-run", "what would be replaced, and by what"},
    {"bedstone migrate squash --to 20261120093000", "all up to that one, in place of them"},
};

}  // namespace

constexpr CommandSpec kMigrateSquashCommand{
    .name = "migrate squash",
    .summary = "Make one migration of many",
    .description =
        "Runs the migrations in an empty database that is made for it and dropped afterwards, "
        "writes what they made as one migration, runs that in another, and compares. Databases "
        "that have the old ones take the new one for applied; new databases run it alone. The "
        "project's own database is not touched.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
