#include "transfer/plan.hpp"

#include <gtest/gtest.h>

namespace bedstone::transfer {
namespace {

schema::Table table(std::string name, std::vector<std::string> needs = {}) {
  schema::Table result;
  result.name = std::move(name);
  result.kind = "table";
  result.columns.push_back({.name = "id", .type = "integer", .nullable = false});
  for (std::string& other : needs)
    result.foreign_keys.push_back({.columns = {"id"}, .table = std::move(other)});
  return result;
}

schema::Schema schema_of(db::Engine engine, std::vector<schema::Table> tables) {
  schema::Schema result;
  result.engine = engine;
  result.tables = std::move(tables);
  return result;
}

using Names = std::vector<std::vector<std::string>>;

// shows: D8
TEST(FillOrder, ParentsComeFirstAndCirclesTogether) {
  const auto schema = schema_of(db::Engine::kPostgres,
                                {table("a", {"b"}), table("b", {"c"}), table("c", {"b", "d"}),
                                 table("d"), table("tree", {"tree"}), table("x", {"elsewhere.y"})});
  EXPECT_EQ(fill_order(schema), (Names{{"d"}, {"b", "c"}, {"a"}, {"tree"}, {"x"}}));
}

TEST(FillOrder, PartitionsAndVirtualTablesAreNotFilled) {
  auto part = table("part");
  part.options = "inherits whole, FOR VALUES IN (1)";
  auto words = table("words");
  words.kind = "virtual table";
  auto whole = table("whole");
  whole.kind = "partitioned table";
  EXPECT_EQ(fill_order(schema_of(db::Engine::kPostgres, {part, words, whole})), (Names{{"whole"}}));
}

TEST(Plan, NamesAreFoundWhateverTheirCase) {
  const auto plan = make_plan(schema_of(db::Engine::kSqlite, {table("Pets")}),
                              schema_of(db::Engine::kPostgres, {table("pets")}));
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->groups.size(), 1U);
  EXPECT_EQ(plan->groups[0][0].source, "Pets");
  EXPECT_EQ(plan->groups[0][0].target, "pets");
  EXPECT_EQ(plan->groups[0][0].columns[0].type.kind, Kind::kInteger);
}

// shows: PR8
TEST(Plan, AllThatDoesNotFitIsTold) {
  auto wide = table("pets");
  wide.columns.push_back({.name = "name", .type = "text"});
  auto strict = table("pets");
  strict.columns.push_back({.name = "born", .type = "date", .nullable = false});
  const auto plan = make_plan(schema_of(db::Engine::kSqlite, {wide, table("toys")}),
                              schema_of(db::Engine::kPostgres, {strict}));
  ASSERT_FALSE(plan);
  ASSERT_EQ(plan.error().size(), 3U);
  for (const Error& error : plan.error())
    EXPECT_EQ(error.code, ErrorCode::kTransferSchema);
}

TEST(Plan, WhatTheTargetFillsByItselfIsToldAndLeft) {
  auto more = table("pets");
  more.columns.push_back({.name = "words", .type = "tsvector"});
  auto virtual_table = table("search");
  virtual_table.kind = "virtual table";
  const auto plan = make_plan(schema_of(db::Engine::kSqlite, {table("pets"), virtual_table}),
                              schema_of(db::Engine::kPostgres, {more, table("other")}));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->warnings.size(), 2U);
  ASSERT_EQ(plan->groups.size(), 1U);
  EXPECT_EQ(plan->groups[0][0].columns.size(), 1U);
}

TEST(Plan, DomainsAndEnumsAreWhatTheyHold) {
  auto there = table("pets");
  there.columns.push_back({.name = "price", .type = "numeric"});
  there.columns.push_back({.name = "mood", .type = "text"});
  there.columns.push_back({.name = "moods", .type = "text"});
  auto here = table("pets");
  here.columns.push_back({.name = "price", .type = "public.price"});
  here.columns.push_back({.name = "mood", .type = "\"Mood\""});
  here.columns.push_back({.name = "moods", .type = "\"Mood\"[]"});
  auto target = schema_of(db::Engine::kPostgres, {here});
  target.enums.push_back({"Mood", {"good", "bad"}});
  target.others.push_back(
      {"domain", "", "price", "numeric(10,2) not null constraint price_check CHECK (VALUE > 0)"});
  const auto plan = make_plan(schema_of(db::Engine::kSqlite, {there}), target);
  ASSERT_TRUE(plan);
  const auto& columns = plan->groups[0][0].columns;
  EXPECT_EQ(columns[1].type.kind, Kind::kNumeric);
  EXPECT_EQ(columns[1].type.digits, 2);
  EXPECT_EQ(columns[2].type.kind, Kind::kText);
  EXPECT_EQ(columns[3].type.kind, Kind::kArray);
  EXPECT_EQ(columns[3].type.element, Kind::kText);
}

TEST(Plan, OfOneEngineValuesPassAsTheyAre) {
  const auto plan = make_plan(schema_of(db::Engine::kPostgres, {table("pets")}),
                              schema_of(db::Engine::kPostgres, {table("pets")}));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->groups[0][0].columns[0].type.kind, Kind::kStored);
}

}  // namespace
}  // namespace bedstone::transfer
