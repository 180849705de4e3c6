// YAML: what the tree says, and what is refused with which words.
#include "data/yaml.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/files.hpp"
#include "base/test_support.hpp"

namespace bedstone::data {
namespace {

using Type = Node::Type;

Document parsed(std::string_view text) {
  auto document = parse_yaml("f.yaml", text);
  EXPECT_TRUE(document.has_value()) << text << "\n" << test::render(document.error());
  return document ? *std::move(document) : Document{{}, {"f.yaml"}};
}

std::string refused(std::string_view text, Limits limits = {}) {
  const auto document = parse_yaml("f.yaml", text, limits);
  return document ? "parsed" : test::render(document.error());
}

/// The tree on one line, with the place of each scalar.
std::string dump(const Node& node) {
  std::string text;
  if (node.is_sequence()) {
    for (const Node& item : node.items())
      text += (text.empty() ? "" : ", ") + dump(item);
    return "[" + text + "]";
  }
  if (node.is_mapping()) {
    for (const Entry& entry : node.entries())
      text += (text.empty() ? "" : ", ") + entry.key + ": " + dump(entry.value);
    return "{" + text + "}";
  }
  return node.text();
}

TEST(Yaml, PlainScalarsAreTypedByTheCoreSchemaOfYaml12) {
  struct Row {
    std::string_view text;
    Type type;
  };
  static constexpr Row kRows[] = {
      {"", Type::kNull},        {"~", Type::kNull},          {"null", Type::kNull},
      {"NULL", Type::kNull},    {"nUll", Type::kText},       {"true", Type::kBool},
      {"False", Type::kBool},   {"no", Type::kText},         {"yes", Type::kText},
      {"on", Type::kText},      {"off", Type::kText},        {"y", Type::kText},
      {"tRUE", Type::kText},    {"0", Type::kInteger},       {"-12", Type::kInteger},
      {"+7", Type::kInteger},   {"007", Type::kInteger},     {"0o17", Type::kInteger},
      {"0xFF", Type::kInteger}, {"-0x1", Type::kText},       {"0o8", Type::kText},
      {"1_000", Type::kText},   {"12:30:45", Type::kText},   {"1.5", Type::kFloat},
      {"1.", Type::kFloat},     {".5", Type::kFloat},        {"-2e-3", Type::kFloat},
      {"1e5", Type::kFloat},    {"1e", Type::kText},         {".", Type::kText},
      {"-", Type::kText},       {"+", Type::kText},          {".inf", Type::kFloat},
      {"-.INF", Type::kFloat},  {".nan", Type::kFloat},      {"+.nan", Type::kText},
      {"1.2.3", Type::kText},   {"2026-11-20", Type::kText}, {"0x", Type::kText},
      {"1e+5x", Type::kText},   {"60s", Type::kText},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(Node::scalar(std::string(row.text), true, {}).type(), row.type) << row.text;
    EXPECT_EQ(Node::scalar(std::string(row.text), false, {}).type(), Type::kText) << row.text;
  }
}

TEST(Yaml, NumbersAreReadExactlyOrNotAtAll) {
  const auto integer = [](std::string_view text) {
    return Node::scalar(std::string(text), true, {}).as_integer();
  };
  const auto number = [](std::string_view text) {
    return Node::scalar(std::string(text), true, {}).as_number();
  };
  EXPECT_EQ(integer("0o17"), 15);
  EXPECT_EQ(integer("0xFf"), 255);
  EXPECT_EQ(integer("+7"), 7);
  EXPECT_EQ(integer("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(integer("9223372036854775808"), std::nullopt);
  EXPECT_EQ(number("9223372036854775808"), 9223372036854775808.0);
  EXPECT_EQ(integer("1.0"), std::nullopt);
  EXPECT_EQ(number("1."), 1.0);
  EXPECT_EQ(number("-.5e1"), -5.0);
  EXPECT_EQ(number("+.inf"), HUGE_VAL);
  EXPECT_EQ(number("-.inf"), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(*number(".NaN")));
  EXPECT_EQ(number("12x"), std::nullopt);
  EXPECT_EQ(Node::scalar("True", true, {}).as_bool(), true);
  EXPECT_EQ(Node::scalar("True", false, {}).as_bool(), std::nullopt);
}

TEST(Yaml, ScalarsKeepTheirTextStyleAndPlace) {
  const Document document = parsed(
      "version: 007\n"
      "quoted: 'it''s'\n"
      "list:\n"
      "  - \"a\\tb\"\n"
      "  - |\n"
      "    two\n"
      "    lines\n"
      "typed: !!str 12\n"
      "number: !!int \"12\"\n"
      "größe: größer\n");
  const Node& root = document.root;
  EXPECT_EQ(root.find("version")->text(), "007");
  EXPECT_EQ(root.find("quoted")->text(), "it's");
  EXPECT_FALSE(root.find("quoted")->plain());
  EXPECT_EQ(root.find("list")->items()[0].text(), "a\tb");
  EXPECT_EQ(root.find("list")->items()[1].text(), "two\nlines\n");
  EXPECT_EQ(root.find("typed")->type(), Type::kText);
  EXPECT_EQ(root.find("number")->type(), Type::kInteger);
  const Place place = document.place(root.find("list")->items()[1].mark());
  EXPECT_EQ(place.file, "f.yaml");
  EXPECT_EQ(place.line, 5U);
  EXPECT_EQ(place.column, 5U);
  // Columns count bytes: the key before it has seven.
  EXPECT_EQ(root.find("größe")->mark().column, 10U);
  EXPECT_EQ(root.find("größe")->mark().line, 10U);
}

TEST(Yaml, ColumnsCountBytesOnLongLinesOfManyNodes) {
  const Document document = parsed("[ä, ö, ü]\r\n");
  const auto& items = document.root.items();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0].mark().column, 2U);
  EXPECT_EQ(items[1].mark().column, 6U);
  EXPECT_EQ(items[2].mark().column, 10U);
}

TEST(Yaml, TreesAreReadAsWritten) {
  struct Row {
    std::string_view text, tree;
  };
  static constexpr Row kRows[] = {
      {"", ""},
      {"# only a comment\n", ""},
      {"\xEF\xBB\xBF"
       "a: 1",
       "{a: 1}"},
      {"---\na: 1\n...\n", "{a: 1}"},
      {"%YAML 1.2\n---\na: 1\n", "{a: 1}"},
      {"b: 1\na: 2\n", "{b: 1, a: 2}"},
      {"a: {b: [1, {c: d}], e: ''}\r\n", "{a: {b: [1, {c: d}], e: }}"},
      {"url: ${DATABASE_URL:-sqlite:data/hub.db}\n", "{url: ${DATABASE_URL:-sqlite:data/hub.db}}"},
      {"a: &x [1, 2]\nb: *x\n", "{a: [1, 2], b: [1, 2]}"},
      {"a: &x 1\n*x : 2\n", "{a: 1, 1: 2}"},
      {"a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}"},
      {"base: &b {a: 1, b: 2}\nc:\n  <<: *b\n  b: 3\n", "{base: {a: 1, b: 2}, c: {b: 3, a: 1}}"},
      {"c:\n  b: 3\n  <<: {b: 1, d: 4}\n", "{c: {b: 3, d: 4}}"},
      {"x: &x {a: 1}\ny: &y {a: 2, b: 2}\nz: {<<: [*x, *y]}\n",
       "{x: {a: 1}, y: {a: 2, b: 2}, z: {a: 1, b: 2}}"},
      {"x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nz: {<<: *y}\n",
       "{x: {a: 1}, y: {b: 2, a: 1}, z: {b: 2, a: 1}}"},
      {"\"<<\": 1\n", "{<<: 1}"},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(dump(parsed(row.text).root), row.tree) << row.text;
}

TEST(Yaml, WhatCannotBeReadIsRefusedWithPlaceAndAdvice) {
  struct Row {
    std::string_view text, errors;
  };
  static const Row kRows[] = {
      {"a: b: c\n",
       "f.yaml:1:5 BED0102 f.yaml is not valid YAML: mapping values are not allowed in this "
       "context -> put quotes around text that holds a colon and a space, and check the line's "
       "indentation\n"},
      {"a: 1\n  b: 2\n",
       "f.yaml:2:4 BED0102 f.yaml is not valid YAML: mapping values are not allowed in this "
       "context -> put quotes around text that holds a colon and a space, and check the line's "
       "indentation\n"},
      {"a:\n\tb: 1\n",
       "f.yaml:2:1 BED0102 f.yaml is not valid YAML: found character that cannot start any token "
       "(while scanning for the next token that begins in line 2, column 1) -> indent with spaces: "
       "YAML allows no tabs there\n"},
      {"a: @home\n",
       "f.yaml:1:4 BED0102 f.yaml is not valid YAML: found character that cannot start any token "
       "(while scanning for the next token that begins in line 1, column 4) -> put quotes around "
       "text that begins with this character\n"},
      {"größe: 'open\n",
       "f.yaml:1:10 BED0102 f.yaml is not valid YAML: found unexpected end of stream (while "
       "scanning a quoted scalar that begins in line 1, column 10) -> close the quote that was "
       "opened\n"},
      {"seeds: {auto: ${AUTO:-true}}\n",
       "f.yaml:1:16 BED0102 f.yaml is not valid YAML: did not find expected ',' or '}' (while "
       "parsing a flow mapping that begins in line 1, column 8) -> between { } and [ ] put quotes "
       "around ${…}: \"${NAME}\"\n"},
      {"database: {url: sqlite::memory:}\n",
       "f.yaml:1:31 BED0102 f.yaml is not valid YAML: found unexpected ':' (while scanning a plain "
       "scalar that begins in line 1, column 17) -> between { } and [ ] put quotes around text "
       "that "
       "holds :: or ends with a colon\n"},
      {"a: [1, 2\nb: 3\n",
       "f.yaml:2:2 BED0102 f.yaml is not valid YAML: did not find expected ',' or ']' (while "
       "parsing a flow sequence that begins in line 1, column 4) -> put a comma between the items, "
       "or close the bracket; quote text with , { } [ ]\n"},
      {"a:\n  - 1\n  b: 2\n",
       "f.yaml:3:3 BED0102 f.yaml is not valid YAML: did not find expected '-' indicator (while "
       "parsing a block collection that begins in line 2, column 3) -> begin every item of the "
       "list with \"- \", all at the same depth\n"},
      {"a: 1\nb\nc: 2\n",
       "f.yaml:3:1 BED0102 f.yaml is not valid YAML: could not find expected ':' (while scanning a "
       "simple key that begins in line 2, column 1) -> put a colon and a space after the key; text "
       "of several lines needs quotes or |\n"},
      {"ä: 1\nb: \x01\n",
       "f.yaml:2:4 BED0102 f.yaml is not valid YAML: control characters are not allowed -> write "
       "the character as an escape in double quotes, such as \"\\x07\"\n"},
      {"a: 1\n---\nb: 2\n",
       "f.yaml:2:1 BED0102 f.yaml holds several YAML documents -> keep one document per file: "
       "remove this --- and what follows, or move it to a file of its own\n"},
      {"{a: 1}: 2\n",
       "f.yaml:1:1 BED0102 a key is a mapping -> write keys as plain text; quote a key that begins "
       "with { or [\n"},
      {"? [a]\n: 2\n",
       "f.yaml:1:3 BED0102 a key is a list -> write keys as plain text; quote a key that begins "
       "with { or [\n"},
      {"x: &x [1]\n*x : 2\n",
       "f.yaml:2:1 BED0102 a key is an alias of a list or mapping -> write keys as plain text\n"},
      {"a: *hunter2\nb: !hunter2 x\n",
       "f.yaml:1:4 BED0102 this alias stands for nothing -> mark the value it means with &NAME "
       "above it; quote text that begins with *\n"
       "f.yaml:2:4 BED0102 this tag has no meaning here -> remove it; quote text that begins with "
       "!\n"},
      {"a: &a [*a]\n",
       "f.yaml:1:8 BED0102 this alias stands inside the very value that it names -> write out what "
       "is meant here\n"},
      {"a: {<<: 1}\n",
       "f.yaml:1:9 BED0102 the merge key << takes a mapping or a list of mappings -> name an "
       "anchor: <<: *base; quote \"<<\" if it is an ordinary key\n"},
      {"a: 1\nb:\n  c: 1\n  d: 2\n  'c': 3\na: 2\n",
       "f.yaml:5:3 BED0103 the key c stands here a second time (the first one is in line 3, column "
       "3) -> keep one of the two\n"
       "f.yaml:6:1 BED0103 the key a stands here a second time (the first one is in line 1, column "
       "1) -> keep one of the two\n"},
      {"x: &x {a: 1}\ny: {<<: *x, <<: *x}\n",
       "f.yaml:2:13 BED0103 the key << stands here a second time (the first one is in line 2, "
       "column 5) -> merge several mappings with one key: <<: [*a, *b]\n"},
      {"postgres://u:hunter2@h/db: 1\npostgres://u:hunter2@h/db: 1\n",
       "f.yaml:2:1 BED0103 the key of this text stands here a second time (the first one is in "
       "line "
       "1, column 1) -> keep one of the two\n"},
      {"a: 1\na: 2\nb: 'open\n",
       "f.yaml:2:1 BED0103 the key a stands here a second time (the first one is in line 1, column "
       "1) -> keep one of the two\n"
       "f.yaml:3:4 BED0102 f.yaml is not valid YAML: found unexpected end of stream (while "
       "scanning a quoted scalar that begins in line 3, column 4) -> close the quote that was "
       "opened\n"},
      {"a: 1\nb: caf\xE9\n",
       "f.yaml:2:7 BED0015 f.yaml is not UTF-8 (the byte 0xE9 at offset 11 begins no character) -> "
       "convert it: iconv -f latin1 -t utf-8 f.yaml -o f.yaml.utf8\n"},
      {"\xFF\xFE"
       "a\0:\0",
       "f.yaml:1:1 BED0015 f.yaml is not UTF-8 (the byte 0xFF at offset 0 begins "
       "no character) -> convert it: iconv -f utf-16 -t utf-8 f.yaml -o "
       "f.yaml.utf8\n"},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(refused(row.text), row.errors) << row.text;
}

TEST(Yaml, DuplicatesAreFoundInLargeMappingsToo) {
  std::string text;
  for (int i = 0; i < 40; ++i)
    text += fmt::format("key{}: {}\n", i, i);
  EXPECT_EQ(refused(text + "key7: again\n"),
            "f.yaml:41:1 BED0103 the key key7 stands here a second time (the first one is in line "
            "8, column 1) -> keep one of the two\n");
  EXPECT_EQ(refused(text), "parsed");
}

TEST(Yaml, NestingIsLimitedToHundredLevels) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_EQ(refused(nested(100)), "parsed");
  EXPECT_EQ(refused(nested(101)),
            "f.yaml:1:101 BED0104 f.yaml is nested deeper than 100 levels -> is it the right "
            "file?\n");
  // An alias must not be a way around it.
  EXPECT_EQ(
      refused("a: &a " + nested(99) + "\nb: [*a]\n"),
      "f.yaml:2:5 BED0104 the aliases of f.yaml nest deeper than 100 levels -> write out what "
      "is needed instead of aliases of aliases\n");
}

TEST(Yaml, AliasBombsAreRefusedBeforeTheyAreBuilt) {
  std::string bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i,
                        i - 1);
  }
  Limits limits;
  limits.alias_nodes = 20'000;
  const std::string expected =
      " BED0104 the aliases of f.yaml stand for more than 20000 values or 16 MiB -> write out "
      "what is needed instead of aliases of aliases\n";
  EXPECT_TRUE(refused(bomb, limits).ends_with(expected)) << refused(bomb, limits);

