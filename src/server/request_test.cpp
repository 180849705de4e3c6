// shows: D9
#include "server/request.hpp"

#include <gtest/gtest.h>

namespace bedstone::server {
namespace {

TEST(Target, IsTakenApartAndDecoded) {
  const auto target = parse_target("/api/v1/runs/a%20b?limit=5&name=%C3%A9+x&flag&=");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/api/v1/runs/a b");
  EXPECT_EQ(target->get("limit"), "5");
  EXPECT_EQ(target->get("name"), "é x");
  EXPECT_EQ(target->get("flag"), "");
  EXPECT_EQ(target->get("other"), std::nullopt);
  EXPECT_EQ(parse_target("/")->path, "/");
}

TEST(Target, IsRefusedWhenProgramsWouldReadItDifferently) {
  for (const std::string_view raw :
       {"",     "livez", "*",         "http://h/livez", "//a",     "/a//b",  "/a/",
        "/.",   "/a/..", "/%2e%2e/a", "/%2E",           "/a%2fb",  "/a%5cb", "/a\\b",
        "/%",   "/%4",   "/%zz",      "/%00",           "/%0a",    "/a\x7f", "/\xff",
        "/%ff", "/a#b",  "/a?x=%",    "/a?x=%00",       "/a?x=%fe"}) {
    const auto target = parse_target(raw);
    EXPECT_FALSE(target.has_value()) << raw;
    if (!target) {
      EXPECT_EQ(target.error().code, ErrorCode::kRequestMalformed);
    }
  }
  EXPECT_TRUE(parse_target("/" + std::string(4095, 'a')).has_value());
  EXPECT_FALSE(parse_target("/" + std::string(4096, 'a')).has_value());
}

Headers headers(std::initializer_list<std::pair<std::string, std::string>> fields) {
  Headers result;
  for (const auto& [name, value] : fields)
    result.add(name, value);
  return result;
}

TEST(Headers, AreFoundWhateverTheirCaseAndNotWhenTheyDisagree) {
  const Headers fields = headers({{"X-A", "1"}, {"x-b", "2"}, {"X-B", "3"}, {"X-C", ""}});
  EXPECT_EQ(fields.get("x-a"), "1");
  EXPECT_EQ(fields.get("X-B"), std::nullopt);
  EXPECT_EQ(fields.get("X-C"), "");
  EXPECT_EQ(fields.count("x-B"), 2U);
}

TEST(Framing, IsOneLengthOrOneKnownCoding) {
  EXPECT_TRUE(check_framing(headers({}), "HTTP/1.1"));
  EXPECT_TRUE(check_framing(headers({{"Content-Length", "12"}, {"Host", "a"}}), "HTTP/1.1"));
  EXPECT_TRUE(check_framing(headers({{"Transfer-Encoding", "Chunked"}}), "HTTP/1.1"));
  const std::initializer_list<Headers> refused{
      headers({{"Content-Length", "1"}, {"content-length", "1"}}),
      headers({{"Content-Length", "1"}, {"Transfer-Encoding", "chunked"}}),
      headers({{"Content-Length", ""}}),
      headers({{"Content-Length", "+1"}}),
      headers({{"Content-Length", "1 "}}),
      headers({{"Content-Length", "1234567890123456789"}}),
      headers({{"Transfer-Encoding", "gzip, chunked"}}),
      headers({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "identity"}}),
      headers({{"Host", "a"}, {"Host", "b"}})};
  for (const Headers& fields : refused)
    EXPECT_FALSE(check_framing(fields, "HTTP/1.1"));
  EXPECT_FALSE(check_framing(headers({{"Transfer-Encoding", "chunked"}}), "HTTP/1.0"));
}

TEST(Cookie, IsFoundByItsWholeNameAndNotWhenThereAreTwo) {
  const Headers one = headers({{"Cookie", "a=1; bedstone=x=y ; abedstone=2"}});
  EXPECT_EQ(cookie(one, "bedstone"), "x=y");
  EXPECT_EQ(cookie(one, "b"), std::nullopt);
  EXPECT_EQ(cookie(headers({{"Cookie", "s=1; s=2"}}), "s"), std::nullopt);
  EXPECT_EQ(cookie(headers({{"Cookie", "s=1"}, {"Cookie", "s=2"}}), "s"), std::nullopt);
  EXPECT_EQ(cookie(headers({}), "s"), std::nullopt);
}

}  // namespace
}  // namespace bedstone::server
