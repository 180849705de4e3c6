// JSON Schema: what is refused when it is read, and what a value's owner gets to read. Which values
// fit is the suite's matter.
#include "data/json_schema.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/test_support.hpp"
#include "data/yaml.hpp"

namespace bedstone::data {
namespace {

Document parsed(std::string_view file, std::string_view text) {
  auto document = parse_yaml(std::string(file), text);
  EXPECT_TRUE(document.has_value()) << text << "\n" << test::render(document.error());
  return document ? *std::move(document) : Document{{}, {std::string(file)}};
}

std::string refused(std::string_view text) {
  const Document document = parsed("s.yaml", text);
  const auto schema = JsonSchema::compile(document.root, document);
  return schema ? "compiled" : test::render(schema.error());
}

JsonSchema compiled(std::string_view text) {
  const Document document = parsed("s.yaml", text);
  auto schema = JsonSchema::compile(document.root, document);
  EXPECT_TRUE(schema.has_value()) << text << "\n" << test::render(schema.error());
  return *std::move(schema);
}

/// What is wrong with a value, one line each; "" when nothing is.
std::string checked(std::string_view schema, std::string_view value) {
  const Document document = parsed("v.yaml", value);
  Violations violations;
  compiled(schema).validate(document.root, violations);
  Errors errors;
  for (const Violation& violation : violations.found)
    errors.push_back(to_error(violation, document, ErrorCode::kSeedValue));
  return test::render(errors);
}

TEST(JsonSchema, RefusesWhatItDoesNotKnowWithItsPlaceAndTheNearestName) {
  EXPECT_EQ(refused("type: object\nrequierd: [a]\nproperties:\n  a: {typ: string}\n"),
            "s.yaml:2:1 BED0714 there is no keyword requierd -> did you mean required?\n"
            "s.yaml:4:7 BED0714 there is no keyword typ -> did you mean type?\n");
  EXPECT_EQ(refused("unevaluatedProperties: false"),
            "s.yaml:1:1 BED0714 there is no keyword unevaluatedProperties -> docs/json-schema.md "
            "lists the keywords\n");
  EXPECT_EQ(refused("{type: text, format: emial}"),
            "s.yaml:1:8 BED0714 there is no type text -> the types are null, boolean, integer, "
            "number, string, array, object\n"
            "s.yaml:1:22 BED0714 there is no format emial -> did you mean email?\n");
  EXPECT_EQ(refused("type: [string, null]"),
            "s.yaml:1:16 BED0714 type is empty -> for the type null write \"null\", in quotes\n");
  EXPECT_EQ(refused("$schema: http://json-schema.org/draft-07/schema#"),
            "s.yaml:1:10 BED0714 the schema is of another draft -> write it for draft 2020-12: "
            "$schema: https://json-schema.org/draft/2020-12/schema\n");
}

TEST(JsonSchema, RefusesKeywordsWhoseValuesMakeNoSense) {
  struct Row {
    std::string_view schema, says;
  };
  static constexpr Row kRows[] = {
      {"[]", "a schema is a mapping, true or false, not a list"},
      {"minLength: -1", "minLength must be a whole number, 0 or more"},
      {"maxItems: 1.5", "maxItems must be a whole number, 0 or more"},
      {"minimum: '1'", "minimum must be a number, not text"},
      {"multipleOf: 0", "multipleOf must be a number above 0"},
      {"multipleOf: 1234567890123456789", "of at most 18 digits"},
      {"uniqueItems: 1", "uniqueItems must be true or false, not a whole number"},
      {"allOf: []", "allOf must be a list that is not empty, not an empty list"},
      {"enum: 1", "enum must be a list of values, not a whole number"},
      {"required: [a, b, a]", "required names a twice"},
      {"required: [1]", "required must be a list of names as text, not a whole number"},
      {"properties: [a]", "properties must be a mapping, not a list"},
      {"dependentRequired: {a: b}", "dependentRequired must be a list of names, not text"},
      {"pattern: 'a(b'", "pattern: the regular expression is not understood (missing ): a(b)"},
      {"pattern: '(?=a)'", "not understood (invalid perl operator: (?=)"},
      {"pattern: '(a{900}){900}'", "not understood (invalid repetition size: {900})"},
      {"patternProperties: {'[': {}}", "patternProperties: the regular expression is not"},
      {"title: 1", "title must be text, not a whole number"},
      {"deprecated: 'no'", "deprecated must be true or false, not text"},
      {"examples: 1", "examples must be a list, not a whole number"},
      {"items: {$id: x}", "$id is only taken at the top of a schema"},
      {"$ref: other.json", "$ref leads out of the schema, or to an anchor"},
      {"$ref: '#%4'", "$ref leads out of the schema, or to an anchor"},
      {"{$ref: '#/$defs/nam', $defs: {name: {}}}",
       "there is no schema at #/$defs/nam -> did you mean '#/$defs/name'?"},
      {"$ref: '#'", "this schema leads back to itself without going into the value"},
      {"{$defs: {a: {not: {$ref: '#/$defs/b'}}, b: {anyOf: [{}, {$ref: '#/$defs/a'}]}}}",
       "this schema leads back to itself"},
  };
  for (const Row& row : kRows) {
    const std::string errors = refused(row.schema);
    EXPECT_NE(errors.find(row.says), std::string::npos) << row.schema << "\n" << errors;
    EXPECT_TRUE(errors.starts_with("s.yaml:1:")) << errors;
  }
  std::string deep;
  for (int i = 0; i < 90; ++i)
    deep += "{not: ";
  EXPECT_EQ(refused(deep + "{}" + std::string(90, '}')), "compiled");
}

constexpr std::string_view kUser = R"(
type: object
additionalProperties: false
required: [email, name]
properties:
  email: {type: string, format: email}
  name: {type: string, minLength: 2}
  age: {type: integer, minimum: 18}
  roles: {type: array, uniqueItems: true, items: {enum: [admin, guest]}}
)";

// shows: A4
TEST(JsonSchema, ListsEverythingThatIsWrongWithItsPlace) {
  EXPECT_EQ(checked(kUser, "email: a@b.org\nname: Ann\nage: 18.0\nroles: [guest]"), "");
  EXPECT_EQ(checked(kUser,
                    "emial: x\n"
                    "email: hunter2\n"
                    "age: '20'\n"
                    "roles:\n"
                    "- admin\n"
                    "- root\n"
                    "- admin\n"),
            "v.yaml:1:1 BED0704 lacks the key name -> add name\n"
            "v.yaml:1:1 BED0704 /emial: the key emial is not known here -> did you mean email?\n"
            "v.yaml:2:8 BED0704 /email: must be an e-mail address -> change the value, or the "
            "schema's format\n"
            "v.yaml:3:6 BED0704 /age: must be a whole number, not text -> leave the quotes out\n"
            "v.yaml:7:3 BED0704 /roles: has the same item twice: number 1 and number 3 -> take one "
            "of them out\n"
            "v.yaml:6:3 BED0704 /roles/1: must be one of \"admin\", \"guest\" -> change the value, "
            "or the schema's enum\n");
  EXPECT_EQ(checked(kUser, "email: a@b.org\nname: 1e3"),
            "v.yaml:2:7 BED0704 /name: must be text, not a whole number -> put it into quotes\n");
}

TEST(JsonSchema, SaysWhichAlternativeWasMeant) {
  constexpr std::string_view kChoice = R"(
oneOf:
- {properties: {kind: {const: smtp}, port: {type: integer}}, required: [kind, port]}
- {properties: {kind: {const: api}, url: {format: uri}}, required: [kind, url]}
)";
  EXPECT_EQ(checked(kChoice, "{kind: api, url: nowhere}"),
            "v.yaml:1:18 BED0704 /url: must be a URI with a scheme, like https://example.com/ -> "
            "change the value, or the schema's format\n");
  EXPECT_EQ(checked("anyOf: [{type: integer}, {items: {maxLength: 1}, type: array}]", "[a, bc]"),
            "v.yaml:1:5 BED0704 /1: must have at most 1 character -> change the value, or the "
            "schema's maxLength\n");
  EXPECT_EQ(checked("anyOf: [{type: integer}, {type: 'null'}]", "a"),
            "v.yaml:1:1 BED0704 fits none of 2 alternatives: must be a whole number, not text; or "
            "it must be null, not text -> change the value, or the schema's anyOf\n");
  EXPECT_EQ(
      checked("oneOf: [{minimum: 1}, {maximum: 5}]", "3"),
      "v.yaml:1:1 BED0704 must fit only one of 2 alternatives, and fits number 1 and number 2 "
      "-> change the value, or the schema's oneOf\n");
}

