// Formats: edges that the JSON Schema test suite leaves out.
#include "data/format.hpp"

#include <gtest/gtest.h>

namespace bedstone::data {
namespace {

using namespace std::string_view_literals;

struct Row {
  Format format;
  std::string_view text;
  bool fits;
};

constexpr Row kRows[] = {
    {Format::kDateTime, "1998-12-31T23:59:60.5+00:00", true},
    {Format::kDateTime, "1999-01-01T05:29:60+05:30", true},
    {Format::kDateTime, "1999-01-01T05:28:60+05:30", false},
    {Format::kDateTime, "1998-12-31T00:00:00.Z", false},
    {Format::kDateTime, "1998-12-31T24:00:00Z", false},
    {Format::kDateTime, "1998-12-31 00:00:00Z", false},
    {Format::kDateTime, "1998-12-31T00:00:00", false},
    {Format::kDateTime, "1998-12-31T00:00:00Z\n", false},
    {Format::kDate, "2000-02-29", true},
    {Format::kDate, "1900-02-29", false},
    {Format::kDate, "2026-00-10", false},
    {Format::kDate, "", false},
    {Format::kEmail, R"("a\"b"@example.org)", true},
    {Format::kEmail, R"("a"b"@example.org)", false},
    {Format::kEmail, R"("a\"@example.org)", false},
    {Format::kEmail, "\"@example.org", false},
    {Format::kEmail, "a@-b.org", false},
    {Format::kEmail, "a@b..org", false},
    {Format::kEmail, "a@", false},
    {Format::kEmail, "@b.org", false},
    {Format::kEmail, "a@b@c.org", false},
    {Format::kEmail, "ä@b.org", false},
    {Format::kEmail, "a@[IPv6:::1", false},
    {Format::kEmail, "a@b.org\0"sv, false},
    {Format::kUri, "urn:x", true},
    {Format::kUri, "file:///etc/hosts", true},
    {Format::kUri, "postgres://user:pa%2Fss@[::1]:5432/db?sslmode=require", true},
    {Format::kUri, "http://[v1.a:b]/", true},
    {Format::kUri, "http://[v1.]/", false},
    {Format::kUri, "http://[::1/", false},
    {Format::kUri, "http://[::1]x/", false},
    {Format::kUri, "http://a:80b/", false},
    {Format::kUri, "http://a/%4", false},
    {Format::kUri, "http://a/%zz", false},
    {Format::kUri, "http://a/b#c#d", false},
    {Format::kUri, "1http://a/", false},
    {Format::kUri, "http://a/\0"sv, false},
    {Format::kIpv4, "1.2.3.4\0"sv, false},
    {Format::kIpv4, " 1.2.3.4", false},
    {Format::kIpv6, "::1\0"sv, false},
    {Format::kIpv6, "0000:0000:0000:0000:0000:ffff:255.255.255.255", true},
};

TEST(Format, TakesWhatItsRfcWrites) {
  for (const Row& row : kRows)
    EXPECT_EQ(has_format(row.text, row.format), row.fits) << row.text;
}

TEST(Format, IsFoundByItsName) {
  for (const std::string& name : known_formats()) {
    const auto format = format_of(name);
    EXPECT_TRUE(!format || !words_of(*format).empty()) << name;
  }
  EXPECT_EQ(format_of("date-time"), Format::kDateTime);
  EXPECT_EQ(format_of("hostname"), std::nullopt);
}

}  // namespace
}  // namespace bedstone::data
