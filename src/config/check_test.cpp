// Values as a whole: what counts, what is missing, what nobody declared; and what is made.
#include <algorithm>
#include <initializer_list>
#include <utility>

#include "config/settings.hpp"
#include "config/test_support.hpp"

namespace bedstone::config {
namespace {

using Texts = std::initializer_list<std::pair<std::string_view, std::string_view>>;

Values values(const Settings& settings, Texts texts) {
  Values values;
  for (const auto& [name, text] : texts) {
    const SettingDeclaration* declaration = settings.find(name);
    const Shape any;
    auto value = parse_value(declaration != nullptr ? declaration->shape : any, name, text);
    EXPECT_TRUE(value.has_value()) << name;
    if (value) values.emplace(name, *std::move(value));
  }
  return values;
}

std::string checked(const Settings& settings, Texts texts) {
  return test::render(check(settings, values(settings, texts)));
}

Settings signing_in() {
  return read(R"(settings:
  app_mode: {type: enum, values: [local, workos, both], default: local}
  retries: {type: int, default: 3}
  client_id: {type: string, requires: {app_mode: [workos, both]}, env: CLIENT_ID}
  api_key: {type: string, secret: true, requires: {app_mode: workos, retries: 0}}
  cookie: {type: string, secret: true, generate: token, requires: {app_mode: workos}}
  domain: {type: string, requires: {app_mode: workos}, required: false}
  name: {type: string, required: true}
)");
}

// shows: B12
TEST(SettingsCheck, WhatAnotherSettingRequiresIsMissedOnlyThen) {
  const Settings settings = signing_in();
  EXPECT_EQ(checked(settings, {{"name", "hub"}}), "");
  EXPECT_EQ(checked(settings, {{"name", "hub"}, {"app_mode", "both"}}),
            "settings.yaml:4:3 BED0904 client_id has no value, and must have one while app_mode is "
            "both -> bedstone config set client_id …, or set app_mode to something else\n");
  EXPECT_EQ(checked(settings, {{"name", "hub"}, {"app_mode", "workos"}, {"client_id", "c"}}), "");
  EXPECT_EQ(checked(settings,
                    {{"name", "hub"}, {"app_mode", "workos"}, {"client_id", ""}, {"retries", "0"}}),
            "settings.yaml:5:3 BED0904 api_key has no value, and must have one while app_mode is "
            "workos and retries is 0 -> bedstone config set api_key --stdin, or set app_mode to "
            "something else\n");
  EXPECT_EQ(checked(settings, {}),
            "settings.yaml:8:3 BED0904 name has no value -> bedstone config set name …\n");
}

// shows: K2
TEST(SettingsCheck, ZeroFalseAndTheEmptyTextAreValues) {
  const Settings settings = read(R"(settings:
  a: {type: int, required: true, default: 5}
  b: {type: bool, required: true, default: true}
  c: {type: string, required: true}
)");
  const Values stored = values(settings, {{"a", "0"}, {"b", "false"}, {"c", ""}});
  EXPECT_EQ(test::render(check(settings, stored)), "");
  EXPECT_EQ(effective(settings, stored, "a")->text().expose(), "0");
  EXPECT_EQ(effective(settings, stored, "b")->text().expose(), "false");
  EXPECT_EQ(effective(settings, stored, "c")->text().expose(), "");
  EXPECT_EQ(effective(settings, {}, "a")->text().expose(), "5");
  EXPECT_EQ(effective(settings, {}, "c"), nullptr);
  EXPECT_EQ(effective(settings, {}, "d"), nullptr);
}

// shows: B12
TEST(SettingsCheck, WhatIsNotDeclaredIsRefusedWithTheNearestUnlessItIsKept) {
  const Settings settings = signing_in();
  EXPECT_EQ(checked(settings, {{"name", "hub"}, {"app_mod", "x"}, {"zebra", "y"}}),
            "BED0903 there is no setting app_mod -> did you mean app_mode?\n"
            "BED0903 there is no setting zebra -> declare it in settings.yaml, or write unknown: "
            "keep there\n");
  const Settings keeping = read("unknown: keep\nsettings: {}\n");
  EXPECT_EQ(checked(keeping, {{"zebra", "y"}}), "");
}

TEST(SettingsCheck, ValuesThatFittedAnOlderDeclarationAreTold) {
  const Settings older = read("settings: {port: {type: int}}");
  const Settings newer = read("settings: {port: {type: int, max: 65535}}");
  const Settings other = read("settings: {port: {type: string}}");
  const Values stored = values(older, {{"port", "70000"}});
  EXPECT_EQ(test::render(check(newer, stored)),
            "BED0902 port is out of bounds -> write a whole number of at most 65535\n");
  EXPECT_EQ(test::render(check(other, stored)),
            "BED0902 port holds a value of another type -> write a text\n");
}

// shows: B5
TEST(SettingsCheck, WhatIsMadeFitsItsDeclarationAndIsNewEachTime) {
  const std::pair<std::string_view, std::size_t> cases[] = {
      {"generate: password", 20},
      {"generate: token", 43},
      {"generate: hex", 64},
      {"generate: {kind: token, length: 64}, schema: {minLength: 64, maxLength: 64}", 64}};
  for (const auto& [keys, length] : cases) {
    const Settings settings = one(fmt::format("type: string, secret: true, {}", keys));
    const auto first = generate(settings.declared.at(0));
    const auto second = generate(settings.declared.at(0));
    ASSERT_TRUE(first && second) << keys;
    EXPECT_EQ(first->text().expose().size(), length) << keys;
    EXPECT_FALSE(*first == *second) << keys;
  }
  const Settings settings = one("type: string, generate: hex, schema: {maxLength: 8}");
  EXPECT_FALSE(generate(settings.declared.at(0)).has_value());
}

}  // namespace
}  // namespace bedstone::config
