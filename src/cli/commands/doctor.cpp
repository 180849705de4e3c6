// bedstone doctor
#include "bootstrap/health.hpp"
#include "cli/commands/all.hpp"
#include "cli/render/health.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int run(Session& session) {
  const HealthReport report = bootstrap::doctor(session.host(), session.project());
  if (session.json()) {
    session.print_json(to_json(report, "doctor"));
  } else {
    Page page = session.page();
    add_report(page, report, true);
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr Example kExamples[] = {
    {"bedstone doctor", "what is wrong, and what to type"},
    {"bedstone doctor --database postgresql://app@db/hub", "why can that not be reached?"},
    {"bedstone doctor --json | jq -r '.checks[].repair // empty'", "the commands that mend"},
};

constexpr ExitMeaning kExits[] = {
    {0, "nothing failed; there may be warnings"},
    {1, "a check failed, or the project cannot be read"},
    {4, "the database cannot be reached: the steps say how far one comes"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

}  // namespace

constexpr CommandSpec kDoctorCommand{
    .name = "doctor",
    .summary = "Find out what is wrong, and how to mend it",
    .description =
        "Runs every check and shows all it saw, with advice. Where the database cannot be reached "
        "it goes the way there step by step: name, port, server, TLS, credentials, database, "
        "rights; or folder, file, rights, format. Reads only.",
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
