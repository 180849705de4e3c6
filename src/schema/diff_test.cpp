/// The difference of two texts: pure, sorted, one line each.
// shows: PR9
#include "schema/diff.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace bedstone::schema {
namespace {

std::vector<std::string> lines(std::string_view expected, std::string_view actual) {
  std::vector<std::string> result;
  for (const SchemaDifference& difference : diff(expected, actual))
    result.push_back(describe(difference));
  return result;
}

using Lines = std::vector<std::string>;

TEST(DiffTest, EqualTextsHaveNone) {
  EXPECT_EQ(lines("", ""), Lines());
  EXPECT_EQ(lines("format 1\ntable a\n", "format 1\ntable a\n"), Lines());
}

TEST(DiffTest, TheFormatIsNoObject) {
  EXPECT_EQ(lines("format 1\ntable a\n", "format 2\ntable a\n"), Lines());
}

TEST(DiffTest, TellsMissingExtraAndDifferent) {
  const std::vector<SchemaDifference> found =
      diff("column t.a int\nindex t.i (a)\n", "column t.a text\nindex t.j (a)\n");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].kind, "column");
  EXPECT_EQ(found[0].object, "t.a");
  EXPECT_EQ(found[0].change, "different");
  EXPECT_EQ(found[0].expected, "int");
  EXPECT_EQ(found[0].actual, "text");
  EXPECT_EQ(found[1].change, "missing");
  EXPECT_EQ(found[1].object, "t.i");
  EXPECT_EQ(found[1].expected, "(a)");
  EXPECT_EQ(found[1].actual, "");
  EXPECT_EQ(found[2].change, "extra");
  EXPECT_EQ(found[2].actual, "(a)");
}

TEST(DiffTest, AMissingTableTakesItsPartsAlong) {
  EXPECT_EQ(lines("table t\ncolumn t.a int\nindex t.i (a)\ntable u\ncolumn u.a int\n"
                  "check t (a > 0)\nview v select 1\ntrigger v.g x\n",
                  "table u\ncolumn u.a text\n"),
            (Lines{"column u.a is different: text instead of int", "table t is missing",
                   "view v is missing: select 1"}));
}

TEST(DiffTest, ATableThatBecameAViewIsBoth) {
  EXPECT_EQ(lines("table t\ncolumn t.a int\n", "view t select 1\n"),
            (Lines{"table t is missing", "view t is extra: select 1"}));
}

TEST(DiffTest, ObjectsWithoutNamesAreComparedAsASet) {
  EXPECT_EQ(lines("unique t (a)\nunique t (b)\n", "unique t (b)\nunique t (a)\n"), Lines());
  EXPECT_EQ(lines("unique t (a)\nunique t (b)\n", "unique t (b)\n"),
            (Lines{"unique t is missing: (a)"}));
  EXPECT_EQ(lines("unique t (a)\n", "unique t (a)\nunique t (a)\n"),
            (Lines{"unique t is extra: (a)"}));
}

TEST(DiffTest, ColumnOrderIsToldOnlyWhereItSaysSomethingNew) {
  const std::string a = "column t.a int\n";
  const std::string b = "column t.b int\n";
  EXPECT_EQ(lines(a + b + "column-order t (a, b)\n", a + "column-order t (a)\n"),
            (Lines{"column t.b is missing: int"}));
  EXPECT_EQ(lines("column-order t (a, b)\n", "column-order t (b, a)\n"),
            (Lines{"column-order t is different: (b, a) instead of (a, b)"}));
  EXPECT_EQ(lines(a + "column-order t (a, b, c)\n", "column-order t (c, b)\n"),
            (Lines{"column t.a is missing: int",
                   "column-order t is different: (c, b) instead of (a, b, c)"}));
  EXPECT_EQ(lines("column-order t (\"a, b\", c)\n", "column-order t (c, \"a, b\")\n").size(), 1U);
}

