#include "config/lifecycle.hpp"

#include <gtest/gtest.h>

#include "config/import.hpp"
#include "config/test_support.hpp"

namespace bedstone::config {
namespace {

constexpr std::string_view kShop = R"(
configured_when: {mode: [open, closed]}
setup: {mode: mode}
settings:
  mode: {type: enum, values: [unset, open, closed], default: unset, env: {seed: MODE}}
  name: {type: string, required: true, env: {seed: NAME}}
  key: {type: string, secret: true, requires: {mode: closed}, env: {seed: KEY}}
  wait: {type: duration, default: 1m, env: {seed: WAIT}}
  host: {type: string, default: localhost, env: {pin: HOST}}
)";

class LifecycleTest : public ::testing::Test {
 protected:
  Resolution resolved(std::vector<store::ConfigRow> rows) {
    return resolve(settings_, {1, std::move(rows)}, Environment(), {});
  }
  std::string lacks(std::vector<store::ConfigRow> rows) {
    return test::render(lacking(settings_, resolved(std::move(rows))));
  }

  Settings settings_ = read(kShop);
};

// shows: B1
TEST_F(LifecycleTest, SaysAllThatIsMissing) {
  const std::string nothing = lacks({});
  EXPECT_NE(nothing.find("BED0935 mode must be open or closed, and is unset"), std::string::npos)
      << nothing;
  EXPECT_NE(nothing.find("-> bedstone config setup --mode open"), std::string::npos) << nothing;
  EXPECT_NE(nothing.find("BED0904 name has no value"), std::string::npos) << nothing;
  EXPECT_EQ(lacks({{"mode", "open"}, {"name", ""}}), "");
  EXPECT_NE(lacks({{"mode", "closed"}, {"name", "x"}}).find("key has no value"), std::string::npos);
}

TEST_F(LifecycleTest, ASealedSecretIsThereWithoutAKey) {
  EXPECT_EQ(lacks({{"mode", "closed"}, {"name", "x"}, {"key", "enc1.k1-abcd.AAAA"}}), "");
}

TEST_F(LifecycleTest, RunningNeedsToBeConfigured) {
  const Resolution set = resolved({{"mode", "open"}, {"name", "x"}});
  EXPECT_EQ(lifecycle_of(settings_, set, true), Lifecycle::kRunning);
  EXPECT_EQ(lifecycle_of(settings_, set, false), Lifecycle::kConfigured);
  EXPECT_EQ(lifecycle_of(settings_, resolved({}), true), Lifecycle::kUnconfigured);
}

// shows: K1, K2
TEST_F(LifecycleTest, VariablesDisagreeByValueAndNotByWriting) {
  const auto file = parse_env(".env", "WAIT=60\nNAME=file\nHOST=x\nMODE=\n").value();
  const Environment outside({{"NAME", "environment"}, {"KEY", "hunter2"}, {"WAIT", ""}});
  const auto variables = seed_variables(settings_, outside, file);
  ASSERT_EQ(variables.size(), 3U);  // MODE is empty, HOST is a pin.
  EXPECT_EQ(variables[0].name(), "NAME");
  EXPECT_EQ(variables[0].origin, "the environment");
  EXPECT_EQ(variables[0].overruled->line, 2U);
  EXPECT_EQ(variables[1].name(), "KEY");
  EXPECT_EQ(variables[2].origin, ".env");
  EXPECT_EQ(variables[2].place.line, 1U);

  const Resolution now = resolved({{"name", "environment"}, {"key", "plain"}});
  EXPECT_FALSE(disagreement(variables[0], now, true));
  EXPECT_FALSE(disagreement(variables[2], now, true));
  const auto differs = disagreement(variables[1], now, true);
  ASSERT_TRUE(differs);
  const std::string shown = test::render({*differs});
  EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("plain"), std::string::npos) << shown;
  EXPECT_NE(shown.find("bedstone config set key --stdin"), std::string::npos) << shown;
  // Locked: nobody can tell.
  EXPECT_FALSE(disagreement(variables[1], resolved({{"key", "enc1.k1-abcd.AAAA"}}), true));
  // An empty text that is stored is a value.
  EXPECT_TRUE(disagreement(variables[0], resolved({{"name", ""}}), true));
}

}  // namespace
}  // namespace bedstone::config
