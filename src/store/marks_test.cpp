// shows: D10
#include "store/marks.hpp"

#include "db/conformance.hpp"
#include "store/tables.hpp"

namespace bedstone::store {
namespace {

using db::testing::must;

class MarksTest : public db::testing::EngineTest, public ::testing::WithParamInterface<db::Engine> {
 protected:
  MarksTest() : EngineTest(GetParam()) {}
};

TEST_P(MarksTest, OneSwapWins) {
  const auto connection = connect();
  if (!is_sqlite()) must(connection->execute("CREATE SCHEMA bedstone"));
  for (int layout = 0; layout < kLayout; ++layout) {
    for (const std::string& sql : upgrade(connection->dialect(), layout))
      must(connection->execute(sql));
  }
  Marks marks(*connection, "hub");
  EXPECT_TRUE(must(marks.read("alert:")).empty());
  EXPECT_FALSE(must(marks.swap("alert:a", "one", "two")));
  EXPECT_TRUE(must(marks.swap("alert:a", std::nullopt, "one")));
  EXPECT_FALSE(must(marks.swap("alert:a", std::nullopt, "two")));
  EXPECT_TRUE(must(marks.swap("alert:a", "one", "two")));
  EXPECT_FALSE(must(marks.swap("alert:a", "one", "three")));
  EXPECT_TRUE(must(marks.swap("other", std::nullopt, "x")));
  EXPECT_TRUE(must(Marks(*connection, "zoo").swap("alert:a", std::nullopt, "zoo's")));
  EXPECT_EQ(must(marks.read("alert:")), (std::map<std::string, std::string>{{"alert:a", "two"}}));
}

INSTANTIATE_TEST_SUITE_P(Engines, MarksTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

}  // namespace
}  // namespace bedstone::store
