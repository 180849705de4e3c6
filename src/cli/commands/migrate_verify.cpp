// bedstone migrate verify
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const StatusReport report = bootstrap::migrate_verify(session.host(), session.project());
  if (session.json()) {
    session.print_json(to_json(report, report.exit_code, "migrate-verify"));
  } else {
    Page page = session.page();
    add_verification(page, report);
    session.print(std::move(page));
    session.print_problems(report.problems, report.warnings);
  }
  return static_cast<int>(report.exit_code);
}

constexpr Example kExamples[] = {
    {"bedstone migrate verify", "before a release, or when something looks wrong"},
};

}  // namespace

constexpr CommandSpec kMigrateVerifyCommand{
    .name = "migrate verify",
    .summary = "Compare the files and the schema with what was recorded",
    .description =
        "Reads every migration's file and the whole schema, and shows what differs, object by "
        "object. Reads only.",
    .examples = kExamples,
    .exits = kAnswerExits,
    .run = run};

}  // namespace bedstone::cli
