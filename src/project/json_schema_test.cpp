// docs/schemas/project.json and docs/project-file.md say what the table of keys says.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/test_support.hpp"
#include "project/keys.hpp"
#include "tests/support/repository.hpp"

namespace bedstone {
namespace {

using Json = nlohmann::ordered_json;

/// A string with an expression in it, which may come to anything.
constexpr std::string_view kExpression = R"(\$\{)";

using test::repository_path;

Json schema_of(const Key& key);

Json schema_of_mapping(std::span<const Key> keys) {
  Json schema{{"additionalProperties", false}, {"properties", Json::object()}};
  for (const Key& key : keys) {
    schema["properties"][std::string(key.name)] = schema_of(key);
    if (key.required) schema["required"].push_back(key.name);
  }
  return schema;
}

Json schema_of_choice(const Key& key) {
  Json choices = Json::array();
  for (const std::string_view choice : key.choices)
    choices.push_back(choice);
  if (key.name == "pooled") choices.insert(choices.end(), {true, false});
  choices.push_back(nullptr);
  return {{"anyOf", {{{"enum", choices}}, {{"type", "string"}, {"pattern", kExpression}}}}};
}

Json schema_of_kind(const Key& key) {
  switch (key.kind) {
    case KeyKind::kMapping: {
      Json schema{{"type", {"object", "null"}}};
      schema.update(schema_of_mapping(key.keys));
      if (key.choices.empty()) return schema;
      Json word = schema_of_choice(key);
      word["anyOf"].push_back(schema);
      return word;
    }
    case KeyKind::kList: {
      Json item{{"type", {"object", "string"}}};
      item.update(schema_of_mapping(key.keys));
      return {{"type", {"array", "null"}}, {"items", item}};
    }
    case KeyKind::kNameList:
    case KeyKind::kPatternList:
      return {{"type", {"array", "null"}},
              {"items", {{"type", "string"}, {"minLength", 1}}},
              {"uniqueItems", true}};
    case KeyKind::kVersion:
      return {{"enum", {kProjectVersion, nullptr}}};
    case KeyKind::kProjectName:
      return {{"type", {"string", "null"}},
              {"pattern", fmt::format("{}|{}", kProjectNamePattern, kExpression)}};
    case KeyKind::kIdentifier:
    case KeyKind::kPath:
    case KeyKind::kUrl:
      return {{"type", {"string", "null"}}, {"minLength", 1}};
    case KeyKind::kWebAddress:
      return {{"type", {"string", "null"}},
              {"pattern", fmt::format("^https?://[^/]|{}", kExpression)}};
    case KeyKind::kBool:
      return {{"type", {"boolean", "string", "null"}}, {"pattern", kExpression}};
    case KeyKind::kDuration:
      return {{"type", {"string", "number", "null"}},
              {"pattern", fmt::format("^[0-9.]+ *(ms|s|m|min|h|d)?$|{}", kExpression)},
              {"minimum", 0}};
    case KeyKind::kCount:
      return {{"type", {"integer", "string", "null"}}, {"pattern", kExpression}, {"minimum", 1}};
    case KeyKind::kChoice:
      return schema_of_choice(key);
    case KeyKind::kVariable:
      return {{"type", {"string", "null"}},
              {"pattern", fmt::format("^[A-Za-z_][A-Za-z0-9_]*$|{}", kExpression)}};
    case KeyKind::kArguments:
      return {{"type", {"array", "null"}},
              {"items", {{"type", {"string", "number", "boolean"}}}},
              {"minItems", 1}};
  }
  return {};
}

Json schema_of(const Key& key) {
  Json schema{{"description", key.summary}};
  schema.update(schema_of_kind(key));
  if (!key.fallback.empty()) schema["default"] = Json::parse(key.fallback);
  return schema;
}

TEST(JsonSchema, ThePublishedSchemaIsWhatTheKeysSay) {
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"title", "bedstone.yaml: a project of Bedstone, and its overlays"},
              {"type", {"object", "null"}}};
  schema.update(schema_of_mapping(kProjectKeys));
  const std::string expected = schema.dump(2) + "\n";
  const std::string path = repository_path("docs/schemas/project.json");
  if (const char* update = std::getenv("UPDATE_GOLDEN"); update != nullptr && *update == '1') {
    ASSERT_TRUE(files::write_atomic(path, expected).has_value());
  }
  const auto published = files::read(path);
  ASSERT_TRUE(published.has_value());
  EXPECT_EQ(*published, expected) << "UPDATE_GOLDEN=1 rewrites it";
}

/// Each key's row in the tables: "| `wait` | … | `60s` |".
void expect_told(std::string_view page, std::span<const Key> keys, const std::string& section) {
  const std::size_t at = page.find(fmt::format("\n## {}\n", section));
  ASSERT_NE(at, std::string_view::npos) << section;
  const std::string_view part = page.substr(at, page.find("\n## ", at + 1) - at);
  for (const Key& key : keys) {
    const std::size_t row = part.find(fmt::format("\n| `{}` |", key.name));
    ASSERT_NE(row, std::string_view::npos) << section << '.' << key.name;
    const std::string_view line = part.substr(row + 1, part.find('\n', row + 1) - row - 1);
    for (const std::string_view choice : key.choices)
      EXPECT_NE(line.find(fmt::format("`{}`", choice)), std::string_view::npos) << line;
    if (!key.fallback.empty()) {
      const Json fallback = Json::parse(key.fallback);
      const std::string text = fallback.is_string() ? fallback.get<std::string>() : fallback.dump();
      EXPECT_TRUE(line.ends_with(fmt::format("| `{}` |", text))) << line;
    }
  }
}

TEST(JsonSchema, ThePageAboutTheFileTellsEveryKeyWithItsDefault) {
  const auto page = files::read(repository_path("docs/project-file.md"));
  ASSERT_TRUE(page.has_value());
  expect_told(*page, kProjectKeys, "Keys");
  for (const Key& key : kProjectKeys) {
    if (key.kind != KeyKind::kMapping) continue;
    expect_told(*page, key.keys, fmt::format("`{}`", key.name));
  }
  expect_told(*page, kExtensionKeys, "`database.extensions`");
  expect_told(*page, kKeySourceKeys, "`secrets.key`");
  expect_told(*page, kAlertKeys, "`health.alerts`");
}

}  // namespace
}  // namespace bedstone
