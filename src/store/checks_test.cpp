// shows: D10
#include "store/checks.hpp"

#include "db/conformance.hpp"
#include "store/tables.hpp"

namespace bedstone::store {
namespace {

using db::testing::must;

class Checks : public db::testing::EngineTest, public ::testing::WithParamInterface<db::Engine> {
 protected:
  Checks() : EngineTest(GetParam()) {}

  CheckTable provided(std::string project = "hub") {
    if (!is_sqlite()) execute("CREATE SCHEMA IF NOT EXISTS bedstone");
    for (int layout = 0; layout < kLayout; ++layout) {
      for (const std::string& sql : upgrade(db().dialect(), layout))
        execute(sql);
    }
    return {db(), std::move(project)};
  }
  static CheckRow row(std::string at, std::string outcome, std::string host = "web-1") {
    return {"schema", "2026-01-01T00:00:" + at, std::move(host), std::move(outcome), "seen", 0.5};
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Checks, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(Checks, AreNothingWhereThereAreNoTables) {
  CheckTable table(db(), "hub");
  EXPECT_TRUE(must(table.summary("2000")).empty());
  EXPECT_TRUE(must(table.changes("2000", 9)).empty());
  EXPECT_TRUE(must(table.latest("schema", "2000")).empty());
  const Status put = table.put({row("01", "pass")});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::kObjectMissing);
}

TEST_P(Checks, AreCountedAndTheirChangesTold) {
  CheckTable table = provided();
  must(table.put({row("01", "pass"), row("02", "fail"), row("03", "fail"), row("04", "warn"),
                  row("01", "pass", "web-2")}));
  // What is there already stays.
  must(table.put({row("04", "pass")}));
  must(provided("other").put({row("05", "fail")}));
  const auto summary = must(table.summary("2026"));
  ASSERT_EQ(summary.size(), 2U);
  EXPECT_EQ(summary[0].host, "web-1");
  EXPECT_EQ(summary[0].passed, 1);
  EXPECT_EQ(summary[0].warned, 1);
  EXPECT_EQ(summary[0].failed, 2);
  EXPECT_EQ(summary[0].last_outcome, "warn");
  EXPECT_EQ(summary[0].last_at, "2026-01-01T00:00:04");
  EXPECT_DOUBLE_EQ(summary[0].mean_seconds, 0.5);
  const auto changes = must(table.changes("2026", 9));
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].after, "warn");
  EXPECT_EQ(changes[1].before, "pass");
  EXPECT_EQ(changes[1].after, "fail");
  const auto latest = must(table.latest("schema", "2026"));
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].outcome, "warn");
}

TEST_P(Checks, AreBoundedByAgeAndNumber) {
  CheckTable table = provided();
  std::vector<CheckRow> rows;
  for (int i = 10; i < 40; ++i)
    rows.push_back(row(std::to_string(i), "pass"));
  must(table.put(rows));
  must(table.prune("2026-01-01T00:00:15", 1000));
  EXPECT_EQ(must(table.summary("2026"))[0].passed, 25);
  must(table.prune("2000", 10));
  const auto left = must(table.summary("2026"));
  EXPECT_EQ(left[0].passed, 10);
  EXPECT_EQ(left[0].first_at, "2026-01-01T00:00:30");
}

}  // namespace
}  // namespace bedstone::store