TEST(JsonSchema, SaysThatWhatIsForbiddenMustGo) {
  EXPECT_EQ(checked("properties: {old: false}", "{old: 1}"),
            "v.yaml:1:7 BED0704 /old: is not allowed here -> take it out\n");
  EXPECT_EQ(checked("{if: {required: [tls]}, then: {required: [key]}, else: {maxProperties: 1}}",
                    "{tls: true}"),
            "v.yaml:1:1 BED0704 lacks the key key -> add key\n");
}

TEST(JsonSchema, EscapesPointersAndCountsCharacters) {
  EXPECT_EQ(checked("additionalProperties: {maxLength: 3}", "{'a/b~c': größe}"),
            "v.yaml:1:11 BED0704 /a~1b~0c: must have at most 3 characters -> change the value, or "
            "the schema's maxLength\n");
  EXPECT_EQ(checked("{maxLength: 5, minLength: 5}", "größe"), "");
  EXPECT_EQ(checked("propertyNames: {pattern: '^[a-z]+$'}", "{B: 1}"),
            "v.yaml:1:2 BED0704 /B: the key B must match the regular expression ^[a-z]+$ -> change "
            "the value, or the schema's propertyNames\n");
}

// shows: A9
TEST(JsonSchema, TellsNothingOfTheValue) {
  constexpr std::string_view kSecret = "hunter2";
  for (const std::string_view schema :
       {"type: integer", "enum: [a]", "const: a", "minLength: 20", "maxLength: 1", "pattern: '^$'",
        "format: uuid", "not: {}", "false", "anyOf: [{type: integer}, {const: 1}]",
        "allOf: [{oneOf: [{}, {}]}]"}) {
    const std::string errors = checked(schema, kSecret);
    EXPECT_FALSE(errors.empty()) << schema;
    EXPECT_EQ(errors.find(kSecret), std::string::npos) << errors;
  }
}

