// What a set's schema says of one column, when nobody has a file.
#include "seed/column_schema.hpp"

#include "seed/test_support.hpp"

namespace bedstone::seed {
namespace {

class ColumnSchemaTest : public SeedFolder {
 protected:
  /// The sets outlive nothing that is kept of them.
  ColumnSchema of(std::string_view text) {
    const SeedSet set = read(text);
    auto schema = ColumnSchema::of(set);
    EXPECT_TRUE(schema);
    return *std::move(schema);
  }
};

TargetColumn column(std::string name, ColumnKind kind) {
  TargetColumn one;
  one.name = std::move(name);
  one.kind = kind;
  return one;
}

constexpr std::string_view kModels = R"(version: 1
table: models
rows: []
columns:
  model_identifier: {from: model}
  account_id: {ref: accounts, email: a@example.com}
  title: {from: name, or: nameless}
ignore: secret
schema:
  additionalProperties: false
  required: [model, secret]
  properties:
    model: {type: string, minLength: 2}
    name: {maxLength: 3}
    secret: {const: x}
    provider: {enum: [ollama, openai, 7, null]}
    temperature: {type: number, minimum: 0, exclusiveMaximum: 2}
    steps: {type: integer, multipleOf: 5}
    active: {const: true}
    options: {type: object, properties: {depth: {type: integer}}}
    code: {pattern: "^[a-z]+$"}
)";

// shows: A14, K4
TEST_F(ColumnSchemaTest, SaysWhatIsWrongWithAValue) {
  const ColumnSchema schema = of(kModels);
  struct Case {
    const char* name;
    ColumnKind kind;
    std::optional<std::string> text;
    const char* why;
  };
  const Case cases[] = {
      {"provider", ColumnKind::kText, "openai", ""},
      {"provider", ColumnKind::kText, "7", ""},
      {"provider", ColumnKind::kText, std::nullopt, ""},
      {"provider", ColumnKind::kText, "other", R"(must be one of "ollama", "openai", 7, null)"},
      {"temperature", ColumnKind::kReal, "1.9", ""},
      {"temperature", ColumnKind::kReal, "2", "must be less than 2"},
      {"temperature", ColumnKind::kReal, std::nullopt, "must be a number, not null"},
      {"steps", ColumnKind::kInteger, "10", ""},
      {"steps", ColumnKind::kInteger, "11", "must be a multiple of 5"},
      {"active", ColumnKind::kBoolean, "1", ""},
      {"active", ColumnKind::kBoolean, "false", "must be true"},
      {"options", ColumnKind::kJson, R"({"depth": 3})", ""},
      {"options", ColumnKind::kJson, R"({"depth": "x"})", "must be a whole number, not text"},
      {"code", ColumnKind::kText, "abc", ""},
      {"code", ColumnKind::kText, "Abc", "must match the regular expression ^[a-z]+$"},
      {"model_identifier", ColumnKind::kText, "m", "must have at least 2 characters"},
      {"model_identifier", ColumnKind::kText, "12", ""},
      // No field of the file, or one that is not the column.
      {"id", ColumnKind::kInteger, "1", ""},
      {"account_id", ColumnKind::kInteger, "1", ""},
      {"title", ColumnKind::kText, "long enough", ""},
      {"secret", ColumnKind::kText, "y", ""},
  };
  for (const Case& one : cases)
    EXPECT_EQ(schema.misfit(column(one.name, one.kind), one.text), one.why) << one.name;
}

TEST_F(ColumnSchemaTest, TellsFormsWhatTheyCanShow) {
  const ColumnSchema schema = of(kModels);
  EXPECT_EQ(schema.rules_of("provider").values,
            (std::vector<std::string>{"ollama", "openai", "7"}));
  const schema::ColumnRules temperature = schema.rules_of("temperature");
  EXPECT_EQ(temperature.minimum, "0");
  EXPECT_EQ(temperature.maximum, "2");
  EXPECT_TRUE(temperature.below_maximum);
  EXPECT_FALSE(temperature.above_minimum);
  EXPECT_EQ(schema.rules_of("model_identifier").min_length, 2);
  EXPECT_FALSE(schema.rules_of("title").max_length);
  EXPECT_TRUE(schema.requires_column("model_identifier"));
  EXPECT_FALSE(schema.requires_column("secret"));
}

TEST_F(ColumnSchemaTest, IsNothingWhereTheSetHasNone) {
  const SeedSet set = read("version: 1\ntable: models\nrows: []\n");
  EXPECT_FALSE(ColumnSchema::of(set));
}

}  // namespace
}  // namespace bedstone::seed
