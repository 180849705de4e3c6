// shows: B9
#include "server/jwt.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "server/jwks.hpp"

namespace bedstone::server {
namespace {

std::string b64(std::string_view text) {
  return base64::encode(text, base64::Dialect::kUrl);
}

constexpr std::string_view kHeader = R"({"alg": "RS256", "kid": "k1"})";
constexpr std::string_view kClaims =
    R"({"iss": "https://a.example", "sub": "user_1", "sid": "session_1", "exp": 2000, "iat": 1000})";

std::string token(std::string_view header, std::string_view claims,
                  std::string_view signature = "s") {
  return fmt::format("{}.{}.{}", b64(header), b64(claims), b64(signature));
}

WallTime at(int seconds) {
  return WallTime(std::chrono::seconds(seconds));
}

std::string why_not(std::string_view text) {
  const auto read = read_token(text);
  if (read) return "";
  EXPECT_EQ(read.error().code, ErrorCode::kTokenInvalid);
  return read.error().cause;
}

TEST(Token, IsTakenApart) {
  const std::string text = token(kHeader, kClaims, "signature");
  const auto read = read_token(text);
  ASSERT_TRUE(read.has_value()) << read.error().cause;
  EXPECT_EQ(read->key_id, "k1");
  EXPECT_EQ(read->issuer, "https://a.example");
  EXPECT_EQ(read->subject, "user_1");
  EXPECT_EQ(read->session, "session_1");
  EXPECT_EQ(read->signature, "signature");
  EXPECT_EQ(read->signed_text, text.substr(0, text.rfind('.')));
  EXPECT_EQ(read->expires, at(2000));
  EXPECT_EQ(read->not_before, at(1000));
}

TEST(Token, MustBeSignedWithRs256AndNothingElse) {
  EXPECT_EQ(why_not(token(R"({"alg": "none", "kid": "k1"})", kClaims)),
            "it is signed with none, not with RS256");
  EXPECT_EQ(why_not(token(R"({"alg": "HS256", "kid": "k1"})", kClaims)),
            "it is signed with HS256, not with RS256");
  EXPECT_EQ(why_not(token(R"({"alg": "rs256", "kid": "k1"})", kClaims)),
            "it is signed with rs256, not with RS256");
  EXPECT_EQ(why_not(token(R"({"kid": "k1"})", kClaims)),
            "it is signed with nothing, not with RS256");
  EXPECT_EQ(why_not(token(R"({"alg": ["RS256"], "kid": "k1"})", kClaims)),
            "it is signed with nothing, not with RS256");
  EXPECT_EQ(why_not(token(R"({"alg": "RS256", "alg": "none", "kid": "k1"})", kClaims)),
            "its header is no JSON object");
  EXPECT_EQ(why_not(token(R"({"alg": "RS256"})", kClaims)), "it does not name its key");
  EXPECT_EQ(why_not(token(R"({"alg": "RS256", "kid": "k1", "crit": ["b64"]})", kClaims)),
            "its header asks for something that is not known here");
}

TEST(Token, MustHaveTheFormOfOne) {
  EXPECT_EQ(why_not(""), "it has not three parts");
  EXPECT_EQ(why_not("a.b"), "it has not three parts");
  EXPECT_EQ(why_not(token(kHeader, kClaims) + ".x"), "it has not three parts");
  EXPECT_EQ(why_not("=." + b64(kClaims) + ".x"), "its header is not base64url");
  EXPECT_EQ(why_not(token("[]", kClaims)), "its header is no JSON object");
  EXPECT_EQ(why_not(token(kHeader, "1")), "its text is no JSON object");
  EXPECT_EQ(why_not(fmt::format("{}.{}.", b64(kHeader), b64(kClaims))), "it is not signed");
  EXPECT_EQ(why_not(std::string(100'000, 'a')), "it is longer than 32 KiB");
  EXPECT_EQ(why_not(token(kHeader, R"({"iss": "a", "sub": "u", "sid": "s"})")), "it has no end");
  EXPECT_EQ(why_not(token(kHeader, R"({"iss": "a", "sub": 1, "sid": "s", "exp": 1})")),
            "it names no person, or no session");
  for (const std::string_view exp : {"\"2000\"", "-1", "1e300", "true"})
    EXPECT_EQ(why_not(token(kHeader, fmt::format(R"({{"iss": "a", "sub": "u", "sid": "s",
                                                     "exp": {}}})",
                                                 exp))),
              "exp is no time")
        << exp;
}

TEST(Token, CountsForAWhileAndFromSomebody) {
  const auto read = read_token(token(kHeader, kClaims));
  ASSERT_TRUE(read.has_value());
  const std::vector<std::string> issuers{"https://b.example", "https://a.example"};
  EXPECT_TRUE(check_token(*read, issuers, at(1500)));
  // A minute of grace on both sides.
  EXPECT_TRUE(check_token(*read, issuers, at(2059)));
  EXPECT_FALSE(check_token(*read, issuers, at(2060)));
  EXPECT_TRUE(check_token(*read, issuers, at(940)));
  EXPECT_FALSE(check_token(*read, issuers, at(939)));
  EXPECT_FALSE(check_token(*read, {"https://a.example/"}, at(1500)));
  EXPECT_FALSE(check_token(*read, {}, at(1500)));
}

class HandClock final : public Clock {
 public:
  WallTime now() const override { return {}; }
  MonotonicTime monotonic() const override { return time; }
  bool sleep(Milliseconds, const CancelToken*) const override { return true; }
  MonotonicTime time{std::chrono::hours(1)};
};

std::string keys_json(std::string_view id) {
  return fmt::format(R"({{"keys": [{{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "{}",
                         "n": "AQAB", "e": "AQAB"}}]}})",
                     id);
}

