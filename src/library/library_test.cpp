// The library as a program sees it.
// shows: D1, D3, D6
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "bedstone/bedstone.hpp"

namespace bedstone {
namespace {

class Library : public ::testing::Test {
 protected:
  void SetUp() override {
    write("001_accounts.sql",
          "CREATE TABLE accounts (id integer primary key, email text);\n"
          "-- bedstone:down\nDROP TABLE accounts;\n");
    project_.folder = folder_;
    project_.database = "sqlite:" + folder_ + "/app.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, std::string_view text) {
    ASSERT_TRUE(files::make_folder(folder_ + "/migrations"));
    ASSERT_TRUE(files::write_atomic(folder_ + "/migrations/" + name, text));
  }

  std::string folder_ = ::testing::TempDir() + "bedstone_" + random_id();
  ProjectOptions project_;
};

TEST_F(Library, TakesAMissingDatabaseToReadyAndBack) {
  EXPECT_EQ(get_bootstrap_state(project_).value(), Lifecycle::kNoDatabase);
  EXPECT_TRUE(needs_migration(project_).value());

  const DatabaseInitializer initializer(project_);
  const InitializationResult result = initializer.initialize();
  ASSERT_TRUE(result.success) << result.errors.front().message;
  EXPECT_EQ(result.state_before, DatabaseState::kNoDatabase);
  EXPECT_EQ(result.state_after, DatabaseState::kCurrent);
  EXPECT_EQ(result.migrations_applied, std::vector<std::string>{"001_accounts"});
  EXPECT_EQ(result.database_type, "sqlite");
  EXPECT_GT(result.duration, 0);
  EXPECT_EQ(get_bootstrap_state(project_).value(), Lifecycle::kConfigured);
  EXPECT_FALSE(needs_migration(project_).value());
  EXPECT_TRUE(initializer.validate_setup().valid);

  const MigrationRunner runner(project_);
  EXPECT_EQ(runner.get_migration_history().value().size(), 1U);
  const MigrationResult back = runner.rollback_migration("base");
  EXPECT_TRUE(back.success);
  EXPECT_EQ(back.migrations_reverted, std::vector<std::string>{"001_accounts"});
  EXPECT_EQ(runner.check_pending_migrations().value(), std::vector<std::string>{"001_accounts"});
}

TEST_F(Library, TellsWhichMigrationFailedAndWhatStays) {
  write("002_broken.sql", "CREATE TABLE ok (id integer);\nCREATE TABEL nope (id integer);\n");
  const MigrationResult result = MigrationRunner(project_).run_migrations();
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.failed_migration, "002_broken");
  EXPECT_TRUE(result.rollback_performed);
  EXPECT_EQ(result.migrations_applied, std::vector<std::string>{"001_accounts"});
  ASSERT_EQ(result.errors.size(), 1U);
  EXPECT_EQ(result.errors[0].code, ErrorCode::kSqlSyntax);
  EXPECT_EQ(result.errors[0].place.line, 2U);
}

TEST_F(Library, ManyThreadsMayInitializeAtOnce) {
  const DatabaseInitializer initializer(project_);
  std::vector<std::future<InitializationResult>> futures;
  for (int i = 0; i < 8; ++i)
    futures.push_back(initializer.initialize_async());
  std::size_t applied = 0;
  for (auto& future : futures) {
    const InitializationResult result = future.get();
    EXPECT_TRUE(result.success) << (result.errors.empty() ? "" : result.errors[0].message);
    applied += result.migrations_applied.size();
  }
  EXPECT_EQ(applied, 1U) << "exactly one of them applied it";
}

TEST_F(Library, StopsWhenAsked) {
  LibraryOptions library;
  library.stop.request_stop();
  const InitializationResult result = DatabaseInitializer(project_, library).initialize();
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.exit_code, ExitCode::kInterrupted);
  EXPECT_EQ(get_bootstrap_state(project_).value_or(Lifecycle::kRunning), Lifecycle::kEmptyDatabase);
}

TEST_F(Library, ValidationNamesWhatIsWrong) {
  ASSERT_TRUE(DatabaseInitializer(project_).initialize().success);
  write("001_accounts.sql", "CREATE TABLE accounts (id integer primary key);\n");
  const ValidationResult result = DatabaseInitializer(project_).validate_setup();
  EXPECT_FALSE(result.valid);
  EXPECT_EQ(result.severity, Severity::kError);
  ASSERT_FALSE(result.issues.empty());
  EXPECT_NE(result.issues[0].find("BED0403"), std::string::npos) << result.issues[0];
  EXPECT_FALSE(result.suggestions.empty());
}

}  // namespace
}  // namespace bedstone
