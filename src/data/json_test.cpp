// JSON: what the tree says, what is refused with which words, and how a tree is written.
#include "data/json.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"
#include "data/yaml.hpp"

namespace bedstone::data {
namespace {

Document parsed(std::string_view text) {
  auto document = parse_json("f.json", text);
  EXPECT_TRUE(document.has_value()) << text << "\n" << test::render(document.error());
  return document ? *std::move(document) : Document{{}, {"f.json"}};
}

std::string refused(std::string_view text, Limits limits = {}) {
  const auto document = parse_json("f.json", text, limits);
  return document ? "parsed" : test::render(document.error());
}

TEST(Json, ValuesKeepTheirTextAndAreTypedByWhatTheyAre) {
  struct Row {
    std::string_view json, text;
    Node::Type type;
  };
  using Type = Node::Type;
  static constexpr Row kRows[] = {
      {"null", "null", Type::kNull},
      {"true", "true", Type::kBool},
      {" false ", "false", Type::kBool},
      {"0", "0", Type::kInteger},
      {"-0", "-0", Type::kInteger},
      {"12345678901234567890123", "12345678901234567890123", Type::kInteger},
      {"-1.50", "-1.50", Type::kFloat},
      {"1E+5", "1E+5", Type::kFloat},
      {"0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827",
       Type::kFloat},
      {"\"\"", "", Type::kText},
      {"\"true\"", "true", Type::kText},
      {"\"007\"", "007", Type::kText},
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t", Type::kText},
      {R"("\u0041\u00e9\u20AC")", "A\u00e9\u20AC", Type::kText},
      {R"("\uD83D\uDE00\udbff\udfff")", "\U0001F600\U0010FFFF", Type::kText},
      {"\"größe \x7F\"", "größe \x7F", Type::kText},
      {"\xEF\xBB\xBF\"marked\"", "marked", Type::kText},
  };
  for (const Row& row : kRows) {
    const Document document = parsed(row.json);
    EXPECT_EQ(document.root.text(), row.text) << row.json;
    EXPECT_EQ(document.root.type(), row.type) << row.json;
  }
  EXPECT_EQ(parsed(R"("a\u0000b")").root.text(), std::string("a\0b", 3));
}

TEST(Json, EveryNodeAndKeyKnowsItsPlace) {
  const Document document = parsed(
      "{\n"
      "  \"name\": \"hub\",\r\n"
      "\t\"größe\": [1, {\"a\": null}],\n"
      "  \"none\": {}, \"nothing\": []\n"
      "}\n");
  const auto places = [&](const Node& node) {
    return fmt::format("{}:{}", node.mark().line, node.mark().column);
  };
  const Node& root = document.root;
  EXPECT_EQ(places(root), "1:1");
  EXPECT_EQ(places(*root.find("name")), "2:11");
  EXPECT_EQ(places(*root.find("größe")), "3:13");
  EXPECT_EQ(places(root.find("größe")->items()[0]), "3:14");
  EXPECT_EQ(places(root.find("größe")->items()[1]), "3:17");
  EXPECT_EQ(root.find("größe")->items()[1].entries()[0].key_mark.column, 18U);
  EXPECT_EQ(root.entries()[3].key_mark.line, 4U);
  EXPECT_EQ(root.entries()[3].key_mark.column, 15U);
  EXPECT_TRUE(root.find("none")->is_mapping());
  EXPECT_TRUE(root.find("nothing")->is_sequence());
  // Into a string without escapes one can point.
  EXPECT_EQ(root.find("name")->mark_of(2).column, 14U);
  EXPECT_EQ(parsed(R"("a\tb")").root.mark_of(2).column, 1U);
  EXPECT_EQ(document.place(root.find("name")->mark()).file, "f.json");
}

TEST(Json, MistakesAreNamedWithPlaceAndWayOut) {
  struct Row {
    std::string_view json, error;
  };
  static constexpr Row kRows[] = {
      {"",
       "1:1 the file ends where a value is expected -> was the file cut short? Compare it with "
       "where it came from"},
      {" \n ",
       "2:2 the file ends where a value is expected -> was the file cut short? Compare it "
       "with where it came from"},
      {"[1, 2",
       "1:1 a list is never closed (the file ends before) -> close it; was the file cut "
       "short?"},
      {"[1,\n",
       "1:1 a list is never closed (the file ends before) -> close it; was the file cut "
       "short?"},
      {"{\"a\"",
       "1:1 an object is never closed (the file ends before) -> close it; was the file "
       "cut short?"},
      {"{\"a\":",
       "1:6 the file ends where a value is expected -> was the file cut short? Compare "
       "it with where it came from"},
      {"{",
       "1:1 an object is never closed (the file ends before) -> close it; was the file cut "
       "short?"},
      {"[1, 2,]",
       "1:7 a value is expected, not ] -> remove the comma before the bracket, or write the value "
       "that is missing"},
      {"{\"a\": 1,\n}",
       "2:1 a key in double quotes is expected, not } -> remove the comma before "
       "the bracket, or write the value that is missing"},
      {"[1,,2]", "1:4 a value is expected, not , -> remove one of the commas, or write null"},
      {"[1 2]",
       "1:4 a comma or ] is expected, not a digit -> put a comma between two values, or "
       "close the bracket; \" within text is \\\""},
      {"{\"a\": \"say \"yes\"\"}",
       "1:13 a comma or } is expected, not a word -> put a comma between two values, or close the "
       "bracket; \" within text is \\\""},
      {"{a: 1}", "1:2 a key stands without quotes -> put keys between double quotes"},
      {"{'a': 1}", "1:2 a key in double quotes is expected, not ' -> JSON has double quotes only"},
      {"{\"a\" 1}", "1:6 a colon is expected behind the key, not a digit -> write \"key\": value"},
      {"// x\n1",
       "1:1 a value is expected, not / -> JSON has no comments; YAML has: a .yaml file "
       "takes JSON with comments that begin with #"},
      {"[True]",
       "1:2 a value is expected, not a word -> write true, false and null in small letters"},
      {"[nul]", "1:2 a value is expected, not a word -> put text between double quotes"},
      {"hunter2", "1:1 a value is expected, not a word -> put text between double quotes"},
      {"[NaN]",
       "1:2 a value is expected, not a word -> JSON has no such number: write null, or "
       "text in quotes"},
      {"-Infinity",
       "1:1 a value is expected, not - -> JSON has no such number: write null, or "
       "text in quotes"},
      {"+1",
       "1:1 a value is expected, not + -> write numbers as 1 or 0.5, without + and with a "
       "digit before the point"},
      {"[.5]",
       "1:2 a value is expected, not . -> write numbers as 1 or 0.5, without + and with a "
       "digit before the point"},
      {"-", "1:1 a number has no digits -> write a digit behind the minus"},
      {"[007]",
       "1:2 a number begins with 0 -> put quotes around it if the zeros belong to it, "
       "else remove them"},
      {"1.", "1:3 a digit is expected behind the point -> write 1.0 or 1"},
      {"1.e5", "1:3 a digit is expected behind the point -> write 1.0 or 1"},
      {"1e", "1:3 a digit is expected in the exponent -> write it as in 1e5"},
      {"0x1F",
       "1:2 a number goes on with a word -> put quotes around text, dates and hexadecimal "
       "numbers"},
      {"2026-11-20",
       "1:5 a number goes on with - -> put quotes around text, dates and hexadecimal numbers"},
      {"\"abc",
       "1:1 text in quotes is never closed (the file ends before) -> close it; was the "
       "file cut short?"},
      {"\"abc\\",
       "1:1 text in quotes is never closed (the file ends before) -> close it; was the "
       "file cut short?"},
      {"\"\\u12",
       "1:1 text in quotes is never closed (the file ends before) -> close it; was the "
       "file cut short?"},
      {"\"abc\ndef\"",
       "1:1 text in quotes does not end in its line -> close the quote, or write "
       "\\n for a line's end within the text"},
      {"\"a\tb\"", "1:3 a tab stands in text -> write it as \\t"},
      {"\"a\x01\"", "1:3 the control character 0x01 stands in text -> write it as \\u0001"},
      {R"("\x41")",
       "1:2 this escape has no meaning -> write \\\\ for a backslash; the others are "
       "\\\" \\/ \\b \\f \\n \\r \\t \\uXXXX"},
      {R"("\u12G4")", "1:2 \\u needs four hexadecimal digits -> write it as in \\u00e9"},
      {R"("\ud800")",
       "1:2 this escape is half a character -> write \\uD800 to \\uDBFF only with "
       "\\uDC00 to \\uDFFF behind it, or the character itself"},
      {R"("\udc00\ud800")",
       "1:2 this escape is half a character -> write \\uD800 to \\uDBFF only "
       "with \\uDC00 to \\uDFFF behind it, or the character itself"},
      {R"("\ud800\u0041")",
       "1:2 this escape is half a character -> write \\uD800 to \\uDBFF only "
       "with \\uDC00 to \\uDFFF behind it, or the character itself"},
      {"{}\n{}",
       "2:1 the value has ended, and then comes { -> a .json file holds one value; for "
       "one per line name it .ndjson"},
      {"[1] ]",
       "1:5 the value has ended, and then comes ] -> a .json file holds one value; for "
       "one per line name it .ndjson"},
  };
  for (const Row& row : kRows) {
    std::string error = refused(row.json);
    const std::string_view common = "BED0708 f.json is not valid JSON: ";
    const std::size_t at = error.find(common);
    ASSERT_NE(at, std::string::npos) << row.json << "\n" << error;
    error.erase(at, common.size());
    EXPECT_EQ(error, fmt::format("f.json:{}\n", row.error)) << row.json;
  }
}

TEST(Json, EveryDoubledKeyIsReportedAndSoIsTheSyntaxErrorBehindThem) {
  EXPECT_EQ(refused("{\"a\": 1, \"b\": {\"c\": 1, \"\\u0063\": 2},\n \"a\": 3, x}"),
            "f.json:1:24 BED0103 the key c stands here a second time (the first one is in line 1, "
            "column 16) -> keep one of the two\n"
            "f.json:2:2 BED0103 the key a stands here a second time (the first one is in line 1, "
            "column 2) -> keep one of the two\n"
            "f.json:2:10 BED0708 f.json is not valid JSON: a key stands without quotes -> put keys "
            "between double quotes\n");
  std::string many = "{\"k0\": 0";
  for (int i = 1; i < 40; ++i)
    many += fmt::format(", \"k{}\": {}", i, i);
  EXPECT_EQ(refused(many + "}"), "parsed");
  EXPECT_NE(refused(many + ", \"k7\": 0}").find("the key k7 stands here a second time"),
            std::string::npos);
}

TEST(Json, LimitsHoldAndWhatIsNoUtf8IsRefused) {
  Limits limits;
  limits.depth = 3;
  limits.nodes = 5;
  EXPECT_EQ(refused("[[[1]]]", limits), "parsed");
  EXPECT_EQ(refused("[[[\n[]]]]", limits),
            "f.json:2:1 BED0104 f.json is nested deeper than 3 levels -> is it the right file?\n");
  EXPECT_EQ(refused("[1,2,3,4]", limits), "parsed");
  EXPECT_EQ(refused("[1,2,3,4,5]", limits),
            "f.json:1:10 BED0104 f.json holds more than 5 values -> split the file, or keep the "
            "data as .csv or .ndjson\n");
  EXPECT_NE(refused(std::string(1'000'000, '[')).find("nested deeper than 100"), std::string::npos);
  EXPECT_EQ(refused("[\n\"caf\xE9\"]"),
            "f.json:2:5 BED0015 f.json is not UTF-8 (the byte 0xE9 at offset 6 begins no "
            "character) -> convert it: iconv -f latin1 -t utf-8 f.json -o f.json.utf8\n");
  EXPECT_NE(refused(std::string_view("\xFF\xFE[\0]\0", 6)).find("iconv -f utf-16"),
            std::string::npos);
}

TEST(Json, AFileIsReadWithinItsLimit) {
  const test::TemporaryFolder folder;
  folder.write("a.json", "{\"a\": [1]}");
  const auto document = read_json(folder.path("a.json"));
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->root.find("a")->items().size(), 1U);
  Limits limits;
  limits.file_bytes = 4;
  ASSERT_FALSE(read_json(folder.path("a.json"), limits).has_value());
  EXPECT_EQ(read_json(folder.path("a.json"), limits).error().front().code,
            ErrorCode::kFileTooLarge);
  EXPECT_EQ(read_json(folder.path("b.json")).error().front().code, ErrorCode::kFileMissing);
}

TEST(Json, WhatWasReadIsWrittenAsItWasWithoutTheBlanks) {
  static constexpr std::string_view kTexts[] = {
      "null",        "true",
      "-0",          "1E+5",
      "0.10",        "12345678901234567890123",
      R"("")",       R"("\"\\/\b\f\n\r\t\u0000\u001f")",
      "\"größe 😀\"", "[]",
      "{}",          R"([1,[],{"b":[null,"2"],"a":{}}])",
  };
  for (const std::string_view text : kTexts)
    EXPECT_EQ(to_json(parsed(text).root), text);
  EXPECT_EQ(to_json(parsed(" { \"a\" : [ 1 , 2 ] } ").root), R"({"a":[1,2]})");
  EXPECT_EQ(to_json(parsed(R"("\/\u00e9")").root), R"("/é")");
}

