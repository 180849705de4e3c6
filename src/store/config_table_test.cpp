// shows: B6, K2, K3
#include "store/config_table.hpp"

#include <algorithm>

#include "db/conformance.hpp"
#include "store/tables.hpp"

namespace bedstone::store {
namespace {

using db::testing::error_of;
using db::testing::must;

class ConfigTableTest : public db::testing::EngineTest,
                        public ::testing::WithParamInterface<db::Engine> {
 protected:
  ConfigTableTest() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    connection_ = connect();
    if (!is_sqlite()) execute("CREATE SCHEMA bedstone");
    for (int layout = 0; layout < kLayout; ++layout) {
      for (const std::string& sql : upgrade(connection_->dialect(), layout))
        execute(sql);
    }
  }
  void TearDown() override {
    connection_.reset();
    EngineTest::TearDown();
  }

  void execute(const std::string& sql) { must(connection_->execute(sql)); }
  ConfigTable table(std::string project = "hub", std::string name = "system_config") {
    return ConfigTable(*connection_, std::move(project), {"public", std::move(name)});
  }
  ConfigTable provided() {
    ConfigTable made = table();
    provide(made);
    return made;
  }
  void provide(ConfigTable& made) {
    must(connection_->begin());
    must(made.provide());
    must(connection_->commit());
  }
  Result<std::int64_t> change(ConfigTable& where, const std::vector<ConfigChange>& changes,
                              std::optional<std::int64_t> expected = {}) {
    must(connection_->begin());
    auto done = where.change(changes, "ann", "because", expected);
    must(done ? connection_->commit() : connection_->rollback());
    return done;
  }
  static std::string shown(const std::vector<ConfigRow>& rows) {
    std::string text;
    for (const ConfigRow& row : rows)
      text += row.key + "=" + row.value + " ";
    return text;
  }
  std::string values() { return shown(must(table().read()).rows); }
  std::string history(std::string_view key = "") {
    std::string text;
    for (const ConfigHistoryRow& row : must(table().history(key, 100))) {
      const std::string by = row.changed_by.starts_with("SQL") ? "SQL" : row.changed_by;
      text += fmt::format("{} {} {}>{} {}|", row.revision, row.key, row.before.value_or("-"),
                          row.after.value_or("-"), by);
    }
    return text;
  }
  std::int64_t revision() { return must(table().revision()).value_or(-1); }

