// Paths: what they find, what they bind, and what is said where they find nothing.
#include "data/path.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"
#include "data/json.hpp"
#include "data/yaml.hpp"

namespace bedstone::data {
namespace {

constexpr std::string_view kHub = R"(
users:
  - {email: admin@example.com, models: [{model: llama3}, {model: gpt-4o}]}
  - {email: ann@example.com, models: []}
providers:
  ollama:
    - {model: llama3, options: {temperature: 0}}
    - {model: phi3}
  openai:
    - {model: gpt-4o}
none:
"a/b": {"*": 1, "{x}": 2, "~": 3}
name: hub
)";

Document hub() {
  return parse_yaml("f.yaml", kHub).value();
}

/// "JSON name=text", one match after the other.
std::string found(const Node& root, std::string_view text) {
  const auto path = parse_path(text);
  if (!path) return test::render({path.error()});
  std::string result;
  for (const Match& match : select(root, *path)) {
    result += to_json(*match.node);
    for (const auto& [name, value] : match.bindings)
      result += fmt::format(" {}={}", name, value);
    result += '\n';
  }
  return result;
}

// shows: A1
TEST(Path, StepsAreKeysNumbersStarsAndBoundNames) {
  const Document document = hub();
  const Node& root = document.root;
  EXPECT_EQ(found(root, "/name"), "\"hub\"\n");
  EXPECT_EQ(found(root, "/users/*/email"), "\"admin@example.com\"\n\"ann@example.com\"\n");
  EXPECT_EQ(found(root, "/users/1/email"), "\"ann@example.com\"\n");
  EXPECT_EQ(found(root, "/users/*/models/*"), "{\"model\":\"llama3\"}\n{\"model\":\"gpt-4o\"}\n");
  EXPECT_EQ(found(root, "/providers/*/0/model"), "\"llama3\"\n\"gpt-4o\"\n");
  EXPECT_EQ(found(root, "/providers/{provider}/*/model"),
            "\"llama3\" provider=ollama\n"
            "\"phi3\" provider=ollama\n"
            "\"gpt-4o\" provider=openai\n");
  EXPECT_EQ(found(root, "/providers/{provider}/{position}/model"),
            "\"llama3\" provider=ollama position=0\n"
            "\"phi3\" provider=ollama position=1\n"
            "\"gpt-4o\" provider=openai position=0\n");
  EXPECT_EQ(found(root, "/a~1b/~2"), "1\n");
  EXPECT_EQ(found(root, "/a~1b/~3x}"), "2\n");
  EXPECT_EQ(found(root, "/a~1b/~0"), "3\n");
  EXPECT_EQ(found(root, "/users/2"), "");
  EXPECT_EQ(found(root, "/users/-1"), "");
  EXPECT_EQ(found(root, "/users/99999999999999999999"), "");
  EXPECT_EQ(found(root, "/name/*"), "");
}

TEST(Path, NoStepAtAllIsTheRoot) {
  const Document document = hub();
  const auto matches = select(document.root, parse_path("").value());
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches.front().node, &document.root);
  EXPECT_TRUE(matches.front().ancestors.empty());
}

TEST(Path, WhatIsNoPathIsRefusedWithItsColumn) {
  struct Row {
    std::string_view path, error;
    std::uint32_t column;
  };
  static constexpr Row kRows[] = {
      {"users/*", "users/* is no path: it does not begin with a slash (column 1) -> write /users/*",
       1},
      {"$.models[*]",
       "$.models[*] is no path: it does not begin with a slash (column 1) -> write /models/*", 1},
      {"$",
       "$ is no path: it does not begin with a slash (column 1) -> leave the path empty for the "
       "whole file",
       1},
      {"providers.*.models",
       "providers.*.models is no path: it does not begin with a slash (column 1) -> write "
       "/providers/*/models",
       1},
      {"/",
       "/ is no path: a step is empty (column 2) -> write one slash before each step and none at "
       "the end; /* is every item of the file",
       2},
      {"/users//x",
       "/users//x is no path: a step is empty (column 8) -> write one slash before each step and "
       "none at the end; /* is every item of the file",
       8},
      {"/a~x",
       "/a~x is no path: a tilde stands alone (column 3) -> write ~0 for a tilde, ~1 for a slash, "
       "~2 for a star, ~3 for a brace",
       3},
      {"/{}/a",
       "/{}/a is no path: a bound step is not of the form {name} (column 2) -> write it as in "
       "/providers/{provider}/*; a key that begins with a brace begins with ~3",
       2},
      {"/{a}b",
       "/{a}b is no path: a bound step is not of the form {name} (column 2) -> write it as in "
       "/providers/{provider}/*; a key that begins with a brace begins with ~3",
       2},
      {"/{a}/{a}",
       "/{a}/{a} is no path: {a} is bound twice (column 6) -> give each step a name of its own", 6},
  };
  for (const Row& row : kRows) {
    const auto path = parse_path(row.path);
    ASSERT_FALSE(path.has_value()) << row.path;
    EXPECT_EQ(test::render({path.error()}), fmt::format("BED0708 {}\n", row.error));
    EXPECT_EQ(path.error().place.column, row.column) << row.path;
  }
  EXPECT_FALSE(parse_path("/a~").has_value());
  EXPECT_FALSE(parse_path("/{").has_value());
}