TEST(Jwks, HoldsWhatSignsWithRs256) {
  const auto keys = read_jwks(R"({"keys": [
      {"kty": "RSA", "kid": "plain", "n": "AQAB", "e": "AQAB"},
      {"kty": "RSA", "use": "enc", "kid": "encrypts", "n": "AQAB", "e": "AQAB"},
      {"kty": "RSA", "alg": "RS512", "kid": "other", "n": "AQAB", "e": "AQAB"},
      {"kty": "oct", "alg": "HS256", "kid": "secret", "k": "AQAB"},
      {"kty": "RSA", "kid": "broken", "n": "=", "e": "AQAB"},
      {"kty": "RSA", "n": "AQAB", "e": "AQAB"}]})");
  ASSERT_TRUE(keys.has_value());
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ(keys->begin()->first, "plain");
  EXPECT_EQ(keys->begin()->second.exponent, std::string("\x01\x00\x01", 3));
  for (const std::string_view text : {"", "[]", "{}", R"({"keys": {}})", "<html>"})
    EXPECT_EQ(read_jwks(text).error().code, ErrorCode::kIdentityRefused) << text;
}

/// A provider that changes its keys.
struct Provider {
  std::string id = "k1";
  bool away = false;
  int asked = 0;
  Jwks::Fetch fetch() {
    return [this](const std::string&) -> Result<std::string> {
      ++asked;
      if (away) return fail(Error(ErrorCode::kIdentityUnreachable, "away"));
      return keys_json(id);
    };
  }
};

TEST(Jwks, AreFetchedWhenThereIsANewOneButNotForEveryIdThatSomebodyThinksOf) {
  HandClock clock;
  Jwks jwks(clock);
  Provider provider;
  EXPECT_TRUE(jwks.find("u", "k1", provider.fetch()));
  EXPECT_TRUE(jwks.find("u", "k1", provider.fetch()));
  EXPECT_EQ(provider.asked, 1);
  provider.id = "k2";
  clock.time += std::chrono::seconds(1);
  EXPECT_TRUE(jwks.find("u", "k2", provider.fetch()));
  EXPECT_EQ(provider.asked, 2);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(jwks.find("u", "k3", provider.fetch()).error().code, ErrorCode::kTokenInvalid);
  EXPECT_EQ(provider.asked, 2);
  clock.time += std::chrono::minutes(5);
  provider.id = "k3";
  EXPECT_TRUE(jwks.find("u", "k3", provider.fetch()));
  EXPECT_EQ(provider.asked, 3);
  // A key that was taken away signs nothing any more.
  EXPECT_FALSE(jwks.find("u", "k1", provider.fetch()));
  EXPECT_TRUE(jwks.find("elsewhere", "k3", provider.fetch()));
  EXPECT_EQ(provider.asked, 4);
}

TEST(Jwks, StayForADayWhenThereAreNoNewerOnes) {
  HandClock clock;
  Jwks jwks(clock);
  Provider provider;
  provider.away = true;
  EXPECT_EQ(jwks.find("u", "k1", provider.fetch()).error().code, ErrorCode::kIdentityUnreachable);
  provider.away = false;
  EXPECT_TRUE(jwks.find("u", "k1", provider.fetch()));
  provider.away = true;
  clock.time += std::chrono::hours(2);
  EXPECT_TRUE(jwks.find("u", "k1", provider.fetch()));
  EXPECT_EQ(provider.asked, 3);
  clock.time += std::chrono::hours(23);
  EXPECT_FALSE(jwks.find("u", "k1", provider.fetch()));
  provider.away = false;
  EXPECT_TRUE(jwks.find("u", "k1", provider.fetch()));
}

}  // namespace
}  // namespace bedstone::server
