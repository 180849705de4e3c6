// bedstone migrate repair
#include <fmt/format.h>

#include "base/text.hpp"
#include "bootstrap/commands.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/exits.hpp"
#include "cli/commands/flags.hpp"
#include "cli/commands/migrate.hpp"
#include "cli/render/json.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

std::vector<std::string> texts(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

bootstrap::RepairOptions repair_options(const Invocation& call) {
  bootstrap::RepairOptions repair;
  repair.accept = texts(call.values("accept"));
  repair.forget = texts(call.values("forget"));
  if (const auto done = call.value("done")) repair.done = std::string(*done);
  if (const auto retry = call.value("retry")) repair.retry = std::string(*retry);
  repair.applied = texts(call.values("applied"));
  repair.accept_drift = call.has("accept-drift");
  return repair;
}

bool is_empty(const bootstrap::RepairOptions& repair) {
  return repair.accept.empty() && repair.forget.empty() && !repair.done && !repair.retry &&
         repair.applied.empty() && !repair.accept_drift;
}

/// --accept, --done and --accept-drift only correct what is recorded, and a later repair can
/// correct it again. --forget and --retry can make statements run a second time, --applied can keep
/// them from running at all.
Status confirm(Session& session, const bootstrap::RepairOptions& repair) {
  std::string question, words;
  if (!repair.applied.empty()) {
    question = fmt::format(
        "this records {} as applied without running anything; what the database lacks of it will "
        "stay missing. ",
        text::join(repair.applied, ", "));
    for (const std::string& version : repair.applied)
      words += fmt::format(" --applied {}", text::shell_quote(version));
  }
  if (!repair.forget.empty()) {
    question +=
        fmt::format("this takes {} out of the history; a file of that version would run again. ",
                    text::join(repair.forget, ", "));
    for (const std::string& version : repair.forget)
      words += fmt::format(" --forget {}", text::shell_quote(version));
  }
  if (repair.retry) {
    question += fmt::format(
        "this runs the statement at {} again; if it had taken effect, it does so twice.",
        *repair.retry);
    words += fmt::format(" --retry {}", text::shell_quote(*repair.retry));
  }
  if (question.empty()) return {};
  return session.confirm(question, fmt::format("bedstone migrate repair{} --yes", words));
}

int run(Session& session) {
  const bootstrap::RepairOptions repair = repair_options(session.call());
  if (is_empty(repair)) {
    return session.fail({Error(ErrorCode::kUsage, "`migrate repair` needs to be told what is right")
                             .because("each repair is a decision that only a person can take")
                             .advise("see what is wrong: bedstone migrate verify\n"
                                     "then choose: bedstone migrate repair --help")});
  }
  if (const Status status = confirm(session, repair); !status) {
    return session.fail({status.error()});
  }
  const RepairResult result =
      bootstrap::migrate_repair(session.host(), session.project(), session.up_options(), repair);
  if (session.json()) {
    session.print_json(to_json(result));
  } else {
    Page page = session.page();
    add_report(page, result);
    session.print(std::move(page));
    session.print_problems(result.errors);
  }
  return static_cast<int>(result.exit_code);
}

constexpr FlagSpec kFlags[] = {
    {.name = "accept",
     .kind = ValueKind::kText,
     .metavar = "VERSION",
     .help = "The changed file is right: record its checksum, run nothing; may be repeated"},
    {.name = "applied",
     .kind = ValueKind::kText,
     .metavar = "VERSION",
     .help =
         "What this pending migration does is there already: record it as applied, run nothing; "
         "may be repeated"},
    {.name = "forget",
     .kind = ValueKind::kText,
     .metavar = "VERSION",
     .help = "Take a migration whose file is gone for good out of the history; may be repeated"},
    {.name = "done",
     .kind = ValueKind::kText,
     .metavar = "VERSION[:STATEMENT]",
     .help = "The statement whose outcome is unknown took effect: go on after it"},
    {.name = "retry",
     .kind = ValueKind::kText,
     .metavar = "VERSION[:STATEMENT]",
     .help = "It did not take effect: run it again"},
    {.name = "accept-drift", .help = "The schema is right as it is now: record it"},
    kWaitFlag,
    kLockTimeoutFlag,
};

constexpr Example kExamples[] = {
    {"bedstone migrate repair --accept 20261120093000",
     "a comment was corrected in an applied file"},
    {"bedstone migrate repair --done 20261120094500:2",
     "the index stands: the outcome was looked up"},
};

}  // namespace

constexpr CommandSpec kMigrateRepairCommand{
    .name = "migrate repair",
    .summary = "Settle what only a person can decide",
    .description =
        "`bedstone migrate verify` and `bedstone plan` name what needs a decision and the flag for "
        "it. --forget and --retry ask first, as they can make statements run twice, and --applied, "
        "as it "
        "can keep them from running; without a terminal --yes is needed. The others only correct "
        "what is recorded.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kChangingExits,
    .run = run};

}  // namespace bedstone::cli
