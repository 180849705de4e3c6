#include "config/setup.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/test_support.hpp"

namespace bedstone::config {
namespace {

constexpr std::string_view kHub = R"(
setup:
  mode: mode
  admin: [admins, local_admin, owner]
  done: {completed: yes}
settings:
  mode: {type: enum, values: [none, local, workos], default: none}
  admins: {type: list, items: email, default: []}
  local_admin: {type: email, requires: {mode: local}, required: false}
  owner: {type: string, default: nobody}
  completed: {type: bool, default: false}
  client_id: {type: string, requires: {mode: workos}}
)";

SetupWords words(std::optional<std::string> mode, std::vector<std::string> admins) {
  return {std::move(mode), std::move(admins), {}};
}

std::string planned(const Settings& settings, SetupWords words) {
  const auto plan = plan_setup(settings, {}, std::move(words));
  if (!plan) return test::render(plan.error());
  std::string shown;
  for (const SetupValue& one : *plan)
    shown += fmt::format("{}={} ", one.key, one.text ? one.text->expose() : "(goes)");
  return shown;
}

// shows: B8
TEST(Setup, WordsStandForSettingsThatCountThen) {
  const Settings settings = read(kHub);
  EXPECT_EQ(planned(settings, words("local", {"a@x.org"})),
            "mode=local admins=[\"a@x.org\"] local_admin=a@x.org owner=a@x.org completed=true ");
  EXPECT_EQ(planned(settings, words("workos", {"a@x.org", "b@x.org"})),
            "mode=workos admins=[\"a@x.org\",\"b@x.org\"] owner=a@x.org completed=true ");
  EXPECT_EQ(planned(settings, words({}, {})), "completed=true ");
}

TEST(Setup, WhatIsNamedByItselfComesBeforeWords) {
  const Settings settings = read(kHub);
  SetupWords given = words("local", {"a@x.org"});
  given.values.push_back({"admins", Secret("c@x.org")});
  given.values.push_back({"completed", Secret("no")});
  EXPECT_EQ(planned(settings, std::move(given)),
            "admins=c@x.org completed=no mode=local local_admin=a@x.org owner=a@x.org ");
}

TEST(Setup, WhatIsEmptiedGoesAndCountsNoMore) {
  const Settings settings = read(kHub);
  SetupWords given = words({}, {"a@x.org"});
  given.unset = {"mode", "client_id"};
  EXPECT_EQ(planned(settings, std::move(given)),
            "mode=(goes) client_id=(goes) admins=[\"a@x.org\"] owner=a@x.org completed=true ");
}

TEST(Setup, RefusesWordsThatStandForNothing) {
  const Settings settings = read("settings: {port: {type: int, default: 1}}");
  const std::string shown = planned(settings, words("local", {"a@x.org"}));
  EXPECT_NE(shown.find("BED0937 --mode stands for nothing"), std::string::npos) << shown;
  EXPECT_NE(shown.find("BED0937 --admin stands for nothing"), std::string::npos) << shown;
  SetupWords twice;
  twice.values.push_back({"port", Secret("1")});
  twice.values.push_back({"port", Secret("2")});
  twice.values.push_back({"prot", Secret("2")});
  const std::string wrong = planned(settings, std::move(twice));
  EXPECT_NE(wrong.find("port is set twice"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("did you mean port?"), std::string::npos) << wrong;
}

TEST(Setup, DeclarationsAreChecked) {
  constexpr std::string_view kSettings =
      "\nsettings: {port: {type: int}, key: {type: string, secret: true}}\n";
  const auto wrong = [&](std::string_view setup) {
    return refused(fmt::format("setup: {}{}", setup, kSettings));
  };
  EXPECT_NE(wrong("{mode: prot}").find("did you mean port?"), std::string::npos);
  EXPECT_NE(wrong("{mode: key}").find("1:15 BED0901 setup.mode cannot be key"), std::string::npos)
      << wrong("{mode: key}");
  EXPECT_NE(wrong("{admin: port}").find("setup.admin cannot be port"), std::string::npos);
  EXPECT_NE(wrong("{done: {port: x}}").find("BED0902"), std::string::npos);
  EXPECT_NE(wrong("{done: {key: x}}").find("setup.done.key is a secret"), std::string::npos);
  EXPECT_NE(wrong("{done: {port: }}").find("setup.done.port is empty"), std::string::npos);
  EXPECT_NE(wrong("{done: 1}").find("setup.done"), std::string::npos);
  EXPECT_NE(wrong("{mod: port}").find("did you mean"), std::string::npos);
  EXPECT_NE(wrong("[port]").find("setup is no mapping"), std::string::npos);
}

}  // namespace
}  // namespace bedstone::config
