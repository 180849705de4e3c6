// bedstone schema validate
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/schema.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const bootstrap::SchemaValidation report =
      bootstrap::schema_validate(session.host(), session.project());
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

constexpr ExitMeaning kExits[] = {
    {0, "the schema is as recorded"},
    {1, "failed, or there is nothing to compare with; a warning says why"},
    {3, "the schema is not as recorded"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

constexpr Example kExamples[] = {
    {"bedstone schema validate", "each difference with its weight and what to do about it"},
    {"bedstone schema validate --json | jq -r .severity", "the worst of them"},
};

}  // namespace

constexpr CommandSpec kSchemaValidateCommand{
    .name = "schema validate",
    .summary = "Check that the live schema is what was recorded",
    .description =
        "Reads the whole schema, whatever the stamp says, and compares its fingerprint with the "
        "recorded one. Each difference is critical (a table or column is missing), an error (a "
        "rule does not hold), a warning (something is slower) or an information (something is "
        "there besides). Reads only.",
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
