// bedstone health
#include "bootstrap/health.hpp"

#include <fmt/format.h>

#include <map>

#include "bootstrap/health_watch.hpp"
#include "cli/commands/all.hpp"
#include "cli/render/health.hpp"
#include "cli/render/json.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {
namespace {

int list(Session& session) {
  if (session.json()) {
    session.print_json(checks_json());
  } else {
    Page page = session.page();
    add_checks(page);
    session.print(std::move(page));
  }
  return 0;
}

int history(Session& session) {
  const HealthHistory report =
      bootstrap::health_history(session.host(), session.project(),
                                session.call().duration("since").value_or(std::chrono::hours(24)));
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

int watch(Session& session) {
  bootstrap::HealthWatchOptions options;
  for (const std::string_view id : session.call().values("check"))
    options.checks.emplace_back(id);
  options.all = session.call().has("all");
  options.interval = session.call().duration("interval");
  options.count = session.call().count("count").value_or(0);
  std::map<std::string, HealthOutcome> before;
  options.on_report = [&](const HealthReport& report) {
    if (session.json()) return session.print_json(to_json_line(report));
    Page page = session.page();
    if (before.empty()) page.line("watching " + report.database, Tone::kQuiet);
    add_changes(page, report, before);
    if (!page.empty()) session.print(std::move(page));
    for (const HealthFinding& finding : report.findings) {
      if (finding.checked || finding.outcome != HealthOutcome::kPass)
        before[finding.id] = finding.outcome;
    }
    session.print_problems(report.errors);
  };
  const bootstrap::HealthWatchReport report =
      bootstrap::health_watch(session.host(), session.project(), options);
  if (!report.errors.empty()) {
    if (session.json())
      session.print_json(errors_json(report.errors, report.exit_code));
    else
      session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

/// Flags that stand for one way of running the command.
std::optional<Error> misused(const Invocation& call) {
  struct Only {
    std::string_view flag;
    std::string_view with;
  };
  for (const auto& [flag, with] :
       {Only{"interval", "watch"}, Only{"count", "watch"}, Only{"since", "history"}}) {
    if (call.has(flag) && !call.has(with)) {
      return Error(ErrorCode::kUsage, fmt::format("--{} goes with --{}", flag, with))
          .advise("bedstone health --help");
    }
  }
  if (call.has("watch") && call.has("history"))
    return Error(ErrorCode::kUsage, "--watch and --history do not go together")
        .advise("bedstone health --help");
  return std::nullopt;
}

int run(Session& session) {
  if (const auto error = misused(session.call())) return session.fail({*error});
  if (session.call().has("list")) return list(session);
  if (session.call().has("history")) return history(session);
  if (session.call().has("watch")) return watch(session);
  bootstrap::HealthOptions options;
  for (const std::string_view id : session.call().values("check"))
    options.checks.emplace_back(id);
  options.all = options.thorough = session.call().has("all");
  const HealthReport report = bootstrap::health(session.host(), session.project(), options);
  if (session.json()) {
    session.print_json(to_json(report, "health"));
  } else {
    Page page = session.page();
    add_report(page, report, false);
    session.print(std::move(page));
    session.print_problems(report.errors);
  }
  return static_cast<int>(report.exit_code);
}

constexpr FlagSpec kFlags[] = {
    {.name = "check",
     .kind = ValueKind::kText,
     .metavar = "ID",
     .help = "Only this check; may be given more than once"},
    {.name = "all", .help = "Also the checks that read much: rows, pages, secrets, statistics"},
    {.name = "list", .help = "Show which checks there are"},
    {.name = "watch", .help = "Go on checking; store what is found, and alert"},
    {.name = "interval",
     .kind = ValueKind::kDuration,
     .metavar = "TIME",
     .help = "With --watch: how often",
     .fallback = "health.interval, 30s"},
    {.name = "count",
     .kind = ValueKind::kCount,
     .metavar = "N",
     .help = "With --watch: end after N rounds, instead of never"},
    {.name = "history", .help = "Show what watches stored: success rates, and what changed when"},
    {.name = "since",
     .kind = ValueKind::kDuration,
     .metavar = "TIME",
     .help = "With --history: so far back",
     .fallback = "24h"},
};

constexpr Example kExamples[] = {
    {"bedstone health", "is all well? the quick checks"},
    {"bedstone health --check migrations --check schema", "only these two"},
    {"bedstone health --all --json | jq '.checks[] | select(.outcome != \"pass\")'",
     "everything that is not well, for scripts"},
    {"bedstone health -q", "for probes: the exit code alone"},
    {"bedstone health --watch --interval 30s", "go on, store, alert"},
    {"bedstone health --history --since 7d", "how often each check passed in a week"},
};

constexpr ExitMeaning kExits[] = {
    {0, "nothing failed; there may be warnings"},
    {1, "a check failed, or the database cannot be reached"},
    {4, "only with --history: the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood, or there is no such check"},
    {130, "interrupted, as --watch ends"},
};

}  // namespace

constexpr CommandSpec kHealthCommand{
    .name = "health",
    .summary = "Check that database and project are well",
    .description =
        "Each check passes, warns or fails, says what it saw, and names the command that mends "
        "it. Without flags only checks that cost milliseconds run. Reads only, waits for no lock, "
        "and works with a role that may do nothing else; what such a role may not see is said, and "
        "does not count as a failure.\n\n"
        "With --watch the checks run again and again, each as often as bedstone.yaml says. Results "
        "are stored in Bedstone's table of checks, where the role may write there; webhooks are "
        "told of failures and recoveries. The database may go away and come back meanwhile.",
    .flags = kFlags,
    .examples = kExamples,
    .exits = kExits,
    .run = run};

}  // namespace bedstone::cli
