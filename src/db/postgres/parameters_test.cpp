#include "db/postgres/parameters.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace bedstone::db::postgres {
namespace {

TEST(PostgresParameters, ValuesAreWrittenAsPostgresReadsThem) {
  using Limits = std::numeric_limits<double>;
  const std::pair<Value, std::string> cases[] = {
      {Value(true), "t"},
      {Value(false), "f"},
      {Value(std::int64_t{0}), "0"},
      {Value(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808"},
      {Value(0.1), "0.1"},
      {Value(1e300), "1e+300"},
      {Value(Limits::infinity()), "Infinity"},
      {Value(-Limits::infinity()), "-Infinity"},
      {Value(Limits::quiet_NaN()), "NaN"},
      {Value(std::string("it's \\ ä")), "it's \\ ä"},
      {Value(std::string()), ""},
      {Value(Blob{std::byte{0}, std::byte{0x7f}, std::byte{0xff}}), "\\x007fff"},
      {Value(Blob{}), "\\x"},
  };
  for (const auto& [value, expected] : cases) {
    const auto encoded = Parameters::encode({&value, 1});
    ASSERT_TRUE(encoded.has_value());
    ASSERT_EQ(encoded->count(), 1);
    EXPECT_STREQ(encoded->values()[0], expected.c_str());
  }
}

TEST(PostgresParameters, NullIsAPointerThatIsNull) {
  const Value values[] = {Value(Null{}), Value(std::string("x"))};
  const auto encoded = Parameters::encode(values);
  ASSERT_TRUE(encoded.has_value());
  EXPECT_EQ(encoded->values()[0], nullptr);
  EXPECT_STREQ(encoded->values()[1], "x");
}

TEST(PostgresParameters, ANulByteIsRefusedInsteadOfCuttingTheText) {
  const Value values[] = {Value(std::int64_t{1}), Value(std::string("a\0b", 3))};
  const auto encoded = Parameters::encode(values);
  ASSERT_FALSE(encoded.has_value());
  EXPECT_EQ(encoded.error().code, ErrorCode::kBadValue);
  EXPECT_NE(encoded.error().message.find("$2"), std::string::npos);
}

}  // namespace
}  // namespace bedstone::db::postgres
