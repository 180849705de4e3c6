#include "transfer/number.hpp"

#include <gtest/gtest.h>

namespace bedstone::transfer {
namespace {

std::string form(std::string_view text) {
  const auto number = parse_decimal(text);
  return number ? canonical(*number) : "none";
}

TEST(Numbers, OneValueHasOneForm) {
  EXPECT_EQ(form("1"), "1e0");
  EXPECT_EQ(form("1.00"), "1e0");
  EXPECT_EQ(form("+100e-2"), "1e0");
  EXPECT_EQ(form("0010"), "1e1");
  EXPECT_EQ(form("-0.050"), "-5e-2");
  EXPECT_EQ(form("-0.0"), "0");
  EXPECT_EQ(form("12345678901234567890.5"), "123456789012345678905e-1");
  for (const char* const none : {"", ".", "1.2.3", "1e", "e5", "NaN", "1 ", "0x1", "1e999999"})
    EXPECT_EQ(form(none), "none") << none;
}

TEST(Numbers, WholeNumbersFitTheirColumn) {
  EXPECT_EQ(parse_whole("-32768", 16), -32768);
  EXPECT_FALSE(parse_whole("32768", 16));
  EXPECT_EQ(parse_whole("2147483647", 32), 2147483647);
  EXPECT_FALSE(parse_whole("2147483648", 32));
  EXPECT_EQ(parse_whole("12.0", 64), 12);
  EXPECT_EQ(parse_whole("1e3", 64), 1000);
  EXPECT_EQ(parse_whole("0.0", 64), 0);
  EXPECT_FALSE(parse_whole("1.5", 64));
  EXPECT_FALSE(parse_whole("9223372036854775808", 64));
  EXPECT_FALSE(parse_whole("", 64));
}

TEST(Times, AllFormsOfOneMomentAreOne) {
  const auto moment = parse_timestamp("2026-11-20T09:30:00.500Z");
  ASSERT_TRUE(moment);
  for (const char* const same :
       {"2026-11-20 09:30:00.5", "2026-11-20T10:30:00.500000+01:00", "2026-11-20 04:00:00.5-0530",
        "2026-11-20 09:30:00.5+00", "2026-11-20 09:30:00.5 Z"})
    EXPECT_EQ(parse_timestamp(same), moment) << same;
  EXPECT_EQ(utc_text(*moment), "2026-11-20T09:30:00.500Z");
  EXPECT_EQ(plain_text(*moment), "2026-11-20 09:30:00.5");
  EXPECT_EQ(utc_text(*moment + 1), "2026-11-20T09:30:00.500001Z");
  EXPECT_EQ(plain_text(0), "1970-01-01 00:00:00");
  EXPECT_EQ(plain_text(-1), "1969-12-31 23:59:59.999999");
}

TEST(Times, WhatIsNoTimeIsNone) {
  for (const char* const none :
       {"", "yesterday", "2026-13-01", "2026-02-29", "2026-11-20 25:00", "2026-11-20 09:60",
        "2026-11-20T09:30:00.1234567", "2026-11-20 09:30 Europe/Berlin", "20261120", "0000-01-01"})
    EXPECT_FALSE(parse_timestamp(none)) << none;
  EXPECT_TRUE(parse_timestamp("2024-02-29"));
  EXPECT_FALSE(parse_date("2026-11-20 00:00"));
  EXPECT_EQ(parse_time("09:30"), parse_time("09:30:00.000"));
}

}  // namespace
}  // namespace bedstone::transfer