TEST(Path, AStepThatLeadsNowhereIsToldFromNothingToFind) {
  struct Row {
    std::string_view path, error;
  };
  static constexpr Row kRows[] = {
      {"/user/*",
       "2:1 /user/* finds nothing: there is no key user in the file -> did you mean "
       "users?"},
      {"/accounts/*",
       "2:1 /accounts/* finds nothing: there is no key accounts in the file -> there are users, "
       "providers, none, a/b, name"},
      {"/providers/{p}/*/modle",
       "7:7 /providers/{p}/*/modle finds nothing: there is no key modle in /providers/{p}/* -> did "
       "you mean model?"},
      {"/users/email",
       "3:3 /users/email finds nothing: /users is a list of 2 items -> /users/* is every item, "
       "/users/0 the first"},
      {"/name/*",
       "13:7 /name/* finds nothing: /name is neither a list nor a mapping -> end the "
       "path before it"},
  };
  const Document document = hub();
  for (const Row& row : kRows) {
    const auto matches = select(document, parse_path(row.path).value());
    ASSERT_FALSE(matches.has_value()) << row.path;
    std::string error = test::render({matches.error()});
    error.erase(error.find("BED0708 "), 8);
    EXPECT_EQ(error, fmt::format("f.yaml:{}\n", row.error)) << row.path;
  }
  for (const std::string_view nothing :
       {"/none/*", "/none/a/b", "/users/1/models/*/model", "/users/1/models/0"}) {
    const auto matches = select(document, parse_path(nothing).value());
    ASSERT_TRUE(matches.has_value()) << nothing << test::render({matches.error()});
    EXPECT_TRUE(matches->empty()) << nothing;
  }
  const Document list = parse_json("f.json", "[1, 2]").value();
  EXPECT_EQ(test::render({select(list, parse_path("/users").value()).error()}),
            "f.json:1:1 BED0708 /users finds nothing: the file is a list of 2 items -> /* is every "
            "item, /0 the first\n");
  EXPECT_EQ(select(list, parse_path("/*").value())->size(), 2U);
  const Document word = parse_json("f.json", "1").value();
  EXPECT_EQ(test::render({select(word, parse_path("/users").value()).error()}),
            "f.json:1:1 BED0708 /users finds nothing: the file is neither a list nor a mapping -> "
            "is it the right file?\n");
}

// shows: A13
TEST(Path, FromAMatchOneLooksDownAndUp) {
  const Document document = hub();
  const auto matches = select(document.root, parse_path("/users/*/models/*").value());
  ASSERT_EQ(matches.size(), 2U);
  const auto text = [&](std::string_view path) {
    const Node* node = look_up(matches[1], path);
    return node == nullptr ? "nothing" : to_json(*node);
  };
  EXPECT_EQ(text("model"), "\"gpt-4o\"");
  EXPECT_EQ(text("../../email"), "\"admin@example.com\"");
  EXPECT_EQ(text("../0/model"), "\"llama3\"");
  EXPECT_EQ(text("../../../1/email"), "\"ann@example.com\"");
  EXPECT_EQ(text("../../../../name"), "\"hub\"");
  EXPECT_EQ(text("../../../../../name"), "nothing");
  EXPECT_EQ(text("model/.."), "nothing");
  EXPECT_EQ(text("model/x"), "nothing");
  EXPECT_EQ(text("../../mail"), "nothing");
  const auto models = select(document.root, parse_path("/providers/*/0").value());
  EXPECT_EQ(to_json(*look_up(models[0], "options/temperature")), "0");
}

}  // namespace
}  // namespace bedstone::data
