#include "bootstrap/settings_mark.hpp"

#include <gtest/gtest.h>

namespace bedstone::bootstrap {
namespace {

const config::WatchedVariables kVariables{{"PORT", "NAME"}, {"HOST"}, {"KEY"}};

Environment environment(std::map<std::string, std::string, std::less<>> variables) {
  return Environment(std::move(variables));
}

std::vector<config::EnvVariable> file(std::string_view text) {
  return config::parse_env(".env", text).value();
}

// shows: B2, K1
TEST(SettingsMark, ReadsWhatItWrote) {
  const SettingsMark mark{12, true, "abc", kVariables};
  const auto read = SettingsMark::parse(mark.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->revision, 12);
  EXPECT_TRUE(read->configured);
  EXPECT_EQ(read->fingerprint, "abc");
  EXPECT_EQ(read->variables.seeds, kVariables.seeds);
  EXPECT_EQ(read->variables.pins, kVariables.pins);
  EXPECT_EQ(read->variables.secrets, kVariables.secrets);
  const auto bare = SettingsMark::parse(SettingsMark{0, false, "-", {}}.text());
  ASSERT_TRUE(bare);
  EXPECT_FALSE(bare->configured);
  EXPECT_TRUE(bare->variables.seeds.empty());
}

TEST(SettingsMark, RefusesOtherTexts) {
  for (const std::string_view text : {"", "1 configured", "x configured f\n\n\n", "1 configured f"})
    EXPECT_FALSE(SettingsMark::parse(text)) << text;
}

TEST(SettingsMark, TheFingerprintMovesWithEveryVariableThatCounts) {
  const auto of = [](std::map<std::string, std::string, std::less<>> variables,
                     std::string_view env_file = "", std::string_view digest = "d") {
    return fingerprint_of(kVariables, digest, environment(std::move(variables)), file(env_file));
  };
  const std::string plain = of({{"PORT", "1"}});
  EXPECT_EQ(plain, of({{"PORT", "1"}, {"OTHER", "x"}}, "OTHER=y"));
  EXPECT_NE(plain, of({{"PORT", "2"}}));
  EXPECT_NE(plain, of({{"NAME", "1"}}));
  EXPECT_NE(plain, of({{"PORT", "1"}, {"HOST", ""}}));
  EXPECT_NE(plain, of({{"PORT", "1"}}, "NAME=x"));
  EXPECT_NE(plain, of({{"PORT", "1"}}, "", "e"));
  // Nothing of a secret is in it, not even a hash; pins do not come from the file.
  EXPECT_EQ(plain, of({{"PORT", "1"}, {"KEY", "hunter2"}}, "KEY=hunter2\nHOST=x"));
}

TEST(SettingsMark, ASecretIsNoticedWhereverItStands) {
  EXPECT_FALSE(has_secret(kVariables, environment({{"PORT", "1"}}), file("KEY=\nA=1")));
  EXPECT_TRUE(has_secret(kVariables, environment({{"KEY", "x"}}), {}));
  EXPECT_TRUE(has_secret(kVariables, environment({}), file("KEY=x")));
}

}  // namespace
}  // namespace bedstone::bootstrap