  std::string bytes = "a: &a " + std::string(1 << 20, 'x') + "\nb: [";
  for (int i = 0; i < 17; ++i)
    bytes += "*a, ";
  EXPECT_TRUE(refused(bytes + "]\n", limits).ends_with(expected)) << refused(bytes + "]\n", limits);

  std::string merges = "a: &a {k: v}\n";
  for (int i = 1; i < 30; ++i)
    merges += fmt::format("b{0}: &b{0} {{<<: [*{1}, *{1}]}}\n", i,
                          i == 1 ? "a" : fmt::format("b{}", i - 1));
  EXPECT_TRUE(refused(merges, limits).ends_with(expected)) << refused(merges, limits);
}

TEST(Yaml, ValuesAreCounted) {
  Limits limits;
  limits.nodes = 5;
  EXPECT_EQ(refused("[1, 2, 3]", limits), "parsed");
  EXPECT_EQ(refused("[1, 2, 3, 4, 5]", limits),
            "f.yaml:1:14 BED0104 f.yaml holds more than 5 values -> split the file, or keep the "
            "data as .csv or .ndjson\n");
}

TEST(Yaml, FilesThatCannotBeReadAreNamed) {
  const test::TemporaryFolder folder;
  const auto refused_file = [](const std::string& path, Limits limits = {}) {
    const auto document = read_yaml(path, limits);
    return document ? "parsed" : test::render(document.error());
  };
  EXPECT_EQ(refused_file(folder.path()),
            fmt::format("{0} BED0013 {0} is a folder -> name a file, or move what stands there out "
                        "of the way\n",
                        folder.path()));
  EXPECT_EQ(refused_file(folder.path("none.yaml")),
            fmt::format("{0} BED0010 {0} does not exist (No such file or directory) -> check the "
                        "path's spelling and the folder you are in\n",
                        folder.path("none.yaml")));
  // A sparse file: only its size can be why it is refused at once.
  folder.write("big.yaml", "");
  std::filesystem::resize_file(folder.path("big.yaml"), (16U << 20) + 1);
  EXPECT_EQ(refused_file(folder.path("big.yaml")),
            fmt::format("{0} BED0016 {0} is larger than the 16 MiB allowed here -> is it the right "
                        "file?\n",
                        folder.path("big.yaml")));
}

TEST(Yaml, AnOverlayMergesMappingsAndReplacesTheRest) {
  Document base = parsed("a: {b: 1, c: [1, 2], d: {e: 1}}\nf: x\n");
  auto over = parse_yaml("over.yaml", "a:\n  c: [3]\n  d: {g: 2}\n  b: {}\nh: y\n");
  ASSERT_TRUE(over.has_value());
  overlay(base, *std::move(over));
  EXPECT_EQ(dump(base.root), "{a: {b: {}, c: [3], d: {e: 1, g: 2}}, f: x, h: y}");
  const auto file_of = [&](const Node* node) { return base.place(node->mark()).file; };
  EXPECT_EQ(file_of(base.root.find("a")->find("c")), "over.yaml");
  EXPECT_EQ(file_of(&base.root.find("a")->find("c")->items()[0]), "over.yaml");
  EXPECT_EQ(file_of(base.root.find("a")->find("d")->find("e")), "f.yaml");
  EXPECT_EQ(file_of(base.root.find("f")), "f.yaml");
  overlay(base, parsed("# nothing\n"));
  EXPECT_EQ(dump(base.root), "{a: {b: {}, c: [3], d: {e: 1, g: 2}}, f: x, h: y}");
}

TEST(Yaml, DescriptionsRepeatNothingThatMayBeSecret) {
  const auto described = [](std::string_view text) {
    return describe(Node::scalar(std::string(text), false, {}));
  };
  EXPECT_EQ(described("60 seconds"), "the text \"60 seconds\"");
  EXPECT_EQ(described("postgresql://app:hunter2@db/hub"), "this text");
  EXPECT_EQ(described("host=db password=hunter2"), "this text");
  EXPECT_EQ(described(std::string(41, 'x')), "this text");
  Node node = Node::scalar("${A}", true, {});
  node.expand_to("hunter2", {"A", "B"});
  EXPECT_EQ(describe(node), "what ${A} and ${B} expands to");
}

}  // namespace
}  // namespace bedstone::data
