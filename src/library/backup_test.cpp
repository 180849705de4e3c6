// Backups as a program sees them.
#include "bedstone/backup.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "bedstone/bedstone.hpp"
#include "db/conformance.hpp"

namespace bedstone {
namespace {
using db::Engine;

class Backup : public db::testing::EngineTest, public ::testing::WithParamInterface<Engine> {
 protected:
  Backup() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    project_.folder = project_folder_;
    project_.database = std::string(url_->expose());
    const std::string migration = files::resolve(project_folder_, "migrations/1_pets.sql");
    ASSERT_TRUE(files::make_folder(files::parent(migration)));
    ASSERT_TRUE(files::write_atomic(migration,
                                    "CREATE TABLE pets (id integer PRIMARY KEY);\n"
                                    "INSERT INTO pets VALUES (1), (2);\n"));
    const InitializationResult made = DatabaseInitializer(project_).initialize();
    ASSERT_TRUE(made.success) << made.errors.front().message;
  }
  void TearDown() override {
    std::filesystem::remove_all(project_folder_);
    EngineTest::TearDown();
  }

  std::string project_folder_ = ::testing::TempDir() + "bedstone_" + random_id();
  ProjectOptions project_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Backup, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

// shows: C5, E5
TEST_P(Backup, AFutureHoldsWhatWasCopied) {
  BackupOptions options;
  options.form = "sql";
  const BackupResult made = backup_database_async(project_, options).get();
  ASSERT_TRUE(made.success) << made.errors.front().message;
  EXPECT_EQ(made.form, "sql");
  EXPECT_EQ(made.version, "1");
  EXPECT_TRUE(files::exists(made.file));
  EXPECT_TRUE(files::exists(made.manifest));
  EXPECT_TRUE(made.file.starts_with(project_folder_ + "/backups/"));

  RestoreOptions back;
  back.file = made.file;
  const RestoreResult refused = restore_database_async(project_, back).get();
  EXPECT_FALSE(refused.success);
  EXPECT_EQ(refused.exit_code, ExitCode::kPersonNeeded);
  ASSERT_EQ(refused.errors.size(), 1U);
  EXPECT_EQ(refused.errors.front().code, ErrorCode::kRestoreNotEmpty);
}

TEST_P(Backup, WhatCannotBeIsAnErrorAndNoException) {
  BackupOptions options;
  options.form = "papyrus";
  const BackupResult unknown = backup_database(project_, options);
  ASSERT_EQ(unknown.errors.size(), 1U);
  EXPECT_EQ(unknown.errors.front().code, ErrorCode::kUsage);
  RestoreOptions back;
  back.file = files::resolve(project_folder_, "nothing.sql");
  const RestoreResult missing = restore_database(project_, back);
  ASSERT_EQ(missing.errors.size(), 1U);
  EXPECT_EQ(missing.errors.front().code, ErrorCode::kFileMissing);
}

}  // namespace
}  // namespace bedstone
