// The example of the repository: its settings are those it should have, with their types.
#include <algorithm>

#include "base/files.hpp"
#include "config/settings.hpp"
#include "config/test_support.hpp"
#include "tests/support/repository.hpp"

namespace bedstone::config {
namespace {

Settings hub() {
  auto settings =
      read_settings(test::repository_path("examples/hub/settings.yaml"), "settings.yaml");
  EXPECT_TRUE(settings.has_value()) << test::render(settings.error());
  return settings ? *std::move(settings) : Settings();
}

std::string summary(const SettingDeclaration& one) {
  std::string text = one.name;
  text += ' ';
  text += kValueTypes[static_cast<std::size_t>(one.shape.type)];
  if (one.shape.type == ValueType::kList) {
    text += fmt::format(" of {}", kValueTypes[static_cast<std::size_t>(one.shape.item)]);
  }
  if (one.fallback) text += fmt::format(" = {}", one.fallback->text().expose());
  if (one.secret()) text += ", secret";
  if (one.generated) text += ", made";
  return text;
}

Values values(const Settings& settings, std::string_view mode) {
  Values values;
  auto value = parse_value(settings.find("app_mode")->shape, "app_mode", mode);
  EXPECT_TRUE(value.has_value());
  if (value) values.emplace("app_mode", *std::move(value));
  return values;
}

// shows: B16
TEST(Hub, DeclaresEverySettingWithItsTypeAndSecrecy) {
  std::vector<std::string> found;
  const Settings settings = hub();
  for (const SettingDeclaration& one : settings.declared) {
    found.push_back(summary(one));
    EXPECT_FALSE(one.description.empty()) << one.name;
    EXPECT_FALSE(one.group.empty()) << one.name;
  }
  std::sort(found.begin(), found.end());
  EXPECT_EQ(
      found,
      (std::vector<std::string>{
          "allowed_origins list of url = []", "app_mode enum = unconfigured",
          "bind_address string = 127.0.0.1", "csp_report_uri url",
          "database_path string = data/hub.db", "enable_hsts bool = false",
          "encryption_key_salt string, made", "local_admin_email email",
          "metrics_token string, secret", "port int = 8884", "reload_token string, secret",
          "setup_completed bool = false", "super_admin_emails list of email = []",
          "workos_api_key string, secret", "workos_authkit_domain string",
          "workos_base_url url = https://api.workos.com", "workos_client_id string",
          "workos_cookie_password string, secret, made", "workos_issuers list of string = []"}));
  EXPECT_EQ(settings.find("app_mode")->shape.choices,
            (std::vector<std::string>{"unconfigured", "local", "workos"}));
}

// shows: B12
// shows: B16, B2
TEST(Hub, ListsEveryVariableOfASetting) {
  const std::string example =
      "\n" + files::read(test::repository_path("examples/hub/.env.example")).value();
  const auto from = example.find("\n# Settings:");
  ASSERT_NE(from, std::string::npos);
  std::string listed;
  for (const std::string_view line : text::split(std::string_view(example).substr(from), '\n')) {
    const auto equals = line.find('=');
    if (line.starts_with("#") && !line.starts_with("# ") && equals != std::string_view::npos)
      listed += fmt::format("{} ", line.substr(1, equals - 1));
  }
  std::string declared;
  const Settings settings = hub();
  for (const SettingDeclaration& one : settings.declared) {
    if (!one.environment) continue;
    const bool found = listed.find(one.environment->name + " ") != std::string::npos;
    EXPECT_TRUE(found) << one.name << ": " << one.environment->name;
    declared += one.environment->name + " ";
  }
  EXPECT_EQ(listed.size(), declared.size()) << listed << "\n" << declared;
}

TEST(Hub, SigningInThroughWorkOsNeedsItsCredentials) {
  const Settings settings = hub();
  EXPECT_EQ(test::render(check(settings, {})), "");
  EXPECT_EQ(test::render(check(settings, values(settings, "local"))), "");
  std::vector<std::string> missing;
  for (const Error& error : check(settings, values(settings, "workos"))) {
    EXPECT_EQ(error.code, ErrorCode::kSettingMissing);
    missing.push_back(error.message.substr(0, error.message.find(' ')));
  }
  EXPECT_EQ(missing, (std::vector<std::string>{"workos_client_id", "workos_api_key",
                                               "workos_authkit_domain"}));
}

TEST(Hub, WhatItMakesFits) {
  const Settings settings = hub();
  for (const SettingDeclaration& one : settings.declared) {
    if (one.generated) {
      EXPECT_TRUE(generate(one).has_value()) << one.name;
    }
  }
}

// shows: B12
TEST(Hub, AddressesAreCheckedByTheirSchemas) {
  const Settings settings = hub();
  const auto fits = [&](std::string_view name, std::string_view text) {
    return parse_value(settings.find(name)->shape, name, text).has_value();
  };
  for (const std::string_view text : {"0.0.0.0", "::1", "localhost", "hub.example.com"})
    EXPECT_TRUE(fits("bind_address", text)) << text;
  for (const std::string_view text : {"", "a b", "http://localhost", "-a"})
    EXPECT_FALSE(fits("bind_address", text)) << text;
  for (const std::string_view text : {"hub.authkit.app", "https://hub.authkit.app/"})
    EXPECT_TRUE(fits("workos_authkit_domain", text)) << text;
  for (const std::string_view text : {"", "ftp://hub.authkit.app", "hub.authkit.app/a"})
    EXPECT_FALSE(fits("workos_authkit_domain", text)) << text;
  EXPECT_TRUE(fits("allowed_origins", "https://a.example.com,http://localhost:3000"));
  EXPECT_FALSE(fits("allowed_origins", "a.example.com"));
  EXPECT_FALSE(fits("port", "0"));
}

}  // namespace
}  // namespace bedstone::config
