// SchemaManager as a program sees it.
// shows: D1, D2, D6
#include "bedstone/schema.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "bedstone/bedstone.hpp"
#include "db/conformance.hpp"

namespace bedstone {
namespace {

using db::Engine;
using db::testing::must;

class SchemaManagerTest : public db::testing::EngineTest,
                          public ::testing::WithParamInterface<Engine> {
 protected:
  SchemaManagerTest() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(files::make_folder(folder_ + "/migrations"));
    ASSERT_TRUE(files::write_atomic(
        folder_ + "/migrations/1_pets.sql",
        "CREATE TABLE pets (id integer PRIMARY KEY, name varchar(40) NOT NULL, age integer);\n"
        "CREATE INDEX pets_name ON pets (name);\n"
        "CREATE VIEW named AS SELECT name FROM pets;\n"));
    project_.folder = folder_;
    project_.database = std::string(url_->expose());
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    EngineTest::TearDown();
  }

  std::string folder_ = ::testing::TempDir() + "bedstone_" + random_id();
  ProjectOptions project_;
};

INSTANTIATE_TEST_SUITE_P(Engines, SchemaManagerTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(SchemaManagerTest, TheSchemaIsMadeShownAndChecked) {
  const SchemaManager manager(project_);
  EXPECT_FALSE(must(manager.check_schema_exists()));
  const ValidationResult early = manager.validate_schema();
  EXPECT_FALSE(early.valid);
  EXPECT_EQ(early.severity, Severity::kError);

  const MigrationResult made = manager.create_schema();
  ASSERT_TRUE(made.success) << made.errors.front().message;
  EXPECT_EQ(made.migrations_applied, std::vector<std::string>{"1_pets"});
  EXPECT_TRUE(must(manager.check_schema_exists_async().get()));
  EXPECT_TRUE(manager.create_schema_async().get().migrations_applied.empty());

  const SchemaInfo info = must(manager.get_schema_info_async().get());
  EXPECT_EQ(info.objects, (std::map<std::string, std::int64_t>{
                              {"table", 1}, {"column", 3}, {"index", 1}, {"view", 1}}));
  ASSERT_EQ(info.tables.size(), 1U);
  EXPECT_EQ(info.tables[0].primary_key, std::vector<std::string>{"id"});
  EXPECT_EQ(info.tables[0].indexes, std::vector<std::string>{"pets_name"});
  EXPECT_FALSE(info.tables[0].columns.at(1).nullable);
  EXPECT_EQ(info.views, std::vector<std::string>{"named"});
  EXPECT_EQ(info.fingerprint.size(), 64U);

  const SchemaDefinition definition = must(manager.get_schema_definition_async().get());
  ASSERT_EQ(definition.tables.count("pets"), 1U);
  EXPECT_EQ(definition.tables.at("pets").find("CREATE TABLE pets ("), 0U);
  EXPECT_EQ(definition.indexes.count("pets_name"), 1U);
  EXPECT_TRUE(definition.constraints.empty());

  const ValidationResult good = manager.validate_schema_async().get();
  EXPECT_TRUE(good.valid);
  EXPECT_EQ(good.severity, Severity::kInfo);
  EXPECT_TRUE(good.issues.empty());

  execute("DROP INDEX pets_name");
  execute("ALTER TABLE pets DROP COLUMN age");
  const ValidationResult bad = manager.validate_schema();
  EXPECT_FALSE(bad.valid);
  EXPECT_EQ(bad.severity, Severity::kCritical);
  ASSERT_EQ(bad.issues.size(), 2U);
  EXPECT_EQ(bad.issues[0], "column pets.age is missing: integer");
  ASSERT_EQ(bad.suggestions.size(), 2U);
  EXPECT_NE(bad.suggestions[1].find("index pets.pets_name"), std::string::npos);
  EXPECT_NE(must(manager.get_schema_info()).fingerprint, info.fingerprint);
}

TEST_P(SchemaManagerTest, WhatCannotBeReachedIsAnErrorAndNoAnswer) {
  project_.database = is_sqlite() ? "sqlite:/nowhere/at/all.db"
                                  : "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1";
  const SchemaManager manager(project_);
  EXPECT_FALSE(manager.get_schema_info());
  EXPECT_FALSE(manager.get_schema_definition());
  EXPECT_FALSE(manager.validate_schema().valid);
}

TEST_P(SchemaManagerTest, WhatWasChangedBehindItsBackIsMendedAndTheRestIsListed) {
  const SchemaManager manager(project_);
  EXPECT_EQ(manager.repair_schema().errors.size(), 1U);
  ASSERT_TRUE(manager.create_schema().success);
  EXPECT_TRUE(manager.repair_schema().success);
  const auto run = [this](std::string_view sql) {
    const auto connection = must(db::open(*url_, {}));
    must(connection->execute(sql));
  };
  run("DROP INDEX pets_name");
  run("DROP VIEW named");
  run("CREATE TABLE theirs (id integer)");
  const RepairResult some = manager.repair_schema_async().get();
  EXPECT_FALSE(some.success);
  EXPECT_EQ(some.exit_code, ExitCode::kPersonNeeded);
  EXPECT_EQ(some.repairs.size(), 2U);
  ASSERT_EQ(some.errors.size(), 1U);
  EXPECT_EQ(some.errors[0].code, ErrorCode::kRepairConsent);
  EXPECT_FALSE(manager.validate_schema().valid);
  const RepairResult all = manager.repair_schema(true);
  EXPECT_TRUE(all.success);
  EXPECT_EQ(all.repairs, std::vector<std::string>{"drop table theirs"});
  EXPECT_TRUE(manager.validate_schema().valid);

  const DatabaseInitializer initializer(project_);
  EXPECT_TRUE(initializer.repair_if_needed().repairs.empty());
  run("DROP INDEX pets_name");
  const RepairResult needed = initializer.repair_if_needed_async().get();
  EXPECT_TRUE(needed.success);
  ASSERT_FALSE(needed.repairs.empty());
  EXPECT_EQ(needed.repairs.back(), "create index pets.pets_name");
  EXPECT_TRUE(manager.validate_schema().valid);
}

}  // namespace
}  // namespace bedstone
