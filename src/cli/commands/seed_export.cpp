// bedstone seed export
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/seed.hpp"

namespace bedstone::cli {
namespace {

constexpr std::array<std::string_view, 3> kFormats{"yaml", "csv", "ndjson"};

bootstrap::SeedFormat format_of(std::string_view name) {
  if (name == "csv") return bootstrap::SeedFormat::kCsv;
  return name == "ndjson" ? bootstrap::SeedFormat::kNdjson : bootstrap::SeedFormat::kYaml;
}

int run(Session& session) {
  const Invocation& call = session.call();
  bootstrap::SeedExportOptions options;
  options.table = *call.positional(0);
  options.format = format_of(call.value("format").value_or("yaml"));
  options.output = call.value("output").value_or("");
  for (const std::string_view column : call.values("key"))
    options.key.emplace_back(column);
  return finish(session, bootstrap::seed_export(session.host(), session.project(), options),
                "seed-export");
}

constexpr PositionalSpec kPositionals[] = {{.name = "TABLE", .help = "A table of the database"}};

constexpr FlagSpec kFlags[] = {
    {.name = "format",
     .kind = ValueKind::kChoice,
     .metavar = "FORMAT",
     .help = "yaml, or csv and ndjson with the rows in a file beside the set",
     .fallback = "yaml",
     .choices = kFormats},
    kOutputFlag,
    {.name = "key",
     .kind = ValueKind::kText,
     .metavar = "COLUMN",
     .help = "What tells one row from the others; may be repeated",
     .fallback = "the primary key"},
};

constexpr Example kExamples[] = {
    {"bedstone seed export roles", "seeds/10-roles.yaml, with the rows"},
    {"bedstone seed export countries --format csv --key code",
     "10-countries.yaml and 10-countries.csv"},
};

}  // namespace

constexpr CommandSpec kSeedExportCommand{
    .name = "seed export",
    .summary = "Write the rows of a table into a seed set",
    .description =
        "Seeding that set into an empty table gives exactly these rows again. Generated columns "
        "are "
        "left out; what no file can say is refused. Rows are read page by page in one "
        "transaction. A file that may hold secrets is readable for its owner alone.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kFromDatabaseExits,
    .run = run};

}  // namespace bedstone::cli
