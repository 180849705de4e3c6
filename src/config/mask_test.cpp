// Masks, whole and in part, and secrets that only look a little like them.
// shows: B12, K6
#include "config/mask.hpp"

#include <gtest/gtest.h>

#include "data/json.hpp"

namespace bedstone::config {
namespace {

TEST(Mask, AMaskIsNothingButSigns) {
  for (const char* text : {"********", "***", " •••• ", "●●●", "··· ", "…………", "enc1.k.abc"})
    EXPECT_TRUE(is_mask(text)) << text;
  for (const char* text : {"", "**", "a***", "sk-…abcd", "secret"})
    EXPECT_FALSE(is_mask(text)) << text;
}

TEST(Mask, APartOfASecretIsRecognisedAsAMask) {
  for (const char* text :
       {"********", "sk-…abcd", "sk-proj-…wxyz", "sk-...abcd", "sk-ant-api03-...gAAA", "…abcd",
        "...abcd", "AKIA************WXYZ", "ghp_••••••1234", "ab••", "●●●●4242", "sk_live_■■■■9",
        "postgres://app:***@db.example:5432/hub", "https://u:••••@example.org/x?y=…",
        "  xoxb-***-tail  "})
    EXPECT_TRUE(looks_masked(text)) << text;
}

TEST(Mask, SecretsThatHoldSuchSignsAreSecrets) {
  for (const char* text :
       {"", "correct horse battery staple", "a*b*c", "p**s", "wait...what", "one...two...three",
        "hunter2...and-more-of-it", "it's · fine", "glob/**/*.txt",
        "a long pass phrase *** with stars within", "sie sagte … und dann nichts mehr davon",
        "postgres://app:geheim@db/hub", "https://example.org/*/x", "eyJhbGciOiJI.eyJzdWIi.c2ln"})
    EXPECT_FALSE(looks_masked(text)) << text;
}

TEST(Mask, ListsAndJsonAreLookedInto) {
  Shape list;
  list.type = ValueType::kList;
  list.secret = true;
  const auto masked = parse_value(list, "tokens", R"(["real-one-here", "sk-…abcd"])");
  ASSERT_TRUE(masked);
  EXPECT_TRUE(holds_mask(ValueType::kList, *masked));
  EXPECT_FALSE(holds_mask(ValueType::kList, *parse_value(list, "tokens", "one,two")));

  Shape json;
  json.type = ValueType::kJson;
  json.secret = true;
  const auto deep = parse_value(json, "service", R"({"a": [{"private_key": "********"}], "n": 1})");
  ASSERT_TRUE(deep);
  EXPECT_TRUE(holds_mask(ValueType::kJson, *deep));
  EXPECT_FALSE(
      holds_mask(ValueType::kJson, *parse_value(json, "service", R"({"***": "fine", "n": 1})")));
}

}  // namespace
}  // namespace bedstone::config
