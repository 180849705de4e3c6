// CSV: fields with their places, what is refused and where reading goes on, pieces and limits.
#include "data/csv.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/test_support.hpp"
#include "data/csv_scan.hpp"

namespace bedstone::data {
namespace {

/// "LINE [a] ["b"]" per record, quotes around quoted fields; errors as lines.
std::string read(CsvReader& csv) {
  std::string result;
  while (const auto record = csv.next()) {
    if (!*record) {
      result += test::render({record->error()});
      continue;
    }
    result += std::to_string((*record)->line);
    for (const CsvField& field : (*record)->fields)
      result += fmt::format(" [{0}{1}{0}]", field.quoted ? "\"" : "", field.text);
    result += '\n';
  }
  EXPECT_FALSE(csv.next().has_value());
  return result;
}

std::string read(std::string_view text, CsvFormat format = {}, Limits limits = {}) {
  CsvReader csv(files::Reader::over(text), "f.csv", std::move(format), limits);
  return read(csv);
}

// shows: E1
TEST(Csv, RecordsEndWithAnyLineEndAndEmptyLinesAreNone) {
  EXPECT_EQ(read("a,b\n1,2\n"), "1 [a] [b]\n2 [1] [2]\n");
  EXPECT_EQ(read("a,b\r\n1,2\r\n"), "1 [a] [b]\n2 [1] [2]\n");
  EXPECT_EQ(read("a,b\r1,2\r"), "1 [a] [b]\n2 [1] [2]\n");
  EXPECT_EQ(read("\n\r\n\ra\n\n\n1"), "4 [a]\n7 [1]\n");
  EXPECT_EQ(read("a,b"), "1 [a] [b]\n");
  EXPECT_EQ(read("a,"), "1 [a] []\n");
  EXPECT_EQ(read(",\n,"), "1 [] []\n2 [] []\n");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("\n\n"), "");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,b\n"),
            "1 [a] [b]\n");
  EXPECT_EQ(read("\xEF\xBB\xBF"), "");
  EXPECT_EQ(read(" a , b \n"), "1 [ a ] [ b ]\n");
}

TEST(Csv, QuotesHoldDelimitersLineEndsAndQuotes) {
  EXPECT_EQ(read("\"a,b\",\"c\nd\",\"e\r\nf\",g\n\"\"\n"),
            "1 [\"a,b\"] [\"c\nd\"] [\"e\r\nf\"] [g]\n4 [\"\"]\n");
  EXPECT_EQ(read("\"say \"\"yes\"\"\",\"\"\"\",\"\"\"\"\"\""),
            "1 [\"say \"yes\"\"] [\"\"\"] [\"\"\"\"]\n");
  EXPECT_EQ(read("a;\"b;c\"\n", {';', "utf-8"}), "1 [a] [\"b;c\"]\n");
  EXPECT_EQ(read("a\tb,c\n", {'\t', "utf-8"}), "1 [a] [b,c]\n");
}

TEST(Csv, OnlyAFieldWithoutQuotesStandsForNull) {
  CsvReader csv(files::Reader::over(",\"\",NULL,\"NULL\""), "f.csv");
  const auto record = csv.next();
  const auto fields = (*record)->fields;
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_TRUE(fields[0].stands_for(""));
  EXPECT_FALSE(fields[1].stands_for(""));
  EXPECT_TRUE(fields[2].stands_for("NULL"));
  EXPECT_FALSE(fields[3].stands_for("NULL"));
}

TEST(Csv, EveryFieldKnowsItsPlace) {
  CsvReader csv(files::Reader::over("\xEF\xBB\xBFid,größe,x\r\n\"1\n2\",ab,\"c\r\nd\",e\r\n7,,8"),
                "f.csv");
  std::string places;
  while (const auto record = csv.next()) {
    for (const CsvField& field : (*record)->fields)
      places += fmt::format("{}:{} ", field.line, field.column);
  }
  EXPECT_EQ(places, "1:1 1:4 1:12 2:1 3:4 3:7 4:4 5:1 5:3 5:4 ");
}

