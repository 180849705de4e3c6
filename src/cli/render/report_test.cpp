// How results look.
#include "cli/render/report.hpp"

#include <gtest/gtest.h>

namespace bedstone::cli {
namespace {

template <typename... Arguments>
std::string shown(const Arguments&... arguments) {
  Page page(false);
  add_report(page, arguments...);
  return page.take();
}

Step step(std::string kind, std::string subject, std::string outcome) {
  Step one;
  one.kind = std::move(kind);
  one.subject = std::move(subject);
  one.outcome = std::move(outcome);
  one.duration_seconds = 0.012;
  return one;
}

InitializationResult ready() {
  InitializationResult result;
  result.success = true;
  result.project = "hub";
  result.database = "sqlite:data/hub.db";
  result.state_before = result.state_after = DatabaseState::kCurrent;
  result.duration = 0.0012;
  result.exit_code = ExitCode::kDone;
  return result;
}

TEST(Report, OfNothingToDoIsOneLine) {
  EXPECT_EQ(shown(ready()), "Ready: hub on sqlite:data/hub.db, nothing to do in 1.2 ms\n");
}

TEST(Report, OfUpTellsEachStepAndWhatCameOut) {
  InitializationResult result = ready();
  result.state_before = DatabaseState::kNoDatabase;
  result.steps = {step("create_database", "sqlite:data/hub.db", "done"),
                  step("migrate", "1_a", "done"), step("migrate", "2_b", "skipped")};
  result.steps[1].detail = "3 statements";
  result.migrations_applied = {"1_a"};
  result.records_created = {{"roles", 1}, {"tools", 12}};
  result.records_kept = {{"tools", 2}, {"roles", 0}};
  result.run_id = "4f";
  EXPECT_EQ(shown(result), R"(hub on sqlite:data/hub.db
  done     create_database  sqlite:data/hub.db  12 ms
  done     migrate          1_a                 12 ms  3 statements
  skipped  migrate          2_b
  created roles: 1 row
  created tools: 12 rows
  kept    tools: 2 rows
Ready: no_database → current, 1 migration applied in 1.2 ms (run 4f)
)");
}

TEST(Report, OfAFailureSaysWhereItStands) {
  InitializationResult result = ready();
  result.success = false;
  result.state_before = DatabaseState::kEmpty;
  result.state_after = DatabaseState::kBehind;
  result.steps = {step("migrate", "1_a", "failed")};
  result.steps[0].error_code = "BED0406";
  EXPECT_EQ(shown(result), R"(hub on sqlite:data/hub.db
  failed  migrate  1_a  12 ms  BED0406
Not ready: empty → behind in 1.2 ms
)");
}

TEST(Report, OfAPlanWarnsOfWhatDeletes) {
  bootstrap::PlanReport report;
  report.project = "hub";
  report.database = "sqlite:data/hub.db";
  report.plan.state = DatabaseState::kBehind;
  report.plan.steps = {step("migrate", "1_a", ""), step("migrate", "2_b", "")};
  report.plan.steps[1].destructive = true;
  report.plan.steps[1].detail = "1 statement";
  EXPECT_EQ(shown(report), R"(hub on sqlite:data/hub.db
State: behind
2 steps would be done:
  migrate  1_a
  migrate  2_b  1 statement, deletes data
To do it: bedstone up
)");
  report.plan.steps.clear();
  EXPECT_EQ(shown(report), "hub on sqlite:data/hub.db\nState: behind\nNothing to do.\n");
}

StatusReport status() {
  StatusReport report;
  report.project = "hub";
  report.database = "postgresql://app@db/hub";
  report.database_type = "postgres";
  report.server_version = "15.8";
  report.pooled = true;
  report.state = DatabaseState::kBehind;
  report.lifecycle = Lifecycle::kUnconfigured;
  report.current_version = "1";
  report.latest_version = "2";
  AppliedMigration applied;
  applied.applied_at = "2026-11-20T09:30:00.123456Z";
  applied.duration_seconds = 0.5;
  report.migrations = {{"1", "a", "versioned", "applied", "1_a.sql", applied},
                       {"2", "b", "versioned", "pending", "2_b.sql", std::nullopt}};
  return report;
}

TEST(Report, OfStatusShowsWhatIsOpenAndTheNextCommand) {
  StatusReport report = status();
  report.lock = LockHolder{"db1", 42, "2026-11-20T09:30:00Z", "applying 2_b"};
  EXPECT_EQ(shown(report), R"(project     hub
database    postgresql://app@db/hub
engine      postgres 15.8, through a transaction pooler
state       behind
lifecycle   UNCONFIGURED
version     1 of 2
migrations  1 applied, 1 pending
locked by   db1, process 42, since 2026-11-20 09:30:00, at applying 2_b

  pending  2  b

Next: bedstone up
)");
}

TEST(Report, OfDriftNamesEachDifference) {
  StatusReport report = status();
  report.state = DatabaseState::kDrifted;
  report.migrations.pop_back();
  report.current_version = report.latest_version = "1";
  report.drift = {{"column", "accounts.email", "different", "text", "varchar(9)"},
                  {"index", "accounts_name", "extra", "", ""}};
  Page page(false);
  add_verification(page, report);
  EXPECT_EQ(page.take(), R"(  applied  1  a  2026-11-20 09:30:00  500 ms
Migrations: 1 applied
The schema is not what was recorded:
  different  column  accounts.email  recorded: text, now: varchar(9)
  extra      index   accounts_name
)");
}

TEST(Report, OfVerifyingPraisesOnlyWhatIsFine) {
  StatusReport report = status();
  report.exit_code = ExitCode::kDone;
  Page fine(false), faulty(false);
  add_verification(fine, report);
  EXPECT_NE(fine.take().find("as recorded."), std::string::npos);
  report.problems = {Error(ErrorCode::kMigrationMissing, "missing")};
  add_verification(faulty, report);
  EXPECT_EQ(faulty.take().find("as recorded."), std::string::npos);
}

TEST(Report, OfMigratingCountsBothWays) {
  MigrationResult result;
  result.success = true;
  EXPECT_EQ(shown(result), "Nothing to do.\n");
  result.migrations_reverted = {"2_b", "1_a"};
  result.migrations_applied = {"1_a"};
  result.duration = 2.5;
  result.run_id = "4f";
  EXPECT_EQ(shown(result), "Done: 2 migrations reverted, 1 migration applied in 2.50 s (run 4f)\n");
  result = {};
  result.rollback_performed = true;
  EXPECT_EQ(shown(result), "Stopped: nothing applied in 0.0 ms, the failed one was rolled back\n");
}

TEST(Report, OfRunsIsATableAndOfOneRunItsSteps) {
  RunRecord run;
  run.run_id = "4f";
  run.command = "up";
  run.started_at = "2026-11-20T09:30:00.123456Z";
  run.finished_at = "2026-11-20T09:30:01.123456Z";
  run.outcome = "failed";
  run.host = "db1";
  run.pid = 42;
  run.user = "app";
  run.state_before = "empty";
  run.state_after = "behind";
  run.duration_seconds = 1;
  run.error_code = "BED0406";
  run.error_message = "it failed";
  bootstrap::RunsReport report;
  EXPECT_EQ(shown(report, false), "No run has been recorded yet.\n");
  report.runs = {run};
  EXPECT_EQ(shown(report, false),
            "failed  2026-11-20 09:30:00  1.00 s  up  empty → behind  BED0406  db1  4f\n");
  report.runs[0].steps = {step("migrate", "1_a", "failed")};
  EXPECT_EQ(shown(report, true), R"(run       4f
command   up
outcome   failed
started   2026-11-20T09:30:00.123456Z
finished  2026-11-20T09:30:01.123456Z
duration  1.00 s
state     empty → behind
by        app@db1, process 42
error     BED0406: it failed

  failed  migrate  1_a  12 ms
)");
}

TEST(Report, MakesHostileNamesHarmless) {
  InitializationResult result = ready();
  result.database = "sqlite:\x1b]0;gotcha\x07.db";
  EXPECT_EQ(shown(result).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace bedstone::cli
