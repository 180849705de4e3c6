// shows: D9, B14
#include "server/front.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "server/proxies.hpp"
#include "server/sign_in.hpp"
#include "server/tokens.hpp"

namespace bedstone::server {
namespace {

using Fields = std::initializer_list<std::pair<std::string, std::string>>;

Request request(Fields fields, std::string host = "hub.example:8884") {
  Request one;
  one.method = Method::kPost;
  one.host = std::move(host);
  for (const auto& [name, value] : fields)
    one.headers.add(name, value);
  return one;
}

TEST(Origin, IsOurOwnAllowedOrNotSaid) {
  LiveSettings live;
  live.allowed_origins = {"https://app.example"};
  EXPECT_TRUE(check_origin(request({}), live));
  EXPECT_TRUE(check_origin(request({{"Origin", "http://hub.example:8884"}}), live));
  EXPECT_TRUE(check_origin(request({{"Origin", "http://HUB.example:8884"}}), live));
  EXPECT_TRUE(check_origin(request({{"Sec-Fetch-Site", "same-origin"}}), live));
  EXPECT_TRUE(check_origin(
      request({{"Origin", "https://app.example"}, {"Sec-Fetch-Site", "cross-site"}}), live));
  const std::initializer_list<Fields> refused{
      {{"Origin", "null"}},
      {{"Origin", "https://hub.example:8884"}},
      {{"Origin", "http://hub.example"}},
      {{"Origin", "https://app.example.evil"}},
      {{"Origin", "http://hub.example:8884"}, {"Origin", "http://evil.example"}},
      {{"Origin", "http://hub.example:8884"}, {"Sec-Fetch-Site", "cross-site"}},
      {{"Sec-Fetch-Site", "same-site"}},
      {{"Sec-Fetch-Site", "cross-site"}}};
  for (const Fields& fields : refused) {
    const Status checked = check_origin(request(fields), live);
    ASSERT_FALSE(checked.has_value()) << fields.begin()->second;
    EXPECT_EQ(checked.error().code, ErrorCode::kRequestForged);
  }
}

TEST(Host, IsOneOfThisMachinesNames) {
  for (const std::string_view host : {"localhost", "localhost:1", "a.localhost:1", "127.0.0.1:8884",
                                      "[::1]:8884", "[::1]", "10.0.0.1:1"})
    EXPECT_TRUE(is_own_name(host, "10.0.0.1")) << host;
  for (const std::string_view host :
       {"", "evil.example", "localhost.evil.example", "127.evil.example",
        "127.0.0.1.evil.example:80", "10.0.0.2:1"})
    EXPECT_FALSE(is_own_name(host, "10.0.0.1")) << host;
}

TEST(Policy, TakesAReportAddressThatIsOneAndNoMore) {
  EXPECT_NE(content_policy("https://r.example/csp").find("; report-uri https://r.example/csp"),
            std::string::npos);
  EXPECT_EQ(content_policy("https://r.example; script-src *").find("script-src *"),
            std::string::npos);
  EXPECT_EQ(content_policy("").find("report-uri"), std::string::npos);
}

TEST(Proxies, AreBelievedFromTheRightUpToTheFirstStranger) {
  const auto proxies = TrustedProxies::parse({"10.0.0.0/8", "fd00::/8", "192.0.2.7"});
  ASSERT_TRUE(proxies.has_value());
  Request one = request({{"Host", "inner:1"},
                         {"X-Forwarded-For", "203.0.113.1, 198.51.100.2"},
                         {"X-Forwarded-For", "10.1.1.1"},
                         {"X-Forwarded-Proto", "https"},
                         {"X-Forwarded-Host", "Hub.Example"}});
  one.peer = one.address = "10.2.2.2";
  proxies->resolve(one);
  EXPECT_EQ(one.address, "198.51.100.2");
  EXPECT_TRUE(one.secure);
  EXPECT_TRUE(one.trusted);
  EXPECT_EQ(one.host, "hub.example");

  Request liar = request({{"Host", "inner:1"},
                          {"X-Forwarded-For", "127.0.0.1"},
                          {"X-Forwarded-Proto", "https"},
                          {"X-Forwarded-Host", "hub.example"}});
  liar.peer = liar.address = "203.0.113.9";
  proxies->resolve(liar);
  EXPECT_EQ(liar.address, "203.0.113.9");
  EXPECT_FALSE(liar.secure);
  EXPECT_FALSE(liar.trusted);
  EXPECT_TRUE(liar.forwarded);
  EXPECT_EQ(liar.host, "inner:1");

  EXPECT_TRUE(proxies->contains("fd12::1"));
  EXPECT_FALSE(proxies->contains("fe12::1"));
  EXPECT_FALSE(proxies->contains("192.0.2.8"));
  for (const std::string text :
       {"", "10.0.0.0/33", "fd00::/129", "a.example", "10.0.0.0/", "::/-1"})
    EXPECT_FALSE(TrustedProxies::parse({text}).has_value()) << text;
}

TEST(Loopback, IsThisMachine) {
  for (const std::string_view address : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback(address)) << address;
  for (const std::string_view address : {"128.0.0.1", "::", "0.0.0.0", "?", "::7f00:1"})
    EXPECT_FALSE(is_loopback(address)) << address;
}

TEST(Tokens, AreRandomRecognisedAndBoundToTheirSession) {
  const Secret one = new_token();
  const Secret other = new_token();
  EXPECT_TRUE(is_token(one.expose()));
  EXPECT_NE(one.expose(), other.expose());
  EXPECT_FALSE(is_token("short"));
  EXPECT_FALSE(is_token(std::string(42, 'a') + "\n"));
  EXPECT_EQ(hash_of(one.expose()).size(), 64U);
  EXPECT_EQ(csrf_of(one.expose()), csrf_of(one.expose()));
  EXPECT_NE(csrf_of(one.expose()), csrf_of(other.expose()));
  EXPECT_TRUE(same("a", "a"));
  EXPECT_FALSE(same("a", "b"));
  EXPECT_FALSE(same("a", ""));
}

TEST(Signature, IsAnHmacOfTheBody) {
  const std::string good = "sha256=" + to_hex(hmac_sha256("key", "body"));
  EXPECT_TRUE(is_signed(good, "key", "body"));
  EXPECT_FALSE(is_signed(good, "key", "body "));
  EXPECT_FALSE(is_signed(good, "other", "body"));
  EXPECT_FALSE(is_signed(good.substr(7), "key", "body"));
}

TEST(Guessing, IsFreeAtFirstAndThenTwiceAsSlowEachTime) {
  EXPECT_EQ(pause_after(5, 5), Milliseconds(0));
  EXPECT_EQ(pause_after(6, 5), std::chrono::seconds(1));
  EXPECT_EQ(pause_after(9, 5), std::chrono::seconds(8));
  EXPECT_EQ(pause_after(1000, 5), std::chrono::minutes(15));
}

TEST(NewPassword, IsLongAndNotKnown) {
  const auto accepted = [](std::string text) {
    return check_new_password(Secret(std::move(text)), "ada@example.com").has_value();
  };
  EXPECT_TRUE(accepted("correct-horse"));
  EXPECT_TRUE(accepted("äöüäöüäöüäöü"));
  for (const std::string text : {"", "eleven-char", "aaaaaaaaaaaaaaaa", "Password1234",
                                 "ADA@example.com", "not-utf8-\xff-at-all"})
    EXPECT_FALSE(accepted(text)) << text;
  EXPECT_FALSE(accepted(std::string(600, 'a') + std::string(600, 'b')));
}

TEST(CookieLine, IsSafeFromScriptsAndOverTlsBoundToTheHost) {
  EXPECT_EQ(cookie_line("t", true), "__Host-bedstone=t; Path=/; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(cookie_line("", false), "bedstone=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

}  // namespace
}  // namespace bedstone::server
