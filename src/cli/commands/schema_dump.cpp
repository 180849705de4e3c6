// bedstone schema dump
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/schema.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const Invocation& call = session.call();
  const std::string file(call.positional(0).value_or(""));
  bootstrap::SchemaDumpReport report =
      bootstrap::schema_dump(session.host(), session.project(), call.has("all"));
  if (report.errors.empty() && !file.empty()) {
    if (Status written = files::write_atomic(file, report.text); !written) {
      report.errors.push_back(std::move(written).error());
      report.exit_code = ExitCode::kFailed;
    }
  }
  if (session.json()) {
    session.print_json(to_json(report, report.errors.empty() ? file : ""));
    return static_cast<int>(report.exit_code);
  }
  if (report.errors.empty() && file.empty()) session.out().write(report.text);
  if (report.errors.empty() && !file.empty()) {
    Page page = session.page();
    const auto statements = static_cast<std::int64_t>(report.dump.statements.size());
    page.line(fmt::format("{}: {}", file, text::count(statements, "statement")));
    session.print(std::move(page));
  }
  session.print_problems(report.errors, report.warnings);
  return static_cast<int>(report.exit_code);
}

constexpr PositionalSpec kPositionals[] = {
    {.name = "FILE", .arity = Arity::kOptional, .help = "Where to; without it, standard output"}};

constexpr FlagSpec kFlags[] = {
    {.name = "all", .help = "Also what drift.ignore names"},
};

constexpr Example kExamples[] = {
    {"bedstone schema dump schema.sql", "to keep beside the migrations, and see in reviews"},
    {"bedstone schema dump | sqlite3 copy.db", "an empty copy"},
};

}  // namespace

constexpr CommandSpec kSchemaDumpCommand{
    .name = "schema dump",
    .summary = "Write the live schema as SQL that loads into an empty database",
    .description =
        "In an order that dependencies allow, in one transaction, without rows, owners and "
        "rights. No client program is needed. The same schema gives the same text, "
        "whenever it is asked. Reads only.",
    .positionals = kPositionals,
    .flags = kFlags,
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