TEST(DiffTest, QuotedNamesMayHoldWhatSeparates) {
  EXPECT_EQ(lines("table \"a b\"\ncolumn \"a b\".\"c.d\" int\n", "table x\n"),
            (Lines{"table \"a b\" is missing", "table x is extra"}));
  EXPECT_EQ(lines("function f(a integer, b text) 1\n", "function f(a integer, b text) 2\n"),
            (Lines{"function f(a integer, b text) is different: 2 instead of 1"}));
}

TEST(DiffTest, AnyTextIsAccepted) {
  for (const std::string_view text : {"\n\n", "x", " ", "x ", "x y", "\"", "((((", "a \"b c"}) {
    EXPECT_EQ(lines(text, text), Lines());
    EXPECT_LE(diff("", text).size(), 1U) << text;
  }
}

TEST(DiffTest, ComesSortedAndIsItsOwnMirror) {
  const std::string one = "table b\ntable a\nindex c.i x\nview v 1\n";
  const std::string other = "view v 2\ntable d\n";
  const std::vector<SchemaDifference> there = diff(one, other);
  const std::vector<SchemaDifference> back = diff(other, one);
  ASSERT_EQ(there.size(), back.size());
  EXPECT_TRUE(std::is_sorted(there.begin(), there.end(), [](const auto& a, const auto& b) {
    return std::tie(a.kind, a.object) < std::tie(b.kind, b.object);
  }));
  for (std::size_t i = 0; i < there.size(); ++i) {
    EXPECT_EQ(there[i].object, back[i].object);
    EXPECT_EQ(there[i].expected, back[i].actual);
    EXPECT_EQ(there[i].actual, back[i].expected);
  }
}

std::string written(std::vector<std::string> objects) {
  std::sort(objects.begin(), objects.end());
  std::string text = "format 1\n";
  for (const std::string& one : objects)
    text += one + "\n";
  return text;
}

TEST(CarryOverTest, WhatTheChangeDidNotTouchStaysAsRecorded) {
  struct Case {
    std::string_view what;
    std::vector<std::string> recorded, before, after, expected;
  };
  const std::vector<Case> cases{
      {"no drift", {"table a"}, {"table a"}, {"table a", "table b"}, {"table a", "table b"}},
      {"a missing column stays missing",
       {"table a", "column a.x int"},
       {"table a"},
       {"table a", "table b"},
       {"table a", "column a.x int", "table b"}},
      {"an extra table stays extra",
       {"table a"},
       {"table a", "table z"},
       {"table a", "table b", "table z"},
       {"table a", "table b"}},
      {"a different column stays different",
       {"column a.x int"},
       {"column a.x text"},
       {"column a.x text", "index a.i (x)"},
       {"column a.x int", "index a.i (x)"}},
      {"what the change made is right",
       {"column a.x int"},
       {"column a.x text"},
       {"column a.x bigint"},
       {"column a.x bigint"}},
      {"what the change brings back is there", {"table a"}, {}, {"table a"}, {"table a"}},
      {"a dropped table takes its missing column along",
       {"table a", "column a.x int", "column a.y int"},
       {"table a", "column a.y int"},
       {},
       {}},
      {"a dropped object without a name of its own",
       {"unique a (x)", "unique a (y)"},
       {"unique a (x)", "unique a (y)"},
       {"unique a (x)"},
       {"unique a (x)"}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(carry_over(written(one.recorded), written(one.before), written(one.after)),
              written(one.expected))
        << one.what;
  }
}

TEST(CarryOverTest, TextsOfAnotherFormatTellNothing) {
  EXPECT_EQ(carry_over("format 0\ntable a\n", written({}), written({"table b"})),
            written({"table b"}));
  EXPECT_EQ(carry_over("", "", written({"table b"})), written({"table b"}));
}

TEST(DescribeTest, LongDetailsAreCutToOneReadableLine) {
  const std::string line =
      describe({"view", "v", "different", std::string(500, 'a'), "b\nc" + std::string(500, 'd')});
  EXPECT_LT(line.size(), 300U);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace bedstone::schema
