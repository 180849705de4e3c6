// bedstone seed, and what the seed commands share
#include "cli/commands/seed.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/flags.hpp"
#include "cli/render/json.hpp"

namespace bedstone::cli {
namespace {

SeedView view_of(const SeedOptions& options) {
  if (options.validate_only) return SeedView::kValidate;
  return options.dry_run ? SeedView::kDryRun : SeedView::kRun;
}

int run(Session& session) {
  const Invocation& call = session.call();
  SeedOptions options = session.seed_options();
  options.all = call.has("all");
  options.validate_only = call.has("validate-only");
  options.dry_run = call.has("dry-run") || options.validate_only;
  options.force_conflicts = call.has("force-conflicts");
  options.prune = call.has("prune");
  options.max_delete = call.count("max-delete");
  const SeedView view = view_of(options);
  const SeedingResult result = bootstrap::seed(session.host(), session.project(), options);
  ExitCode exit = result.exit_code;
  // What a file and an operator disagree about is no mistake in the file.
  if (view == SeedView::kValidate && result.success) exit = ExitCode::kDone;
  const bool detailed = call.has("detailed-exitcode") && view == SeedView::kDryRun;
  if (exit == ExitCode::kDone && detailed && differs(result, view)) exit = ExitCode::kDifferences;
  return finish(session, result, view, "seed", exit);
}

constexpr FlagSpec kFlags[] = {
    kAllSetsFlag,
    {.name = "only",
     .kind = ValueKind::kText,
     .metavar = "SET",
     .help = "The same as naming the set as an argument; may be repeated"},
    kDryRunFlag,
    {.name = "validate-only",
     .help = "Check every row of every set against files and database, and tell what is wrong"},
    {.name = "force-conflicts", .help = "The file wins where both it and an operator changed"},
    {.name = "prune", .help = "Sets in mode sync delete what left their file"},
    {.name = "max-delete",
     .kind = ValueKind::kCount,
     .metavar = "N",
     .help = "Fail instead of deleting more rows of one set"},
    kRowsFlag,
    kWaitFlag,
    kLockTimeoutFlag,
    {.name = "detailed-exitcode", .help = "With --dry-run: exit 2 when something would change"},
};

constexpr Example kExamples[] = {
    {"bedstone seed", "the sets that changed"},
    {"bedstone seed roles accounts", "these two, changed or not"},
    {"bedstone seed --all --dry-run", "every row and column that would be written"},
    {"bedstone seed --validate-only", "all mistakes of all sets, for pipelines"},
};

constexpr ExitMeaning kExits[] = {
    {0, "done"},
    {1, "failed; a set that failed was rolled back whole, the others are written"},
    {2, "something would change (only with --dry-run --detailed-exitcode)"},
    {3, "a person must decide: a value was changed by the file and by an operator, and kept"},
    {4, "the database cannot be reached, or refused the credentials"},
    {5, "another run held the lock for too long"},
    {64, "the command line was not understood"},
    {130, "interrupted; the set at work was rolled back"},
};

bool differs(const SeedSetResult& set, SeedView view) {
  if (set.created + set.updated + set.deleted + set.left_file > 0) return true;
  if (view == SeedView::kDiff) return set.kept + set.conflicts + set.stays_deleted > 0;
  return false;
}

}  // namespace

std::string words_of(const SeedOptions& options) {
  std::string words;
  for (const std::string& set : options.sets)
    words += " " + text::shell_quote(set);
  return options.sets.empty() && options.all ? " --all" : words;
}

bool differs(const SeedingResult& result, SeedView view) {
  return std::any_of(result.sets.begin(), result.sets.end(), [view](const SeedSetResult& set) {
    // Of a script nobody knows what it would do: it counts as a change when it is due.
    const bool script = set.outcome == "planned" && set.rows == 0 && set.table.empty();
    return script || differs(set, view);
  });
}

int finish(Session& session, const SeedingResult& result, SeedView view, std::string_view command,
           ExitCode exit) {
  if (session.json()) {
    session.print_json(to_json(result, exit, command));
  } else {
    Page page = session.page();
    add_report(page, result, view);
    session.print(std::move(page));
    session.print_problems(result.errors, result.warnings);
  }
  return static_cast<int>(exit);
}

int finish(Session& session, const bootstrap::SeedFiles& result, std::string_view command) {
  if (session.json()) {
    session.print_json(to_json(result, command));
  } else {
    Page page = session.page();
    add_report(page, result);
    session.print(std::move(page));
    session.print_problems(result.errors);
  }
  return static_cast<int>(result.exit_code);
}

constexpr CommandSpec kSeedCommand{
    .name = "seed",
    .summary = "Write the rows of seed sets",
    .description =
        "Carries out the sets that changed, or those that are named, in the order in which they "
        "need one another, each in one transaction. What an operator changed is kept and reported, "
        "what an operator deleted stays deleted. Sets whose name is a command are named with "
        "--only. With SEED_DEBUG=true it tells every step.",
    .positionals = kSetsPositional,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
