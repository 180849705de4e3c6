/// Rows as drivers fill them and callers read them.
#include "db/value.hpp"

#include <gtest/gtest.h>

namespace bedstone::db {
namespace {

TEST(Rows, CellsAreFoundByRowAndColumn) {
  Rows rows;
  EXPECT_TRUE(rows.empty());
  rows.add_column("a");
  rows.add_column("b");
  EXPECT_TRUE(rows.empty());
  rows.add_cell("1");
  rows.add_null();
  rows.add_cell("");
  rows.add_cell("four");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.columns(), 2U);
  EXPECT_EQ(rows.at(0, 0), "1");
  EXPECT_TRUE(rows.is_null(0, 1));
  EXPECT_EQ(rows.text(0, 1), "");
  EXPECT_FALSE(rows.is_null(1, 0));
  EXPECT_EQ(rows.at(1, 0), "");
  EXPECT_EQ(rows.text(1, 1), "four");
}

TEST(Rows, NumbersAndTruthAreReadFromText) {
  struct Case {
    std::string_view text;
    std::int64_t integer;  // -7: the fallback
    bool boolean;
  };
  constexpr Case kCases[] = {{"0", 0, false},
                             {"1", 1, true},
                             {"-5", -5, true},
                             {"t", -7, true},
                             {"f", -7, false},
                             {"true", -7, true},
                             {"false", -7, false},
                             {"", -7, false},
                             {"12x", -7, false},
                             {"1.5", -7, true},
                             {"0.0", -7, false},
                             {"yes", -7, false},
                             {"9223372036854775807", INT64_MAX, true},
                             {"9223372036854775808", -7, true}};
  for (const Case& expected : kCases) {
    Rows rows;
    rows.add_column("v");
    rows.add_cell(expected.text);
    EXPECT_EQ(rows.integer(0, 0, -7), expected.integer) << expected.text;
    EXPECT_EQ(rows.boolean(0, 0), expected.boolean) << expected.text;
  }
  Rows rows;
  rows.add_column("v");
  rows.add_null();
  EXPECT_EQ(rows.integer(0, 0, -7), -7);
  EXPECT_FALSE(rows.boolean(0, 0));
}

TEST(Value, OptionalsBecomeNull) {
  EXPECT_TRUE(std::holds_alternative<Null>(value_or_null(std::optional<std::string>())));
  EXPECT_EQ(std::get<std::string>(value_or_null(std::optional<std::string>("x"))), "x");
}

}  // namespace
}  // namespace bedstone::db
