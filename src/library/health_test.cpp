// HealthValidator as a program sees it.
// shows: D5, D6, D10
#include "bedstone/health.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "bedstone/bedstone.hpp"
#include "db/conformance.hpp"

namespace bedstone {
namespace {

using db::Engine;

class HealthValidatorTest : public db::testing::EngineTest,
                            public ::testing::WithParamInterface<Engine> {
 protected:
  HealthValidatorTest() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(files::make_folder(folder_ + "/migrations"));
    ASSERT_TRUE(files::write_atomic(folder_ + "/migrations/1_pets.sql",
                                    "CREATE TABLE pets (id integer PRIMARY KEY, age integer);\n"));
    project_.folder = folder_;
    project_.database = std::string(url_->expose());
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    EngineTest::TearDown();
  }
  InitializationResult up() { return DatabaseInitializer(project_).initialize(); }

  std::string folder_ = ::testing::TempDir() + "bedstone_" + random_id();
  ProjectOptions project_;
};

INSTANTIATE_TEST_SUITE_P(Engines, HealthValidatorTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

bool mentions(const std::vector<std::string>& texts, std::string_view part) {
  return std::any_of(texts.begin(), texts.end(), [part](const std::string& text) {
    return text.find(part) != std::string::npos;
  });
}

TEST_P(HealthValidatorTest, SaysWhatIsWrongAndWhatToDo) {
  // The file of SQLite is there, and empty.
  if (is_sqlite()) execute("PRAGMA user_version");
  const HealthValidator health(project_);
  EXPECT_TRUE(health.validate_connectivity_async().get());
  const ValidationResult early = health.validate_schema_integrity();
  EXPECT_FALSE(early.valid);
  EXPECT_TRUE(mentions(early.issues, "1 migration pending"));
  EXPECT_TRUE(mentions(early.suggestions, "bedstone up"));
  EXPECT_EQ(early.issues.size(), early.suggestions.size());

  ASSERT_TRUE(up().success);
  const ValidationResult good = health.validate_schema_integrity_async().get();
  EXPECT_TRUE(good.valid) << (good.issues.empty() ? "" : good.issues.front());
  EXPECT_EQ(good.severity, Severity::kInfo);
  EXPECT_TRUE(health.validate_data_integrity_async().get().valid);

  execute("ALTER TABLE pets DROP COLUMN age");
  const ValidationResult bad = health.validate_schema_integrity();
  EXPECT_FALSE(bad.valid);
  EXPECT_EQ(bad.severity, Severity::kCritical);
  EXPECT_TRUE(mentions(bad.issues, "column pets.age is missing"));

  const HealthReport report = health.generate_health_report({"schema"});
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.outcome, HealthOutcome::kFail);
  EXPECT_EQ(report.exit_code, ExitCode::kFailed);
  EXPECT_GT(health.generate_health_report_async().get().findings.size(), 15U);
  const HealthReport unknown = health.generate_health_report({"shema"});
  ASSERT_EQ(unknown.errors.size(), 1U);
  EXPECT_EQ(unknown.errors[0].code, ErrorCode::kUnknownCheck);
}

TEST_P(HealthValidatorTest, IsFalseWithoutADatabase) {
  project_.database = is_sqlite() ? "sqlite:no/such.db" : "postgresql://127.0.0.1:1/none";
  EXPECT_FALSE(HealthValidator(project_).validate_connectivity());
}

TEST_P(HealthValidatorTest, WatchesUntilItIsStoppedAndStoresWhatItSaw) {
  ASSERT_TRUE(up().success);
  const HealthValidator health(project_);
  std::atomic<int> rounds{0}, failures{0};
  HealthWatchSettings settings;
  settings.checks = {"schema", "connection"};
  settings.intervals["schema"] = std::chrono::milliseconds(100);
  settings.intervals["connection"] = std::chrono::hours(1);
  HealthWatch watch = health.watch(settings, [&](const HealthReport& report) {
    ++rounds;
    if (report.outcome == HealthOutcome::kFail) ++failures;
  });
  const auto wait_for = [](const std::atomic<int>& number, int wanted) {
    for (int i = 0; i < 200 && number < wanted; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return number >= wanted;
  };
  ASSERT_TRUE(wait_for(rounds, 3));
  EXPECT_EQ(failures, 0);
  execute("DROP TABLE pets");
  ASSERT_TRUE(wait_for(failures, 1));
  // A child of fork() has the object, but not its thread: that it goes there is no harm.
  const pid_t child = ::fork();
  if (child == 0) {
    { const HealthWatch gone = std::move(watch); }
    ::_exit(7);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  // Nor does it end the watch of its parent.
  const int before = rounds;
  EXPECT_TRUE(wait_for(rounds, before + 2));
  watch.stop();
  watch.stop();
  const int then = rounds;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(rounds, then);
  EXPECT_TRUE(watch.errors().empty());
  ASSERT_TRUE(watch.latest().has_value());
  const HealthHistory history = health.get_history_async().get();
  ASSERT_EQ(history.checks.size(), 2U);
  EXPECT_EQ(history.checks[0].id, "connection");
  EXPECT_EQ(history.checks[0].passed, 1);
  EXPECT_EQ(history.checks[1].last_outcome, "fail");
  EXPECT_LT(history.checks[1].success_rate(), 1);
  ASSERT_FALSE(history.changes.empty());
  EXPECT_EQ(history.changes[0].after, "fail");
}

TEST_P(HealthValidatorTest, SaysWhyAWatchEnded) {
  HealthWatchSettings settings;
  settings.checks = {"shema"};
  HealthWatch watch = HealthValidator(project_).watch(settings);
  for (int i = 0; i < 100 && watch.errors().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_FALSE(watch.errors().empty());
  EXPECT_EQ(watch.errors()[0].code, ErrorCode::kUnknownCheck);
}

}  // namespace
}  // namespace bedstone