  std::unique_ptr<db::Connection> connection_;
};
INSTANTIATE_TEST_SUITE_P(Engines, ConfigTableTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(ConfigTableTest, BeforeItIsProvidedThereIsNothing) {
  EXPECT_FALSE(must(table().is_provided()));
  EXPECT_EQ(must(table().revision()), std::nullopt);
  EXPECT_EQ(must(table().read()).rows.size(), 0U);
  EXPECT_EQ(history(), "");
}

TEST_P(ConfigTableTest, ProvidingTwiceIsProvidingOnce) {
  ConfigTable made = provided();
  EXPECT_TRUE(must(made.is_provided()));
  must(change(made, {{"a", "1"}}));
  provide(made);
  EXPECT_EQ(values(), "a=1 ");
  EXPECT_EQ(revision(), 1);
}

TEST_P(ConfigTableTest, SeveralKeysAreOneRevision) {
  ConfigTable made = provided();
  EXPECT_EQ(must(change(made, {{"a", "1"}, {"b", ""}, {"c", "0"}})), 1);
  EXPECT_EQ(must(change(made, {{"a", "2"}, {"b", std::nullopt}, {"c", "0"}})), 2);
  EXPECT_EQ(values(), "a=2 c=0 ");
  EXPECT_EQ(history(), "2 a 1>2 ann|2 b >- ann|1 a ->1 ann|1 b -> ann|1 c ->0 ann|");
  EXPECT_EQ(history("c"), "1 c ->0 ann|");
  EXPECT_EQ(must(made.history("a", 1)).at(0).reason, "because");
}

TEST_P(ConfigTableTest, WhatIsSoAlreadyIsNoChange) {
  ConfigTable made = provided();
  must(change(made, {{"a", "1"}}));
  EXPECT_EQ(must(change(made, {{"a", "1"}, {"gone", std::nullopt}})), 1);
  EXPECT_EQ(revision(), 1);
}

TEST_P(ConfigTableTest, PlainSqlIsAChangeLikeOthers) {
  provided();
  execute("INSERT INTO system_config (config_key, config_value) VALUES ('a', '1'), ('b', '2')");
  EXPECT_EQ(revision(), 2);
  execute("UPDATE system_config SET config_value = '1' WHERE config_key = 'a'");
  EXPECT_EQ(revision(), 2);
  execute("UPDATE system_config SET config_value = '3' WHERE config_key = 'a'");
  execute("UPDATE system_config SET config_key = 'c' WHERE config_key = 'b'");
  execute("DELETE FROM system_config WHERE config_key = 'a'");
  EXPECT_EQ(revision(), 5);
  EXPECT_EQ(history(), "5 a 3>- SQL|4 b 2>- SQL|4 c ->2 SQL|3 a 1>3 SQL|2 b ->2 SQL|1 a ->1 SQL|");
}

TEST_P(ConfigTableTest, OtherWaysToWriteAreSeen) {
  ConfigTable made = provided();
  must(change(made, {{"a", "1"}, {"b", "2"}}));
  if (is_sqlite()) {
    execute("REPLACE INTO system_config (config_key, config_value) VALUES ('a', '7')");
    EXPECT_EQ(history("a"), "2 a 1>7 SQL|1 a ->1 ann|");
  } else {
    execute("TRUNCATE system_config");
    EXPECT_EQ(history(), "2 a 1>- SQL|2 b 2>- SQL|1 a ->1 ann|1 b ->2 ann|");
  }
  EXPECT_EQ(revision(), 2);
}

TEST_P(ConfigTableTest, AnyRevisionCanBeSeenAgain) {
  ConfigTable made = provided();
  must(change(made, {{"a", "1"}, {"b", "x"}}));
  must(change(made, {{"a", "2"}}));
  must(change(made, {{"b", std::nullopt}, {"c", "3"}}));
  must(change(made, {{"a", std::nullopt}}));
  EXPECT_EQ(shown(must(made.at(0))), "");
  EXPECT_EQ(shown(must(made.at(1))), "a=1 b=x ");
  EXPECT_EQ(shown(must(made.at(2))), "a=2 b=x ");
  EXPECT_EQ(shown(must(made.at(3))), "a=2 c=3 ");
  EXPECT_EQ(shown(must(made.at(4))), "c=3 ");
}

TEST_P(ConfigTableTest, AKeyThatChangedMeanwhileIsRefused) {
  ConfigTable made = provided();
  must(change(made, {{"a", "1"}, {"b", "1"}}));
  must(change(made, {{"a", "2"}}));
  EXPECT_EQ(must(change(made, {{"b", "2"}}, 1)), 3);
  const Error error = error_of(change(made, {{"a", "3"}}, 1));
  EXPECT_EQ(error.code, ErrorCode::kConfigConflict);
  EXPECT_EQ(error.message, "a was changed meanwhile");
  EXPECT_NE(error.cause.find("ann changed it at "), std::string::npos) << error.cause;
  EXPECT_EQ(values(), "a=2 b=2 ");
  EXPECT_EQ(must(change(made, {{"a", "3"}}, 3)), 4);
}

TEST_P(ConfigTableTest, AFailedChangeLeavesNoTrace) {
  ConfigTable made = provided();
  must(connection_->begin());
  must(made.change({{"a", "1"}}, "ann", ""));
  must(connection_->rollback());
  EXPECT_EQ(revision(), 0);
  execute("INSERT INTO system_config (config_key, config_value) VALUES ('b', '1')");
  EXPECT_EQ(history(), "1 b ->1 SQL|");
}

TEST_P(ConfigTableTest, ATableThatIsThereIsTakenOver) {
  execute(
      "CREATE TABLE system_config (id integer PRIMARY KEY, config_key varchar(50) UNIQUE, "
      "config_value text)");
  execute("INSERT INTO system_config VALUES (1, 'port', '80'), (2, 'none', NULL)");
  execute("ALTER TABLE system_config ADD COLUMN note text");
  ConfigTable made = table();
  provide(made);
  EXPECT_EQ(values(), "port=80 ");
  execute("UPDATE system_config SET config_value = '81' WHERE id = 1");
  EXPECT_EQ(history(), "1 port 80>81 SQL|");
}

TEST_P(ConfigTableTest, ATableOfAnotherKindIsLeftAlone) {
  const auto refused = [this](const std::string& columns) {
    execute("CREATE TABLE system_config (" + columns + ")");
    ConfigTable made = table();
    must(connection_->begin());
    const Error error = error_of(made.provide());
    must(connection_->rollback());
    execute("DROP TABLE system_config");
    EXPECT_EQ(error.code, ErrorCode::kConfigTable);
    return error.cause;
  };
  EXPECT_EQ(refused("id integer"), "it has no column config_key");
  EXPECT_EQ(refused("config_key text, config_value text"), "its column config_key is not unique");
  if (!is_sqlite()) {
    EXPECT_EQ(refused("config_key text UNIQUE, config_value jsonb"),
              "its column config_value is of the type jsonb, not text");
  }
}

TEST_P(ConfigTableTest, EachProjectHasItsOwn) {
  ConfigTable made = provided();
  ConfigTable same = table("other");
  must(connection_->begin());
  const Error error = error_of(same.provide());
  must(connection_->rollback());
  EXPECT_EQ(error.cause, "it belongs to another project of this database");
  ConfigTable own = table("other", "other config");
  provide(own);
  must(change(own, {{"a", "other"}}));
  must(change(made, {{"a", "hub"}}));
  execute(R"(UPDATE "other config" SET config_value = 'x')");
  EXPECT_EQ(revision(), 1);
  EXPECT_EQ(must(own.revision()), 2);
  EXPECT_EQ(values(), "a=hub ");
}

TEST_P(ConfigTableTest, ThousandsOfValuesAreReadAtOnce) {
  ConfigTable made = provided();
  std::vector<ConfigChange> changes;
  for (int i = 0; i < 3000; ++i)
    changes.push_back({fmt::format("key{:05}", i), "it's \"quoted\" \\ and $1"});
  EXPECT_EQ(must(change(made, changes)), 1);
  const ConfigState state = must(made.read());
  EXPECT_EQ(state.rows.size(), 3000U);
  EXPECT_EQ(state.rows.back().value, "it's \"quoted\" \\ and $1");
}

}  // namespace
}  // namespace bedstone::store
