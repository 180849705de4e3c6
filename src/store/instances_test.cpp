// shows: K3
#include "store/instances.hpp"

#include "db/conformance.hpp"
#include "store/tables.hpp"

namespace bedstone::store {
namespace {

using db::testing::must;

class Instances : public db::testing::EngineTest, public ::testing::WithParamInterface<db::Engine> {
 protected:
  Instances() : EngineTest(GetParam()) {}

  InstanceTable provided(std::string project = "hub") {
    if (!is_sqlite()) execute("CREATE SCHEMA IF NOT EXISTS bedstone");
    for (int layout = 0; layout < kLayout; ++layout) {
      for (const std::string& sql : upgrade(db().dialect(), layout))
        execute(sql);
    }
    return {db(), std::move(project)};
  }
  static InstanceRow row(std::string id, std::int64_t revision) {
    InstanceRow one;
    one.id = std::move(id);
    one.program = "hub";
    one.host = "web-1";
    one.pid = 42;
    one.version = "0.1.0";
    one.revision = revision;
    return one;
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Instances, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(Instances, ARowIsWrittenAnewAndTaken) {
  InstanceTable table = provided();
  const std::string before = must(table.now());
  must(table.put(row("a", 1), "2000"));
  const auto first = must(table.list());
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].program, "hub");
  EXPECT_EQ(first[0].host, "web-1");
  EXPECT_EQ(first[0].pid, 42);
  EXPECT_GE(first[0].started_at, before);
  InstanceRow next = row("a", 2);
  next.problem = "why";
  next.keys = "k1,k2";
  must(table.put(next, "2000"));
  must(provided("other").put(row("a", 9), "2000"));
  const auto second = must(table.list());
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].revision, 2);
  EXPECT_EQ(second[0].problem, "why");
  EXPECT_EQ(second[0].keys, "k1,k2");
  EXPECT_EQ(second[0].started_at, first[0].started_at);
  EXPECT_GE(second[0].seen_at, first[0].seen_at);
  must(table.remove("a"));
  EXPECT_TRUE(must(table.list()).empty());
  EXPECT_EQ(must(provided("other").list()).size(), 1U);
}

TEST_P(Instances, ThoseThatNobodySawGo) {
  InstanceTable table = provided();
  must(table.put(row("old", 1), "2000"));
  must(provided("other").put(row("old", 1), "2000"));
  must(table.put(row("new", 1), "2999"));
  EXPECT_TRUE(must(table.list()).empty()) << "even a row of this very moment is older than that";
  must(table.put(row("new", 1), "2000"));
  EXPECT_EQ(must(table.list()).size(), 1U);
  EXPECT_EQ(must(provided("other").list()).size(), 1U);
}

TEST_P(Instances, WithoutTablesThereAreNone) {
  EXPECT_TRUE(must(InstanceTable(db(), "hub").list()).empty());
}

}  // namespace
}  // namespace bedstone::store
