// shows: D9
#include "store/sessions.hpp"

#include "db/conformance.hpp"
#include "store/tables.hpp"

namespace bedstone::store {
namespace {

using db::testing::must;

class Sessions : public db::testing::EngineTest, public ::testing::WithParamInterface<db::Engine> {
 protected:
  Sessions() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (!is_sqlite()) execute("CREATE SCHEMA IF NOT EXISTS bedstone");
    for (int layout = 0; layout < kLayout; ++layout) {
      for (const std::string& sql : upgrade(db().dialect(), layout))
        execute(sql);
    }
  }
  static SessionRow row(std::string hash, std::string account) {
    return {std::move(hash), std::move(account), "ada@example.com", "local",    "2026-01-01T10",
            "2026-01-01T10", "2026-01-01T22",    "192.0.2.1",       "a browser"};
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Sessions, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(Sessions, AreFoundTouchedAndTakenAway) {
  SessionTable table(db(), "hub");
  must(table.add(row("h1", "1")));
  must(table.add(row("h2", "1")));
  must(table.add(row("h3", "2")));
  must(SessionTable(db(), "other").add(row("h1", "1")));
  EXPECT_FALSE(must(table.find("h4")).has_value());
  must(table.touch("h1", "2026-01-01T11"));
  const auto found = must(table.find("h1"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->seen_at, "2026-01-01T11");
  EXPECT_EQ(found->expires_at, "2026-01-01T22");
  EXPECT_EQ(found->agent, "a browser");
  EXPECT_EQ(must(table.list("1")).size(), 2U);
  EXPECT_EQ(must(table.remove_all("1", "h2")), 1);
  EXPECT_FALSE(must(table.find("h1")).has_value());
  must(table.remove("h3"));
  EXPECT_EQ(must(table.list("2")).size(), 0U);
  EXPECT_EQ(must(SessionTable(db(), "other").list("1")).size(), 1U);
}

// shows: B9
TEST_P(Sessions, AreRenewedByWhoeverIsFirst) {
  SessionTable table(db(), "hub");
  SessionRow one = row("h1", "1");
  one.provider_session = "session_1";
  one.refresh_token = "enc1.k1.a";
  one.refresh_after = "2026-01-01T10:05";
  must(table.add(one));
  EXPECT_FALSE(must(table.move_refresh("h1", "2026-01-01T10:04", "2026-01-01T11")));
  EXPECT_FALSE(must(table.move_refresh("h2", "2026-01-01T10:05", "2026-01-01T11")));
  EXPECT_FALSE(must(SessionTable(db(), "other").move_refresh("h1", "2026-01-01T10:05", "x")));
  EXPECT_TRUE(must(table.move_refresh("h1", "2026-01-01T10:05", "2026-01-01T11")));
  EXPECT_FALSE(must(table.move_refresh("h1", "2026-01-01T10:05", "2026-01-01T11")));
  EXPECT_TRUE(must(table.set_refresh("h1", "enc1.k1.b", "2026-01-01T12")));
  EXPECT_FALSE(must(table.set_refresh("h2", "enc1.k1.b", "2026-01-01T12")));
  const auto found = must(table.find("h1"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->provider_session, "session_1");
  EXPECT_EQ(found->refresh_token, "enc1.k1.b");
  EXPECT_EQ(found->refresh_after, "2026-01-01T12");
  must(table.add(row("h3", "1")));
  EXPECT_EQ(must(table.find("h3"))->refresh_after, "");
}

TEST_P(Sessions, ThatAreOverAreTakenAway) {
  SessionTable table(db(), "hub");
  SessionRow old = row("h1", "1");
  old.expires_at = "2026-01-01T11";
  must(table.add(old));
  SessionRow idle = row("h2", "1");
  idle.seen_at = "2026-01-01T09";
  must(table.add(idle));
  must(table.add(row("h3", "1")));
  must(table.prune("2026-01-01T12", "2026-01-01T10"));
  const auto left = must(table.list("1"));
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].hash, "h3");
}

TEST_P(Sessions, FailedAttemptsCountUntilTheyAreForgotten) {
  SignInTable table(db(), "hub");
  EXPECT_FALSE(must(table.find("pair:a")).has_value());
  EXPECT_EQ(must(table.note("pair:a", "2026-01-01T10", "2026-01-01T09")), 1);
  EXPECT_EQ(must(table.note("pair:a", "2026-01-01T11", "2026-01-01T10")), 2);
  EXPECT_EQ(must(table.note("pair:b", "2026-01-01T11", "2026-01-01T10")), 1);
  must(table.undo("pair:a"));
  const auto known = must(table.find("pair:a"));
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->failures, 1);
  EXPECT_EQ(known->last_at, "2026-01-01T11");
  // Long after the last one it begins anew.
  EXPECT_EQ(must(table.note("pair:a", "2026-01-02T10", "2026-01-02T09")), 1);
  must(table.clear("pair:b"));
  EXPECT_FALSE(must(table.find("pair:b")).has_value());
  must(table.prune("2026-01-03T00"));
  EXPECT_FALSE(must(table.find("pair:a")).has_value());
}

}  // namespace
}  // namespace bedstone::store
