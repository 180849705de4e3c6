// Texts to values and back: what each type takes, and what is said of the rest.
#include "config/value.hpp"

#include "config/test_support.hpp"
#include "config/units.hpp"
#include "data/yaml.hpp"

namespace bedstone::config {
namespace {

struct Case {
  std::string_view keys;
  std::string_view text;
  std::string_view canonical;
};

// shows: B12, K2
TEST(SettingValue, EachTypeHasOneTextForOneValue) {
  const Case cases[] = {
      {"type: string", "", ""},
      {"type: string", " a b ", " a b "},
      {"type: string", "0", "0"},
      {"type: int", "0", "0"},
      {"type: int", " -007 ", "-7"},
      {"type: int", "9223372036854775807", "9223372036854775807"},
      {"type: float", "0", "0"},
      {"type: float", "-0.0", "0"},
      {"type: float", "1e3", "1000"},
      {"type: float", "0.10", "0.1"},
      {"type: bool", "off", "false"},
      {"type: bool", "0", "false"},
      {"type: bool", "Yes", "true"},
      {"type: duration", "0", "0s"},
      {"type: duration", "60s", "1m"},
      {"type: duration", "90", "90s"},
      {"type: duration", "1.5s", "1500ms"},
      {"type: duration", "48h", "2d"},
      {"type: size", "0", "0B"},
      {"type: size", "16MiB", "16MiB"},
      {"type: size", "16384 kib", "16MiB"},
      {"type: size", "1.5GB", "1500000000B"},
      {"type: size", "0.5KiB", "512B"},
      {"type: size", "9223372036854775807", "9223372036854775807B"},
      {"type: url", " https://example.com/a?b=c ", "https://example.com/a?b=c"},
      {"type: url", "http://[::1]:3000", "http://[::1]:3000"},
      {"type: email", "ada@example.com", "ada@example.com"},
      {"type: enum, values: [local, workos]", "workos", "workos"},
      {"type: list", "", "[]"},
      {"type: list", "a, b ,c", R"(["a","b","c"])"},
      {"type: list", R"(["a,b", ""])", R"(["a,b",""])"},
      {"type: list, items: int", "1,02", "[1,2]"},
      {"type: list, items: bool", "[true, \"no\"]", "[true,false]"},
      {"type: list, items: duration", "60s,1h", R"(["1m","1h"])"},
      {"type: list, items: enum, values: [a, b]", "b,a", R"(["b","a"])"},
      {"type: json", R"( {"a" : [1, null]} )", R"({"a":[1,null]})"},
      {"type: json", "0", "0"},
      {"type: json", "null", "null"},
  };
  for (const Case& one : cases) {
    const std::string text = parsed(one.keys, one.text);
    EXPECT_EQ(text, one.canonical) << one.keys << " of " << one.text;
    EXPECT_EQ(parsed(one.keys, text), one.canonical) << one.keys << " again of " << text;
  }
}

// shows: B12
TEST(SettingValue, WhatDoesNotFitIsToldWithWhatIsWanted) {
  const Case cases[] = {
      {"type: int", "8884x", "x cannot be \"8884x\" -> write a whole number"},
      {"type: int", "", "x cannot be empty -> write a whole number"},
      {"type: int", "1.5", "x cannot be \"1.5\" -> write a whole number"},
      {"type: int", "9223372036854775808",
       "x cannot be \"9223372036854775808\" -> write a whole number"},
      {"type: int, min: 1, max: 65535", "0",
       "x is out of bounds -> write a whole number from 1 to 65535"},
      {"type: float, max: 2", "2.01", "x is out of bounds -> write a number of at most 2"},
      {"type: float", "inf", "x cannot be \"inf\" -> write a number"},
      {"type: float", "1e999", "x cannot be \"1e999\" -> write a number"},
      {"type: bool", "perhaps", "x cannot be \"perhaps\" -> write true or false"},
      {"type: duration, min: 1s", "5 years",
       "x cannot be \"5 years\" -> write a duration of at least 1s, such as 250ms, 60s, 5m or 1h"},
      {"type: duration, max: 1h", "61m",
       "x is out of bounds -> write a duration of at most 1h, such as 250ms, 60s, 5m or 1h"},
      {"type: size", "16M", "x cannot be \"16M\" -> write a size, such as 512KiB, 16MiB or 1GB"},
      {"type: size", "0.3B", "x cannot be \"0.3B\" -> write a size, such as 512KiB, 16MiB or 1GB"},
      {"type: size", "9223372036854775807KiB",
       "x cannot be \"9223372036854775807KiB\" -> write a size, such as 512KiB, 16MiB or 1GB"},
      {"type: url", "localhost:8080",
       "x cannot be this text -> write a URL with scheme and host, such as https://example.com"},
      {"type: url", "javascript:alert(1)//://x",
       "x cannot be this text -> write a URL with scheme and host, such as https://example.com"},
      {"type: email", "ada",
       "x cannot be \"ada\" -> write one e-mail address, such as "
       "ada@example.com"},
      {"type: enum, values: [local, workos]", "worcos",
       "x cannot be \"worcos\" -> write one of: local, workos; did you mean workos?"},
      {"type: enum, values: [local, workos]", "",
       "x cannot be empty -> write one of: local, workos"},
      {"type: list", "a,,b",
       "x[1] is empty -> remove the comma too many; where an empty text is meant, write JSON: "
       "[\"\"]"},
      {"type: list, items: int", "[1, [2]]", "x[1] cannot be a list -> write a whole number"},
      {"type: json", "{]",
       "x is no JSON (line 1, column 2: it is not valid JSON: a key in double quotes is expected, "
       "not ]) -> write JSON, such as {\"retries\": "
       "3}"},
      {"type: json, schema: {type: object, required: [a]}", "{}", "x: lacks the key a -> add a"},
      {"type: string, schema: {minLength: 3}", "ab",
       "x: must have at least 3 characters -> change the value, or minLength in the declaration's "
       "schema"},
      {"type: string", std::string_view("a\0b", 3), "x holds a NUL character -> remove it"},
      {"type: string", "\xff", "x is not UTF-8 -> store the text as UTF-8"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(parsed(one.keys, one.text), fmt::format("BED0902 {}\n", one.canonical)) << one.keys;
}

TEST(SettingValue, AllItemsThatDoNotFitAreTold) {
  EXPECT_EQ(parsed("type: list, items: int", "1,two,3,four"),
            "BED0902 x[1] cannot be \"two\" -> write a whole number\n"
            "BED0902 x[3] cannot be \"four\" -> write a whole number\n");
}

TEST(SettingValue, TextsAreNoLongerThanOneMebibyte) {
  EXPECT_EQ(parsed("type: string", std::string(kMaxValueBytes, 'a')).size(), kMaxValueBytes);
  EXPECT_EQ(parsed("type: string", std::string(kMaxValueBytes + 1, 'a')),
            "BED0902 x is longer than 1 MiB -> a setting is no place for files: store a path or a "
            "URL\n");
}

// shows: PR6
TEST(SettingValue, NothingOfASecretIsInAnError) {
  const std::string_view secret = "hunter2";
  const std::pair<std::string_view, std::string> cases[] = {
      {"type: url, secret: true", "hunter2"},
      {"type: email, secret: true", "hunter2"},
      {"type: list, items: email, secret: true", "ada@example.com,hunter2"},
      {"type: json, secret: true", "{\"hunter2\": 1, \"hunter2\": 2}"},
      {"type: json, secret: true", "hunter2"},
      {"type: json, secret: true, schema: {additionalProperties: false}", "{\"hunter2\": 1}"},
      {"type: json, secret: true, schema: {properties: {hunter2: {type: integer}}}",
       "{\"hunter2\": \"hunter2\"}"},
      {"type: string, secret: true, schema: {minLength: 20}", "hunter2"},
      {"type: string, secret: true, schema: {enum: [a]}", "hunter2"},
      {"type: list, secret: true", "hunter2,,"},
  };
  for (const auto& [keys, text] : cases) {
    const std::string shown = parsed(keys, text);
    EXPECT_TRUE(shown.starts_with("BED0902 x")) << keys << ": " << shown;
    EXPECT_EQ(shown.find(secret), std::string::npos) << keys << ": " << shown;
  }
}

TEST(SettingValue, CopiesAreEqualAndOtherValuesAreNot) {
  const Settings settings = one("type: list, items: int");
  const Shape& shape = settings.declared.front().shape;
  const auto a = parse_value(shape, "x", "1,2");
  const auto b = parse_value(shape, "x", "[1, 2]");
  const auto c = parse_value(shape, "x", "2,1");
  ASSERT_TRUE(a && b && c);
  EXPECT_TRUE(*a == *b);
  EXPECT_TRUE(a->clone() == *a);
  EXPECT_FALSE(*a == *c);
  EXPECT_FALSE(Value(std::int64_t{1}) == Value(1.0));
}

TEST(SettingValue, AValueOfAnotherTypeDoesNotFit) {
  const Settings settings = one("type: list, items: int");
  const Shape& shape = settings.declared.front().shape;
  EXPECT_EQ(test::render(check_value(shape, "x", Value(true))),
            "BED0902 x holds a value of another type -> write items with commas between them, or a "
            "JSON list: [\"one\", \"another\"]\n");
  Value::List list;
  list.emplace_back(true);
  EXPECT_EQ(check_value(shape, "x", Value(std::move(list))).size(), 1U);
}

}  // namespace
}  // namespace bedstone::config
