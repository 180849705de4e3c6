// The example of the repository: its sets are read in every environment, and say what they mean to.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/test_support.hpp"
#include "data/path.hpp"
#include "data/yaml.hpp"
#include "seed/set.hpp"
#include "tests/support/repository.hpp"

namespace bedstone::seed {
namespace {

using Names = std::vector<std::string>;

SetList hub_sets(const std::string& env, const Environment& environment = {}) {
  const std::string folder = test::repository_path("examples/hub");
  auto list = list_sets(files::resolve(folder, "seeds"), "seeds", {folder, env, environment});
  EXPECT_TRUE(list.has_value());
  if (!list) return {};
  for (const auto& [file, errors] : list->broken)
    ADD_FAILURE() << env << ": " << file << "\n" << test::render(errors);
  return *std::move(list);
}

Names names_of(const SetList& list) {
  Names names;
  for (const SeedSet& set : list.sets)
    names.push_back(set.name);
  return names;
}

const SeedSet& find(const SetList& list, std::string_view name) {
  const auto found = std::find_if(list.sets.begin(), list.sets.end(),
                                  [&](const SeedSet& set) { return set.name == name; });
  EXPECT_NE(found, list.sets.end()) << name;
  return *found;
}

// shows: E1, E7
TEST(Hub, EverySetIsReadInEveryEnvironment) {
  const Names everywhere{"roles",        "users",      "super_admin",   "tenants",
                         "tenant_admin", "user_roles", "account_roles", "tenant_members",
                         "llm_models",   "tools",      "schemas",       "prompt_templates",
                         "model_configs"};
  const Names samples{"sample_accounts", "sample_tenants", "sample_members"};
  Names all = everywhere;
  all.insert(all.end(), samples.begin(), samples.end());
  for (const std::string_view env : {"dev", "development", "test"})
    EXPECT_EQ(names_of(hub_sets(std::string(env))), all) << env;
  for (const std::string_view env : {"", "prod", "production", "staging"}) {
    const SetList list = hub_sets(std::string(env));
    EXPECT_EQ(names_of(list), everywhere) << env;
    Names elsewhere;
    for (const auto& [name, environments] : list.elsewhere)
      elsewhere.push_back(name);
    EXPECT_EQ(elsewhere, samples) << env;
  }
}

TEST(Hub, PasswordsComeFromTheEnvironmentOrAreMadeUp) {
  for (const SeedSet& set : hub_sets("dev").sets) {
    for (const auto& [column, expression] : set.columns) {
      if (column != "password_local") continue;
      EXPECT_EQ(expression.kind, Expression::Kind::kPassword) << set.shown;
      EXPECT_TRUE(expression.only_for_new_rows()) << set.shown;
      EXPECT_NE(expression.parts.at(0).second.kind, Expression::Kind::kLiteral) << set.shown;
    }
  }
}

TEST(Hub, AddressesAndThePlaceOfDefaultsCanBeGiven) {
  const Environment environment({{"DEFAULTS_CONFIG_PATH", "/srv/hub.yaml"},
                                 {"SUPER_ADMIN_EMAIL", "root@example.org"},
                                 {"TENANT_ADMIN_EMAIL", "ta@example.org"}});
  const SetList list = hub_sets("prod", environment);
  EXPECT_EQ(find(list, "users").from.path, "/srv/hub.yaml");
  EXPECT_EQ(find(list, "llm_models").from.path, "/srv/hub.yaml");
  const data::Node& row = find(list, "super_admin").rows->items().at(0);
  EXPECT_EQ(row.find("email")->text(), "root@example.org");
  EXPECT_EQ(find(list, "super_admin").variables,
            (Names{"SUPER_ADMIN_EMAIL", "SUPER_ADMIN_PASSWORD"}));
}

// shows: A15
TEST(Hub, TheSampleOfDefaultsHoldsWhatTheSetsLookFor) {
  const std::string folder = test::repository_path("examples/hub");
  const auto sample = data::read_yaml(files::resolve(folder, "config/example.defaults.yaml"));
  ASSERT_TRUE(sample.has_value()) << test::render(sample.error());
  const SetList list = hub_sets("prod");
  const auto matches = [&](std::string_view set) {
    const auto path = data::parse_path(find(list, set).from.at);
    EXPECT_TRUE(path.has_value());
    auto found = data::select(*sample, *path);
    EXPECT_TRUE(found.has_value());
    return found ? *std::move(found) : std::vector<data::Match>();
  };
  EXPECT_EQ(matches("users").size(), 2U);
  const auto roles = matches("user_roles");
  ASSERT_EQ(roles.size(), 3U);
  std::set<std::string> known;
  for (const data::Node& row : find(list, "roles").rows->items())
    known.insert(row.find("name")->text());
  for (const data::Match& role : roles) {
    EXPECT_TRUE(known.contains(role.node->text())) << role.node->text();
    ASSERT_NE(data::look_up(role, "../../email"), nullptr);
    EXPECT_TRUE(data::look_up(role, "../../email")->text().ends_with("@example.com"));
  }
  std::set<std::string> providers;
  for (const data::Match& model : matches("llm_models")) {
    ASSERT_EQ(model.bindings.size(), 1U);
    EXPECT_EQ(model.bindings[0].first, "provider");
    providers.insert(model.bindings[0].second);
  }
  EXPECT_EQ(providers, (std::set<std::string>{"deepinfra", "ollama", "openai"}));
  const auto ignored = files::read(files::resolve(folder, ".gitignore"));
  ASSERT_TRUE(ignored.has_value());
  EXPECT_NE(ignored->find("\nconfig/defaults*.yaml\n"), std::string::npos);
}

// shows: A15
TEST(Hub, EveryVariableOfASetIsDocumented) {
  const auto sample = files::read(test::repository_path("examples/hub/.env.example"));
  ASSERT_TRUE(sample.has_value());
  for (const SeedSet& set : hub_sets("dev").sets) {
    for (const std::string& name : set.variables) {
      EXPECT_NE(sample->find(fmt::format("\n#{}=", name)), std::string::npos)
          << set.shown << " reads " << name;
    }
  }
}

TEST(Hub, TemplatesNameTheVariablesTheyFillIn) {
  const SetList list = hub_sets("prod");
  for (const data::Node& row : find(list, "prompt_templates").rows->items()) {
    const std::string& text = row.find("template")->text();
    std::set<std::string> used;
    for (std::size_t at = text.find("{{"); at != text.npos; at = text.find("{{", at + 2))
      used.insert(text.substr(at + 2, text.find("}}", at) - at - 2));
    std::set<std::string> named;
    for (const data::Node& name : row.find("variables")->items())
      named.insert(name.text());
    EXPECT_EQ(used, named) << row.find("key")->text();
  }
}

}  // namespace
}  // namespace bedstone::seed
