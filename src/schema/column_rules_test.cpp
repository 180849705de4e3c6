// shows: D10
#include "schema/column_rules.hpp"

#include <gtest/gtest.h>

namespace bedstone::schema {
namespace {

struct Case {
  std::string type;
  std::string check;
  std::string rules;  ///< As said() writes them.
};

std::string said(const ColumnRules& rules) {
  std::string text;
  for (const std::string& value : rules.values)
    text += value + "|";
  if (rules.minimum) text += (rules.above_minimum ? " >" : " >=") + *rules.minimum;
  if (rules.maximum) text += (rules.below_maximum ? " <" : " <=") + *rules.maximum;
  if (rules.min_length) text += " from " + std::to_string(*rules.min_length);
  if (rules.max_length) text += " to " + std::to_string(*rules.max_length);
  return text;
}

std::string rules_of(db::Engine engine, const Case& one) {
  Schema schema;
  schema.engine = engine;
  schema.enums.push_back({"mood", {"good", "it's bad"}});
  Table table;
  table.columns.push_back({.name = "x", .type = one.type});
  table.columns.push_back({.name = "y", .type = "integer"});
  if (!one.check.empty()) table.checks.push_back({"", one.check, ""});
  return said(column_rules(schema, table, table.columns.front()));
}

TEST(ColumnRules, AreReadFromWhatPostgresqlPrints) {
  const Case cases[] = {
      {"text", "(x <> ''::text)", " from 1"},
      {"double precision", "((x >= (0)::double precision) AND (x <= (2)::double precision))",
       " >=0 <=2"},
      {"integer", "(x > 0)", " >0"},
      {"integer", "(x >= '-1'::integer)", " >=-1"},
      {"integer", "((x IS NULL) OR (x < 10))", " <10"},
      {"text", "(x = ANY (ARRAY['a'::text, 'it''s'::text]))", "a|it's|"},
      {"character varying(20)",
       "((x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
       "a|b| to 20"},
      {"text", "(char_length(x) <= 40)", " to 40"},
      {"text", "((length(x) >= 3) AND (length(x) < 9))", " from 3 to 8"},
      {"mood", "", "good|it's bad|"},
      {"public.mood", "", "good|it's bad|"},
      // Rules of several columns, or of what is made of one, are none.
      {"integer", "(x > y)", ""},
      {"integer", "((x > 0) OR (y > 0))", ""},
      {"integer", "(NOT (x > 0))", ""},
      {"text", "(lower(x) = 'a'::text)", ""},
      {"integer", "((x % 2) = 0)", ""},
      {"integer", "(y > 0)", ""},
  };
  for (const Case& one : cases)
    EXPECT_EQ(rules_of(db::Engine::kPostgres, one), one.rules) << one.check;
}

TEST(ColumnRules, AreReadAsTheyWereTypedForSqlite) {
  const Case cases[] = {
      {"text", "x in ('a', 'b') -- as agreed", "a|b|"},
      {"real", "X BETWEEN 0 AND 2 and x <> 1", " >=0 <=2"},
      {"integer", "0 < \"x\"", " >0"},
      {"integer", "x between -5 and 5 AND y > 0", " >=-5 <=5"},
      {"varchar(20)", "length(x) between 1 and 20", " from 1 to 20"},
      {"varchar(20)", "", ""},
      {"text", "x = 'only'", "only|"},
      {"text", "x in (select name from t)", ""},
  };
  for (const Case& one : cases)
    EXPECT_EQ(rules_of(db::Engine::kSqlite, one), one.rules) << one.check;
}

TEST(ColumnRules, KnowsWhichColumnsAnExpressionMentions) {
  Table table;
  for (const char* name : {"x", "y", "z"})
    table.columns.push_back({.name = name, .type = "integer"});
  using Names = std::vector<std::string>;
  EXPECT_EQ(columns_in(db::Engine::kPostgres, table, "((x > 0) OR (\"z\" = 'y'::text))"),
            (Names{"x", "z"}));
  EXPECT_EQ(columns_in(db::Engine::kSqlite, table, "X < Y"), (Names{"x", "y"}));
}

}  // namespace
}  // namespace bedstone::schema
