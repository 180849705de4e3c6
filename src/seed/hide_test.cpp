// What may be secret is told by a column's name, or by where its values come from.
#include "seed/hide.hpp"

#include "seed/test_support.hpp"

namespace bedstone::seed {
namespace {

class Hide : public SeedFolder {};

// shows: A9
TEST_F(Hide, KnowsSecretsByTheirNames) {
  const SeedSet set = read("table: roles\nrows: [{name: a}]\n");
  for (const std::string_view name : {"password", "Password_Hash", "api_key", "token", "api_token",
                                      "client_secret", "private_key", "apikey", "passphrase"})
    EXPECT_TRUE(is_hidden(set, name)) << name;
  for (const std::string_view name :
       {"name", "max_tokens", "key", "row_key", "config_key", "secretary", "passed", "email"})
    EXPECT_FALSE(is_hidden(set, name)) << name;
}

// shows: A9
TEST_F(Hide, KnowsWhatComesFromTheEnvironment) {
  variables({{"HOOK", "https://example.org/x"}});
  const SeedSet set = read(R"(table: roles
columns:
  hook: {env: HOOK}
  other: {from: name, or: {env: HOOK}}
  owner: {ref: accounts, email: {env: HOOK}}
defaults:
  rarely: {value: "${HOOK}"}
rows:
  - {name: a, plain: 1}
  - {name: b, plain: 2, inline: {env: HOOK}, text: "${HOOK}"}
)");
  for (const std::string_view name : {"hook", "other", "owner", "rarely", "inline", "text"})
    EXPECT_TRUE(is_hidden(set, name)) << name;
  EXPECT_FALSE(is_hidden(set, "plain"));
  EXPECT_FALSE(is_hidden(set, "name"));
}

}  // namespace
}  // namespace bedstone::seed
