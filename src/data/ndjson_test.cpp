// NDJSON: values line by line, and what happens at lines that hold none.
#include "data/ndjson.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"
#include "data/json.hpp"

namespace bedstone::data {
namespace {

/// Each line's value as "LINE JSON", or its errors.
std::string read(files::Reader reader, Limits limits = {}) {
  NdjsonReader lines(std::move(reader), "f.ndjson", limits);
  std::string text;
  while (auto value = lines.next()) {
    if (*value) {
      EXPECT_EQ((*value)->mark().line, lines.line());
      text += fmt::format("{} {}\n", lines.line(), to_json(**value));
    } else {
      text += test::render(value->error());
    }
  }
  EXPECT_FALSE(lines.next().has_value());
  return text;
}

std::string read(std::string_view text, Limits limits = {}) {
  return read(files::Reader::over(text), limits);
}

TEST(Ndjson, EachLineIsAValueWithItsNumber) {
  EXPECT_EQ(read("{\"a\": 1}\n[2]\n3"), "1 {\"a\":1}\n2 [2]\n3 3\n");
  EXPECT_EQ(read("1\n"), "1 1\n");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("\n\n"), "");
  EXPECT_EQ(read("\xEF\xBB\xBF{\"a\": 1}\r\n\r\n \t\r\n\"x\"\r\n"), "1 {\"a\":1}\n4 \"x\"\n");
}

TEST(Ndjson, AfterABrokenLineReadingGoesOn) {
  EXPECT_EQ(
      read("{\"a\": 1}\n{\"a\": \n  {\"a\": 1, \"a\": 2}\n\"caf\xE9\"\n\"open\n1 2\n{}"),
      "1 {\"a\":1}\n"
      "f.ndjson:2:7 BED0708 f.ndjson is not valid JSON: the line ends where a value is expected "
      "-> write the whole value on one line, or name the file .json\n"
      "f.ndjson:3:12 BED0103 the key a stands here a second time (the first one is in line 3, "
      "column 4) -> keep one of the two\n"
      "f.ndjson:4:5 BED0015 f.ndjson is not UTF-8 (the byte 0xE9 at offset 4 begins no character) "
      "-> convert it: iconv -f latin1 -t utf-8 f.ndjson -o f.ndjson.utf8\n"
      "f.ndjson:5:1 BED0708 f.ndjson is not valid JSON: text in quotes is never closed (the line "
      "ends before) -> write the whole value on one line, or name the file .json\n"
      "f.ndjson:6:3 BED0708 f.ndjson is not valid JSON: the value has ended, and then comes a "
      "digit -> write one value per line\n"
      "7 {}\n");
}

TEST(Ndjson, ALineMayBeAsLongAsTheLimitAndNoLonger) {
  Limits limits;
  limits.file_bytes = 8;
  EXPECT_EQ(read("\"123456\"\n\"1234567\"\n2\n\"1234567\"", limits),
            "1 \"123456\"\n"
            "f.ndjson:2:1 BED0104 a line of f.ndjson is longer than 0 MiB -> write one value per "
            "line; name a file that is one value .json\n"
            "3 2\n"
            "f.ndjson:4:1 BED0104 a line of f.ndjson is longer than 0 MiB -> write one value per "
            "line; name a file that is one value .json\n");
}

TEST(Ndjson, Utf16IsOneErrorAndNotOnePerLine) {
  const std::string text = read(std::string_view("\xFF\xFE{\0}\0\n\0{\0}\0", 12));
  EXPECT_NE(text.find("iconv -f utf-16"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST(Ndjson, LinesOfAFileComeThroughWhereverItsPiecesEnd) {
  const test::TemporaryFolder folder;
  std::string text, expected;
  for (unsigned i = 1; i <= 3000; ++i) {
    const std::string value = fmt::format("\"{}\"", std::string(i % 211, 'x'));
    text += value + "\n";
    expected += fmt::format("{} {}\n", i, value);
  }
  folder.write("f.ndjson", text);
  auto reader = files::Reader::open(folder.path("f.ndjson"));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(read(*std::move(reader)), expected);
  EXPECT_EQ(read("\"" + std::string(200'000, 'y') + "\"\n1"),
            "1 \"" + std::string(200'000, 'y') + "\"\n2 1\n");
}

}  // namespace
}  // namespace bedstone::data
