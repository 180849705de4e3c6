// shows: B1, A10
#include "store/transitions.hpp"

#include "db/conformance.hpp"
#include "store/tables.hpp"

namespace bedstone::store {
namespace {

using db::testing::must;

class TransitionsTest : public db::testing::EngineTest,
                        public ::testing::WithParamInterface<db::Engine> {
 protected:
  TransitionsTest() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    connection_ = connect();
    transitions_.emplace(*connection_, "hub");
    EXPECT_FALSE(must(transitions_->last()));
    EXPECT_FALSE(must(transitions_->is_running(now_)));
    if (!is_sqlite()) must(connection_->execute("CREATE SCHEMA bedstone"));
    for (int layout = 0; layout < kLayout; ++layout) {
      for (const std::string& sql : upgrade(connection_->dialect(), layout))
        must(connection_->execute(sql));
    }
  }
  void TearDown() override {
    transitions_.reset();
    connection_.reset();
    EngineTest::TearDown();
  }

  std::string record(Lifecycle from, Lifecycle to) {
    const auto made = must(transitions_->record(from, to, "test", "run"));
    return made ? made->from + ">" + made->to : "nothing";
  }
  void seen(std::string_view instance, std::chrono::seconds ago) {
    must(connection_->execute(
        "INSERT INTO " + connection_->dialect().store_table("instances") +
            " VALUES ('hub', $1, 'p', 'h', 1, '0', '', $2, 0, '', '') ON CONFLICT (project, "
            "instance_id) DO UPDATE SET seen_at = excluded.seen_at",
        {std::string(instance), to_iso(now_ - ago)}));
  }

  WallTime now_ = system_clock().now();
  std::unique_ptr<db::Connection> connection_;
  std::optional<Transitions> transitions_;
};

TEST_P(TransitionsTest, EachStateIsRecordedOnce) {
  EXPECT_EQ(record(Lifecycle::kNoDatabase, Lifecycle::kEmptyDatabase),
            "NO_DATABASE>EMPTY_DATABASE");
  EXPECT_EQ(record(Lifecycle::kNoDatabase, Lifecycle::kEmptyDatabase), "nothing");
  // What was recorded counts, not what somebody thought.
  EXPECT_EQ(record(Lifecycle::kNoDatabase, Lifecycle::kConfigured), "EMPTY_DATABASE>CONFIGURED");
  const auto list = must(transitions_->list(10));
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].number, 2);
  EXPECT_EQ(list[0].cause, "test");
  EXPECT_EQ(list[0].run_id, "run");
  EXPECT_TRUE(list[0].at.ends_with("Z")) << list[0].at;
  Transitions other(*connection_, "shop");
  EXPECT_FALSE(must(other.last()));
}

TEST_P(TransitionsTest, AnInstanceLivesThreeMinutes) {
  EXPECT_FALSE(must(transitions_->is_running(now_)));
  seen("a", std::chrono::seconds(179));
  EXPECT_TRUE(must(transitions_->is_running(now_)));
  seen("a", std::chrono::seconds(181));
  EXPECT_FALSE(must(transitions_->is_running(now_)));
}

TEST_P(TransitionsTest, InstancesMoveBetweenConfiguredAndRunningOnly) {
  const auto note = [&] {
    const auto made = must(transitions_->note_instances("instance", now_));
    return made ? made->to : "nothing";
  };
  seen("a", std::chrono::seconds(1));
  EXPECT_EQ(note(), "nothing");
  record(Lifecycle::kEmptyDatabase, Lifecycle::kUnconfigured);
  EXPECT_EQ(note(), "nothing");
  record(Lifecycle::kEmptyDatabase, Lifecycle::kConfigured);
  EXPECT_EQ(note(), "RUNNING");
  EXPECT_EQ(note(), "nothing");
  seen("a", std::chrono::minutes(4));
  EXPECT_EQ(note(), "CONFIGURED");
  EXPECT_EQ(note(), "nothing");
}

INSTANTIATE_TEST_SUITE_P(Engines, TransitionsTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

}  // namespace
}  // namespace bedstone::store