TEST(Csv, AfterABrokenRecordReadingGoesOnInTheNextLine) {
  EXPECT_EQ(read("a,b\n1,\"x\" y\n2,5\" disk\n3, \"z\"\n4,\"never\n5,6\n"),
            "1 [a] [b]\n"
            "f.csv:2:6 BED0708 f.csv is not valid CSV: text follows a closing quote -> double the "
            "quotes within text: \"say \"\"yes\"\"\"; the field begins in line 2\n"
            "f.csv:3:4 BED0708 f.csv is not valid CSV: a quote stands in a field that does not "
            "begin with one -> put the whole field between quotes and double those within: "
            "\"5\"\" disk\"; no blank may stand before the first\n"
            "f.csv:4:4 BED0708 f.csv is not valid CSV: a quote stands in a field that does not "
            "begin with one -> put the whole field between quotes and double those within: "
            "\"5\"\" disk\"; no blank may stand before the first\n"
            "f.csv:5:3 BED0708 f.csv is not valid CSV: a quote is opened and never closed -> close "
            "it behind the field's text; quotes within text are doubled\n"
            "6 [5] [6]\n");
  EXPECT_EQ(read("a,\"b\nc\"d\re"),
            "f.csv:2:3 BED0708 f.csv is not valid CSV: text follows a closing quote -> double the "
            "quotes within text: \"say \"\"yes\"\"\"; the field begins in line 1\n3 [e]\n");
  EXPECT_EQ(read(std::string_view("a\0b,c\n\"d\0\"\n1", 12)),
            "f.csv:1:2 BED0708 f.csv is not valid CSV: a byte is zero, which text does not hold -> "
            "is it a text file? A file that was saved as Unicode may want encoding: utf-16\n"
            "f.csv:2:3 BED0708 f.csv is not valid CSV: a byte is zero, which text does not hold -> "
            "is it a text file? A file that was saved as Unicode may want encoding: utf-16\n"
            "3 [1]\n");
}

TEST(Csv, HeaderSaysHowManyFieldsARecordHas) {
  CsvReader csv(
      files::Reader::over("id,name,email\n1,a,b\n2,c\n3\n4,d,e,f\n5,\"g\n\",h,i,j\n6,k,l"),
      "f.csv");
  auto names = csv.header();
  ASSERT_TRUE(names.has_value());
  EXPECT_EQ(*names, (std::vector<std::string>{"id", "name", "email"}));
  EXPECT_EQ(read(csv),
            "2 [1] [a] [b]\n"
            "f.csv:3:3 BED0708 f.csv is not valid CSV: a record has 2 fields where 3 are expected "
            "(the field email is missing) -> write an empty field for what has no value; is the "
            "delimiter right?\n"
            "f.csv:4:1 BED0708 f.csv is not valid CSV: a record has 1 field where 3 are expected "
            "(the field name is missing) -> write an empty field for what has no value; is the "
            "delimiter right?\n"
            "f.csv:5:7 BED0708 f.csv is not valid CSV: a record has 4 fields where 3 are expected "
            "(the first one too many stands here) -> put quotes around text that holds the "
            "delimiter\n"
            "f.csv:7:5 BED0708 f.csv is not valid CSV: a record has 5 fields where 3 are expected "
            "(the first one too many stands here) -> put quotes around text that holds the "
            "delimiter\n"
            "8 [6] [k] [l]\n");
}

TEST(Csv, WithoutAHeaderWhoKnowsTheColumnsSaysThem) {
  CsvReader csv(files::Reader::over("1,a\n2\n"), "f.csv");
  csv.expect({"id", "name"});
  EXPECT_EQ(read(csv),
            "1 [1] [a]\n"
            "f.csv:2:1 BED0708 f.csv is not valid CSV: a record has 1 field where 2 are expected "
            "(the field name is missing) -> write an empty field for what has no value; is the "
            "delimiter right?\n");
}

