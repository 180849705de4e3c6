// shows: B2, B3, B7, B12, K2
#include "config/resolve.hpp"

#include "base/seal.hpp"
#include "config/test_support.hpp"

namespace bedstone::config {
namespace {

constexpr std::string_view kFile = R"(
configured_when: {mode: [local, workos]}
settings:
  mode: {type: enum, values: [none, local, workos], default: none}
  port: {type: int, default: 80, env: {pin: PORT}}
  host: {type: string, required: true, env: {seed: HOST}}
  key: {type: string, secret: true, requires: {mode: workos}}
)";

struct Picture {
  explicit Picture(std::initializer_list<store::ConfigRow> rows,
                   std::map<std::string, std::string, std::less<>> variables = {},
                   std::string_view file = kFile)
      : settings(read(file)),
        resolution(resolve(settings, {7, {rows.begin(), rows.end()}},
                           Environment(std::move(variables)),
                           [](std::string_view name, std::string_view) -> Result<Secret> {
                             if (name == "key") return Secret("opened");
                             return fail(Error(ErrorCode::kSealBroken, "broken"));
                           })) {}
  /// "80 default"
  std::string of(std::string_view name) const {
    const Resolved* found = resolution.find(name);
    if (found == nullptr) return "undeclared";
    return fmt::format("{}{}", found->value ? std::string(found->value->text().expose()) + " " : "",
                       source_name(found->source));
  }
  std::string wrong() const {
    std::string text;
    for (const Error* error : resolution.errors())
      text += error->message + "|";
    return text;
  }
  Settings settings;
  Resolution resolution;
};

std::string sealed() {
  const SealKey key{"k1", Secret(std::string(32, 'k'))};
  return seal(key, {"i", "system_config", "key", "config_value"}, "value").value();
}

TEST(Resolve, TheStrongestSourceWins) {
  const Picture none({{"host", "a"}});
  EXPECT_EQ(none.of("port"), "80 default");
  EXPECT_EQ(none.of("key"), "none");
  EXPECT_EQ(none.of("gone"), "undeclared");
  const Picture stored({{"host", "a"}, {"port", "81"}});
  EXPECT_EQ(stored.of("port"), "81 database");
  const Picture pinned({{"host", "a"}, {"port", "81"}}, {{"PORT", "82"}, {"HOST", "b"}});
  EXPECT_EQ(pinned.of("port"), "82 pin");
  EXPECT_TRUE(pinned.resolution.find("port")->stored);
  EXPECT_EQ(pinned.of("host"), "a database");
  EXPECT_EQ(pinned.resolution.revision, 7);
}

TEST(Resolve, ZeroFalseAndTheEmptyTextAreValues) {
  const Picture picture({{"host", ""}, {"port", "0"}});
  EXPECT_EQ(picture.of("host"), " database");
  EXPECT_EQ(picture.of("port"), "0 database");
  EXPECT_EQ(picture.wrong(), "");
}

TEST(Resolve, APinThatDoesNotFitIsNeverReplacedByTheStoredValue) {
  const Picture picture({{"host", "a"}, {"port", "81"}}, {{"PORT", "eighty"}});
  EXPECT_EQ(picture.of("port"), "pin");
  ASSERT_EQ(picture.resolution.errors().size(), 1U);
  EXPECT_EQ(picture.resolution.errors()[0]->cause, "the variable PORT pins it");
}

TEST(Resolve, WhatIsMissingOrUnknownIsToldOnce) {
  EXPECT_EQ(Picture({}).wrong(), "host has no value|");
  EXPECT_EQ(Picture({{"host", "a"}, {"hots", "b"}}).wrong(), "there is no setting hots|");
  EXPECT_EQ(Picture({{"host", "a"}, {"mode", "workos"}}).wrong(),
            "key has no value, and must have one while mode is workos|");
  const Picture kept({{"a", "1"}}, {}, "unknown: keep\nsettings: {x: {type: int}}");
  EXPECT_EQ(kept.wrong(), "");
  EXPECT_EQ(kept.resolution.undeclared.at(0).key, "a");
}

TEST(Resolve, ConfiguredMeansThatAllIsThereAndTheConditionsHold) {
  EXPECT_FALSE(Picture({}).resolution.configured);
  EXPECT_FALSE(Picture({{"host", "a"}}).resolution.configured);
  EXPECT_FALSE(Picture({{"mode", "local"}}).resolution.configured);
  EXPECT_TRUE(Picture({{"host", "a"}, {"mode", "local"}}).resolution.configured);
  EXPECT_FALSE(Picture({{"host", "a"}, {"mode", "workos"}}).resolution.configured);
  EXPECT_TRUE(Picture({}, {}, "settings: {x: {type: int}}").resolution.configured);
}

TEST(Resolve, SecretsAreOpenedOrLocked) {
  const Picture opened({{"host", "a"}, {"mode", "workos"}, {"key", sealed()}});
  EXPECT_EQ(opened.of("key"), "opened database");
  EXPECT_TRUE(opened.resolution.configured);
  const Picture clear({{"host", "a"}, {"mode", "workos"}, {"key", "in the clear"}});
  EXPECT_EQ(clear.of("key"), "in the clear database");
  EXPECT_TRUE(clear.resolution.find("key")->in_clear);
  const Picture locked({{"x", sealed()}, {"y", "1"}}, {},
                       "settings: {x: {type: string, secret: true, required: true}, y: {type: "
                       "int}}");
  EXPECT_EQ(locked.of("x"), "database");
  EXPECT_TRUE(locked.resolution.find("x")->locked);
  EXPECT_EQ(locked.of("y"), "1 database");
  EXPECT_EQ(locked.wrong(), "broken|");
  EXPECT_FALSE(locked.resolution.configured);
}

TEST(Resolve, WithoutAnyKeySealedValuesAreLocked) {
  const Settings settings = read("settings: {x: {type: string, secret: true}}");
  const Resolution found = resolve(settings, {1, {{"x", sealed()}}}, Environment(), {});
  EXPECT_TRUE(found.settings[0].locked);
  EXPECT_FALSE(found.settings[0].value);
}

}  // namespace
}  // namespace bedstone::config
