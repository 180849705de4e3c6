// The order of sets: what needs rows comes after those who bring them.
#include "seed/order.hpp"

#include "seed/test_support.hpp"

namespace bedstone::seed {
namespace {

using Names = std::vector<std::string>;

schema::Table table(const std::string& name,
                    const std::vector<std::pair<std::string, std::string>>& keys = {}) {
  schema::Table result;
  result.name = name;
  for (const auto& [column, target] : keys) {
    schema::ForeignKey& key = result.foreign_keys.emplace_back();
    key.columns = {column};
    key.table = target;
  }
  return result;
}

class Orders : public SeedFolder {
 protected:
  /// Sets by their texts, in the order of the files: "1.yaml", "2.yaml" …
  using Order = std::vector<std::vector<std::size_t>>;

  Order order(const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i)
      write(fmt::format("seeds/{}-{}.yaml", i + 1, std::string(1, static_cast<char>('a' + i))),
            texts[i]);
    sets_ = list().sets;
    EXPECT_EQ(sets_.size(), texts.size());
    return order_sets(sets_, schema_);
  }
  /// Those of a circle as one: "b+c".
  Names names(const Order& order) const {
    Names result;
    for (const auto& group : order) {
      std::string name;
      for (const std::size_t index : group)
        name += (name.empty() ? "" : "+") + sets_[index].name;
      result.push_back(name);
    }
    return result;
  }

  schema::Schema schema_;
  std::vector<SeedSet> sets_;
};

// shows: S6
TEST_F(Orders, IsThatOfTheFilesWhereNothingDecides) {
  schema_.tables = {table("x"), table("y")};
  const Order result = order({"table: y\nrows: [{id: 1}]", "table: x\nrows: [{id: 1}]"});
  EXPECT_EQ(names(result), (Names{"a", "b"}));
}

// shows: S6
TEST_F(Orders, FollowsForeignKeysAndReferencesWhereverTheyStand) {
  schema_.tables = {table("leaf", {{"branch", "branch"}}), table("branch"), table("root")};
  const Order result =
      order({"table: leaf\nrows: [{id: 1, branch: 1}]",
             "table: branch\nrows: [{id: 1, name: {from: x, or: {ref: root, id: 1}}}]",
             "table: root\nrows: [{id: 1}]"});
  EXPECT_EQ(names(result), (Names{"c", "b", "a"}));
  const Order nested =
      order({"table: leaf\ncolumns: {branch: {ref: branch, root: {ref: root, id: 1}}}\n"
             "rows: [{id: 1}]",
             "table: branch\nrows: [{id: 1}]", "table: root\nrows: [{id: 1}]"});
  EXPECT_EQ(names(nested), (Names{"b", "c", "a"}));
}

// shows: S6
TEST_F(Orders, PassesOverAForeignKeyWhoseColumnNoRowGives) {
  schema_.tables = {table("users", {{"team", "teams"}}), table("teams", {{"lead", "users"}})};
  const Order result =
      order({"table: teams\nrows: [{id: 1, lead: 1}]", "table: users\nrows: [{id: 1}]"});
  EXPECT_EQ(names(result), (Names{"b", "a"}));
}

// shows: S6
TEST_F(Orders, OfAFileWhoseColumnsAreNotKnownYetTakesTheKeysThatMakeNoCircle) {
  schema_.tables = {table("users", {{"team", "teams"}}), table("teams", {{"lead", "users"}})};
  write("data/users.csv", "id\n1\n");
  const Order result = order(
      {"table: teams\nrows: [{id: 1, lead: 1}]", "table: users\nrows: {from: data/users.csv}"});
  EXPECT_EQ(names(result), (Names{"b", "a"}));
}

// shows: S6
TEST_F(Orders, AnotherSetOfTheSameTableMayCloseACircle) {
  schema_.tables = {table("users", {{"team", "teams"}}), table("teams", {{"lead", "users"}})};
  const Order result =
      order({"table: users\nrows: [{id: 2, team: 1}]", "table: teams\nrows: [{id: 1, lead: 1}]",
             "table: users\nrows: [{id: 1}]"});
  EXPECT_EQ(names(result), (Names{"c", "b", "a"}));
}

// shows: S6
TEST_F(Orders, TheSetsOfACircleAreAGroupAndTheOthersGoOn) {
  schema_.tables = {table("left", {{"r", "right"}}), table("right", {{"l", "left"}}),
                    table("last", {{"l", "left"}})};
  const Order result =
      order({"table: last\nrows: [{id: 1, l: 1}]", "table: right\nrows: [{id: 1, l: 1}]",
             "table: left\nrows: [{id: 1, r: 1}]"});
  EXPECT_EQ(names(result), (Names{"b+c", "a"}));
}

TEST_F(Orders, ATableThatRefersToItselfNeedsNobody) {
  schema_.tables = {table("folders", {{"parent", "folders"}})};
  const Order result = order({"table: folders\nrows: [{id: 1, parent: {ref: folders, id: 1}}]"});
  EXPECT_EQ(names(result), (Names{"a"}));
}

// shows: S6
TEST_F(Orders, ColumnsThatOnlyFilesKnowMayCloseACircle) {
  schema_.tables = {table("users", {{"team", "teams"}}), table("teams", {{"lead", "users"}}),
                    table("last", {{"user", "users"}})};
  write("data/users.csv", "id,team\n1,1\n");
  write("data/teams.csv", "id,lead\n1,1\n");
  write("data/last.csv", "id,user\n1,1\n");
  EXPECT_EQ(names(order({"table: last\nrows: {from: data/last.csv}",
                         "table: teams\nrows: {from: data/teams.csv}",
                         "table: users\nrows: {from: data/users.csv}"})),
            (Names{"b+c", "a"}));
  // A column that is ignored closes none.
  EXPECT_EQ(names(order({"table: last\nrows: {from: data/last.csv}",
                         "table: teams\nrows: {from: data/teams.csv}\nignore: lead",
                         "table: users\nrows: {from: data/users.csv}"})),
            (Names{"b", "c", "a"}));
}

// shows: S6
TEST_F(Orders, CirclesThatAreJoinedAreOneGroupAndThoseThatLeadToAnotherComeAfterIt) {
  schema_.tables = {table("a", {{"r", "b"}}),
                    table("b", {{"r", "c"}}),
                    table("c", {{"r", "a"}, {"s", "d"}}),
                    table("d", {{"r", "c"}}),
                    table("e", {{"r", "f"}, {"s", "a"}}),
                    table("f", {{"r", "e"}})};
  EXPECT_EQ(names(order({"table: f\nrows: [{id: 1, r: 1}]", "table: e\nrows: [{id: 1, r: 1, s: 1}]",
                         "table: d\nrows: [{id: 1, r: 1}]", "table: c\nrows: [{id: 1, r: 1, s: 1}]",
                         "table: b\nrows: [{id: 1, r: 1}]", "table: a\nrows: [{id: 1, r: 1}]"})),
            (Names{"c+d+e+f", "a+b"}));
}

}  // namespace
}  // namespace bedstone::seed
