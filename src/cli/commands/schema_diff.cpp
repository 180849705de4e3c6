// bedstone schema diff
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/seed.hpp"
#include "cli/render/schema.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  std::optional<std::string> other;
  if (const auto url = session.call().positional(0)) other.emplace(*url);
  const bootstrap::SchemaDiffReport report =
      bootstrap::schema_diff(session.host(), session.project(), other);
  ExitCode exit = report.exit_code;
  if (exit == ExitCode::kDone && !report.differences.empty() &&
      session.call().has("detailed-exitcode")) {
    exit = ExitCode::kDifferences;
  }
  if (session.json()) {
    session.print_json(to_json(report, exit));
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors, report.warnings);
  }
  return static_cast<int>(exit);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "OTHER",
     .arity = Arity::kOptional,
     .help = "The URL of another database of the same engine; without it, what was recorded"}};

constexpr FlagSpec kFlags[] = {kDifferencesExitFlag};

constexpr Example kExamples[] = {
    {"bedstone schema diff", "what was changed behind Bedstone's back"},
    {"bedstone schema diff --detailed-exitcode \"$STAGING_URL\"",
     "whether two databases have the same schema"},
};

}  // namespace

constexpr CommandSpec kSchemaDiffCommand{
    .name = "schema diff",
    .summary = "Compare the live schema with what was recorded, or with another database's",
    .description =
        "Object by object: missing is what the other side has and this one lacks. Rows, comments, "
        "owners and rights do not count. Reads only, on both sides.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kReadingExits,
    .run = run};

}  // namespace bedstone::cli
