#include "server/deadline.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "db/url.hpp"

namespace bedstone::server {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<db::Connection> opened(const std::string& url) {
  auto connection = db::open(*db::Url::parse(url), {});
  EXPECT_TRUE(connection) << connection.error().message;
  return *std::move(connection);
}

void stops_what_is_late(const std::string& url, const std::string& endless) {
  const auto connection = opened(url);
  ASSERT_TRUE(connection->execute("BEGIN"));
  {
    const Deadline deadline(*connection, milliseconds(100), nullptr);
    ASSERT_TRUE(connection->query("SELECT 1"));
    EXPECT_FALSE(deadline.over());
    const auto late = connection->query(endless);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::kInterrupted);
    EXPECT_TRUE(deadline.over());
  }
  // The session lives, and is as it was.
  ASSERT_TRUE(connection->rollback());
  EXPECT_FALSE(connection->lost());
  EXPECT_TRUE(connection->query("SELECT 1"));
}

// shows: D10
TEST(Deadline, StopsAStatementOfSQLiteAndLeavesTheSession) {
  stops_what_is_late("sqlite::memory:",
                     "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                     "SELECT count(*) FROM n");
}

TEST(Deadline, StopsAStatementOfPostgreSQLAndLeavesTheSession) {
  const char* url = std::getenv("BEDSTONE_TEST_POSTGRES");
  if (url == nullptr) GTEST_SKIP() << "BEDSTONE_TEST_POSTGRES is not set";
  stops_what_is_late(url, "SELECT pg_sleep(60)");
}

TEST(Deadline, StopsNothingThatIsInTime) {
  const auto connection = opened("sqlite::memory:");
  for (int i = 0; i < 20; ++i) {
    const Deadline deadline(*connection, milliseconds(60'000), nullptr);
    EXPECT_TRUE(connection->query("SELECT 1"));
    EXPECT_FALSE(deadline.over());
  }
}

}  // namespace
}  // namespace bedstone::server