TEST(Csv, AHeaderThatNamesNoColumnsIsRefused) {
  const auto refused = [](std::string_view text) {
    const auto names = CsvReader(files::Reader::over(text), "f.csv").header();
    return names ? "taken" : test::render(names.error());
  };
  EXPECT_EQ(refused(""),
            "f.csv:1:1 BED0708 f.csv is not valid CSV: it is empty, and a header is "
            "expected -> write the names of the columns into the first line\n");
  EXPECT_EQ(refused("a,,b,a\n"),
            "f.csv:1:3 BED0708 f.csv is not valid CSV: a column has no name -> write one into the "
            "header\n"
            "f.csv:1:6 BED0708 f.csv is not valid CSV: the column a stands twice in the header -> "
            "rename or remove one of the two\n");
  EXPECT_EQ(refused("a;b\n1;2"),
            "f.csv:1:1 BED0708 f.csv is not valid CSV: the header is one field, and holds another "
            "delimiter -> say delimiter: \";\"\n");
  EXPECT_EQ(refused("a\tb\n1\t2"),
            "f.csv:1:1 BED0708 f.csv is not valid CSV: the header is one field, and holds another "
            "delimiter -> say delimiter: tab\n");
  EXPECT_EQ(refused("\"a;b\"\n"), "taken");
  EXPECT_NE(refused("a\"\n").find("f.csv:1:2"), std::string::npos);
}

TEST(Csv, EncodingsAreDecodedAndWhatIsNoTextIsNamedWithItsPlace) {
  EXPECT_EQ(read("caf\xE9,\x80\n", {',', "latin-1"}), "1 [caf\u00e9] [\u0080]\n");
  EXPECT_EQ(read("caf\xE9,\x80\n", {',', "Windows-1252"}), "1 [caf\u00e9] [\u20ac]\n");
  EXPECT_EQ(read(std::string_view("\xFF\xFE"
                                  "a\0,\0\xAC\x20\n\0",
                                  10),
                 {',', "utf-16"}),
            "1 [a] [\u20ac]\n");
  EXPECT_EQ(read("a,gr\xC3\xB6\xC3\x9F"
                 "e\n\"x\r\n\xE9\",1\n2,3\n"),
            "1 [a] [größe]\n"
            "f.csv:3:1 BED0015 f.csv is not UTF-8 (the byte 0xE9 begins no character) -> say which "
            "encoding it is: windows-1252 is what old spreadsheets write\n"
            "4 [2] [3]\n");
  EXPECT_EQ(read("a\n1\x81\n2", {',', "windows-1252"}),
            "1 [a]\n"
            "f.csv:2:2 BED0708 f.csv is not windows-1252 (what stands here is no character of it) "
            "-> say another encoding; windows-1252 is what old spreadsheets write\n"
            "3 [2]\n");
  EXPECT_EQ(read(std::string_view("\xFF\xFE"
                                  "a\0\n\0b\0",
                                  8)),
            "f.csv:1:1 BED0015 f.csv is not UTF-8 (it begins with the byte-order mark of UTF-16) "
            "-> say encoding: utf-16\n");
  EXPECT_EQ(read("a", {',', "utf8-"}), "1 [a]\n");
  EXPECT_EQ(read("a", {',', "windows-1262"}),
            "f.csv BED0708 there is no encoding windows-1262 -> did you mean windows-1252?\n");
  EXPECT_EQ(read("a", {'"', "utf-8"}),
            "f.csv BED0708 the delimiter cannot be this character -> use a comma, a semicolon, a "
            "tab or another ASCII character\n");
}