TEST(JsonSchema, ComparesNumbersExactly) {
  struct Row {
    std::string_view schema, value;
    bool fits;
  };
  static constexpr Row kRows[] = {
      {"const: 9007199254740993", "9007199254740992", false},
      {"const: 9007199254740993", "9007199254740993.0", true},
      {"maximum: 0.1", "0.1000000000000000000000000000001", false},
      {"maximum: 123456789012345678901234567890", "123456789012345678901234567891", false},
      {"exclusiveMinimum: -1e400", "-9.99e399", true},
      {"exclusiveMinimum: -1e400", "-10e399", false},
      {"minimum: -5", "-5.0000001", false},
      {"multipleOf: 0.01", "19.99", true},
      {"multipleOf: 0.01", "19.999", false},
      {"multipleOf: 0.3", "1e308", false},
      {"multipleOf: 0.3", "3e308", true},
      {"multipleOf: 123456789012345678", "1234567890123456780000000000000000000", true},
      {"multipleOf: 7", "-49", true},
      {"multipleOf: 3", "0", true},
      {"multipleOf: 1e-3", "1e999999999999", true},
      {"type: integer", "1e999999999999", true},
      {"type: integer", "1.5e1", true},
      {"type: integer", "1.55e1", false},
      {"const: 15", "0xF", true},
      {"const: 15", "0o17", true},
      {"const: 15", "+15.", true},
      {"const: 0", "-0.0", true},
      {"const: 1", "true", false},
      {"const: 1", "'1'", false},
      {"enum: [{a: 1, b: [2]}]", "{b: [2.0], a: 1e0}", true},
      {"enum: [[a, b]]", "[ab]", false},
      {"uniqueItems: true", "[1, 1.0]", false},
      {"uniqueItems: true", "[1, true, '1', [1], {a: 1}]", true},
      {"type: number", ".inf", false},
      {"type: number", "1e99999999999999999999", false},
  };
  for (const Row& row : kRows) {
    const std::string errors = checked(row.schema, row.value);
    EXPECT_EQ(errors.empty(), row.fits) << row.schema << " / " << row.value << "\n" << errors;
  }
}

TEST(JsonSchema, StopsAtItsLimits) {
  const Document list = parsed("v.yaml", "[a, a, a, a, a, a, a, a, a, a]");
  Violations violations;
  violations.limit = 3;
  compiled("items: {type: integer}").validate(list.root, violations);
  EXPECT_EQ(violations.found.size(), 3U);
  EXPECT_TRUE(violations.more);

  // 2^40 subschemas to apply.
  std::string doubling = "$ref: '#/$defs/a0'\n$defs:\n";
  for (int i = 0; i < 40; ++i)
    doubling += "  a" + std::to_string(i) + ": {allOf: [{$ref: '#/$defs/a" + std::to_string(i + 1) +
                "'}, {$ref: '#/$defs/a" + std::to_string(i + 1) + "'}]}\n";
  doubling += "  a40: {}\n";
  Violations slow;
  compiled(doubling).validate(list.root, slow, {400, 1'000'000});
  ASSERT_EQ(slow.found.size(), 1U);
  EXPECT_EQ(slow.found[0].message, "cannot be checked: checking it takes too long");

  std::string chain = "not: {$ref: '#/$defs/a0'}\n$defs:\n";
  for (int i = 0; i < 500; ++i)
    chain += "  a" + std::to_string(i) + ": {$ref: '#/$defs/a" + std::to_string(i + 1) + "'}\n";
  chain += "  a500: {}\n";
  Violations deep;
  compiled(chain).validate(list.root, deep);
  ASSERT_EQ(deep.found.size(), 1U) << "a value that cannot be checked must not fit";
  EXPECT_EQ(deep.found[0].message, "cannot be checked: it is nested too deeply");
}

TEST(JsonSchema, IsSharedByThreads) {
  const JsonSchema schema = compiled(std::string(kUser) + "  id: {pattern: '^[a-f0-9]{8}$'}\n");
  const Document good = parsed("v.yaml", "{email: a@b.org, name: Ann, id: 0a1b2c3d}");
  const Document bad = parsed("v.yaml", "{email: a@b.org, name: Ann, id: 0a1b2c3x}");
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([copy = schema, &good, &bad, &wrong] {
      for (int round = 0; round < 500; ++round) {
        Violations of_good, of_bad;
        copy.validate(good.root, of_good);
        copy.validate(bad.root, of_bad);
        if (!of_good.found.empty() || of_bad.found.size() != 1) ++wrong;
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace bedstone::data
