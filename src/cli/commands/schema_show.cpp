// bedstone schema show
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/schema.hpp"
#include "cli/session.hpp"
#include "schema/mermaid.hpp"

namespace bedstone::cli {
namespace {

constexpr std::array<std::string_view, 2> kFormats{"tree", "mermaid"};

int run(Session& session) {
  const Invocation& call = session.call();
  std::vector<std::string> names;
  for (std::size_t i = 0; call.positional(i); ++i)
    names.emplace_back(*call.positional(i));
  const bootstrap::SchemaReport report =
      bootstrap::schema_show(session.host(), session.project(), names);
  if (session.json()) {
    session.print_json(to_json(report));
  } else if (call.value("format") == "mermaid") {
    if (report.errors.empty()) session.out().write(schema::mermaid(report.model));
    session.print_problems(report.errors);
  } else {
    Page page = session.page();
    add_report(page, report);
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "NAME",
     .arity = Arity::kMany,
     .help = "Only these tables, views, types, routines, sequences"}};

constexpr FlagSpec kFlags[] = {
    {.name = "format",
     .kind = ValueKind::kChoice,
     .metavar = "FORMAT",
     .help = "tree, or mermaid: tables and foreign keys as a diagram",
     .fallback = "tree",
     .choices = kFormats},
};

constexpr Example kExamples[] = {
    {"bedstone schema show", "every table with its columns, keys, indexes, triggers"},
    {"bedstone schema show pets --json | jq '.tables[0].columns'", "for scripts"},
    {"bedstone schema show --format mermaid", "for a page that draws diagrams"},
};

}  // namespace

constexpr CommandSpec kSchemaShowCommand{
    .name = "schema show",
    .summary = "Show the live schema",
    .description =
        "All objects of the project's schema as they are, with what does not count as drift: "
        "comments, owners, rights, extensions, event triggers. Reads only.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