TEST(Csv, LimitsHoldAndAreNoEndOfTheFile) {
  Limits limits;
  limits.file_bytes = 100'000;
  const std::string open = "1\n2,\"" + std::string(200'000, 'x') + "\n3\n";
  EXPECT_EQ(read(open, {}, limits),
            "1 [1]\nf.csv:2:3 BED0104 a record of f.csv is longer than 0 MiB -> is the quote that "
            "is opened here closed?\n3 [3]\n");
  EXPECT_EQ(read("1\n" + std::string(200'000, 'x') + "\r\n3\n", {}, limits),
            "1 [1]\nf.csv:2:1 BED0104 a record of f.csv is longer than 0 MiB -> is it a CSV file?\n"
            "3 [3]\n");
  EXPECT_EQ(read(std::string(csv::kMostFields, ',') + "\n2"),
            "f.csv:1:10001 BED0104 f.csv is not valid CSV: a record has more than 10000 fields -> "
            "is it the right file, and the right delimiter?\n2 [2]\n");
  const std::string most(csv::kMostFields - 1, ',');
  CsvReader csv(files::Reader::over(most), "f.csv");
  EXPECT_EQ((*csv.next())->fields.size(), csv::kMostFields);
}

TEST(Csv, RecordsComeThroughWhereverThePiecesOfAFileEnd) {
  const test::TemporaryFolder folder;
  std::mt19937 random(7);
  static constexpr std::string_view kEnds[] = {"\n", "\r\n", "\r"};
  std::string text, expected;
  unsigned line = 1;
  for (unsigned i = 1; i <= 6000; ++i) {
    const std::string plain(random() % 97, 'x');
    const std::string quoted(random() % 97, 'y');
    text += fmt::format("{},\"{}\r\n\"\"é\"{}", plain, quoted, kEnds[random() % 3]);
    expected += fmt::format("{} [{}] [\"{}\r\n\"é\"]\n", line, plain, quoted);
    line += 2;
  }
  folder.write("f.csv", text);
  auto reader = files::Reader::open(folder.path("f.csv"));
  ASSERT_TRUE(reader.has_value());
  CsvReader csv(*std::move(reader), "f.csv");
  EXPECT_EQ(read(csv), expected);
  // One record over several pieces.
  EXPECT_EQ(read("\"" + std::string(300'000, 'y') + "\"\n1"),
            "1 [\"" + std::string(300'000, 'y') + "\"]\n2 [1]\n");
  // What needs its neighbour to be understood, at each side of a piece's end.
  for (const std::size_t before : {65'533U, 65'534U, 65'535U, 65'536U}) {
    const std::string x(before, 'x');
    EXPECT_EQ(read(x + "\r\n1,2"), "1 [" + x + "]\n2 [1] [2]\n");
    const std::string y(before - 3, 'x');
    EXPECT_EQ(read("\"" + y + "\"\"\",1"), "1 [\"" + y + "\"\"] [1]\n");
    EXPECT_EQ(
        read("\"" + y + "\r\n\",\"1\"\n2\"\r\n3"),
        "1 [\"" + y +
            "\r\n\"] [\"1\"]\n"
            "f.csv:3:2 BED0708 f.csv is not valid CSV: a quote stands in a field that does not "
            "begin with one -> put the whole field between quotes and double those within: "
            "\"5\"\" disk\"; no blank may stand before the first\n4 [3]\n");
  }
}

TEST(Csv, ScanningSixteenBytesFindsWhatScanningBytewiseFinds) {
  std::mt19937 random(11);
  static constexpr char kBytes[] = {'a', 'b', 'x', '\xC3', '\xA9', ',', '"', '\n', '\r', '\0', ';'};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t i = random() % 60; i > 0; --i)
      text.push_back(kBytes[random() % (random() % 4 == 0 ? sizeof kBytes : 5)]);
    text.append(csv::kPadding, '\n');
    bool ascii = true;
    bool ascii_bytewise = true;
    EXPECT_EQ(csv::next_special(text.data(), ';', ascii),
              csv::next_special_bytewise(text.data(), ';', ascii_bytewise));
    EXPECT_EQ(ascii, ascii_bytewise) << text;
  }
}

}  // namespace
}  // namespace bedstone::data