TEST(Json, WhatOnlyYamlCanSayIsWrittenAsTheSameValue) {
  struct Row {
    std::string_view yaml, json;
  };
  static constexpr Row kRows[] = {
      {"~", "null"},
      {"Null", "null"},
      {"True", "true"},
      {"FALSE", "false"},
      {"+7", "7"},
      {"007", "7"},
      {"-007.50", "-7.50"},
      {"00", "0"},
      {"0o17", "15"},
      {"0xFF", "255"},
      {"1.", "1"},
      {"+.5", "0.5"},
      {"-.5e-3", "-0.5e-3"},
      {"1.e5", "1e5"},
      {"yes", "\"yes\""},
      {".inf", "\".inf\""},
      {"'12'", "\"12\""},
      {"!!str 12", "\"12\""},
      {"[a, {b: }]", R"(["a",{"b":null}])"},
      {"0xFFFFFFFFFFFFFFFFF", "\"0xFFFFFFFFFFFFFFFFF\""},
  };
  for (const Row& row : kRows) {
    const auto document = parse_yaml("f.yaml", row.yaml);
    ASSERT_TRUE(document.has_value()) << row.yaml;
    EXPECT_EQ(to_json(document->root), row.json) << row.yaml;
  }
}

}  // namespace
}  // namespace bedstone::data
