// shows: B9, D9
#include "server/sign_in_ticket.hpp"

#include <gtest/gtest.h>

#include "server/tokens.hpp"
#include "server/workos_client.hpp"

namespace bedstone::server {
namespace {

WallTime at(int seconds) {
  return WallTime(std::chrono::seconds(seconds));
}

TEST(Ticket, OpensWithItsKeyForTenMinutes) {
  const Secret key("a cookie password of some length");
  const SignInTicket ticket = new_ticket("/runs?limit=5", at(1000));
  EXPECT_TRUE(is_token(ticket.state));
  EXPECT_NE(ticket.state, new_ticket("/", at(1000)).state);
  const auto sealed = seal_ticket(ticket, key);
  ASSERT_TRUE(sealed.has_value());
  EXPECT_EQ(sealed->find(ticket.state), std::string::npos);
  const auto opened = open_ticket(*sealed, key, at(1599));
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->state, ticket.state);
  EXPECT_EQ(opened->verifier.expose(), ticket.verifier.expose());
  EXPECT_EQ(opened->return_to, "/runs?limit=5");
  EXPECT_EQ(open_ticket(*sealed, key, at(1600)).error().cause, "it took longer than ten minutes");
  EXPECT_EQ(open_ticket(*sealed, Secret("another"), at(1000)).error().code,
            ErrorCode::kRequestForged);
  for (std::size_t i = 0; i < sealed->size(); i += 7) {
    std::string changed = *sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_ticket(changed, key, at(1000))) << i;
  }
  EXPECT_FALSE(open_ticket("", key, at(1000)));
}

TEST(Ticket, ChallengeIsThatOfTheStandard) {
  // RFC 7636, appendix B.
  EXPECT_EQ(challenge_of(Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(ReturnPath, LeadsNowhereElse) {
  for (const std::string_view path :
       {"/", "/runs", "/runs/2026?x=1&y=%2F", "/data/a#part", "/caf%C3%A9"})
    EXPECT_EQ(return_path(path), path);
  for (const std::string_view path :
       {"", "runs", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "https://evil.example", "javascript:alert(1)", "/\tx", "/\r\nSet-Cookie: a=b", "/ x",
        "/a/../b", "/a//b", "/%2f%2fevil.example", "/caf\xc3\xa9", "/api/v1/session", " /runs"})
    EXPECT_EQ(return_path(path), "/") << path;
  EXPECT_EQ(return_path(std::string(2000, '/')), "/");
}

Error answered(long status, std::string body) {
  return refusal_of("https://api.workos.com", {status, std::nullopt, std::move(body)});
}

TEST(Refusals, EndASessionOrLetItStay) {
  EXPECT_TRUE(
      ends_session(answered(400, R"({"error": "invalid_grant", "error_description": "x"})")));
  EXPECT_TRUE(ends_session(answered(403, R"({"code": "mfa_challenge", "message": "x"})")));
  EXPECT_TRUE(ends_session(answered(404, "")));
  EXPECT_FALSE(ends_session(answered(400, R"({"error": "invalid_client"})")));
  EXPECT_FALSE(ends_session(answered(401, R"({"error": "invalid_client"})")));
  EXPECT_FALSE(ends_session(answered(422, "<html>")));
  for (const long status : {408L, 429L, 500L, 503L}) {
    const Error error = answered(status, R"({"error": "invalid_grant"})");
    EXPECT_FALSE(ends_session(error)) << status;
    EXPECT_TRUE(error.retryable) << status;
    EXPECT_EQ(error.code, ErrorCode::kIdentityUnreachable);
  }
}

}  // namespace
}  // namespace bedstone::server
