// shows: P9
#include <gtest/gtest.h>

#include "sql/split_for_tests.hpp"

namespace bedstone::sql {
namespace {

constexpr Flavor kPg = Flavor::kPostgres;
constexpr Flavor kLite = Flavor::kSqlite;

struct Case {
  std::string_view what;
  Flavor flavor;
  std::string_view script;
  std::size_t before;  ///< How many statements come before the fault.
  ErrorCode code;
  std::uint32_t line, column;
  std::string_view says;  ///< A part of the message or of the hint.
};

using enum ErrorCode;
using namespace std::string_view_literals;

const Case kCases[] = {
    {"an open string", kPg, "SELECT 1;\nSELECT 'it's';\nSELECT 2;", 1, kSqlUnterminated, 2, 13,
     "string that is opened here is never closed"},
    {"an open name", kPg, "SELECT\n  \"a;\n", 0, kSqlUnterminated, 2, 3, "quoted name"},
    {"an open name of SQLite", kLite, "SELECT [a;", 0, kSqlUnterminated, 1, 8, "quoted name"},
    {"an open comment", kLite, "SELECT 1; /* a", 1, kSqlUnterminated, 1, 11, "comment"},
    {"a nested comment closed once", kPg, "/* a /* b */\nSELECT 1;", 0, kSqlUnterminated, 1, 1,
     "every /* inside needs its own"},
    {"an open dollar quote", kPg, "DO $a$ $b$ $$;\nEND;", 0, kSqlUnterminated, 1, 4,
     "the same $tag$"},
    {"an E string that escapes its quote", kPg, "SELECT E'a\\';", 0, kSqlUnterminated, 1, 8,
     "string"},
    {"an open parenthesis", kPg, "CREATE TABLE t (\n a int;\nSELECT 1;", 0, kSqlUnterminated, 1, 16,
     "add the missing )"},
    {"an open parenthesis of SQLite", kLite, "SELECT (1", 0, kSqlUnterminated, 1, 8, "parenthesis"},
    {"an open BEGIN ATOMIC", kPg,
     "CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT 1; SELECT 2;", 0, kSqlUnterminated, 2, 1,
     "needs its own ;"},
    {"an open trigger", kLite, "CREATE TRIGGER t AFTER INSERT ON a\n  BEGIN SELECT 1;\nSELECT 2;",
     0, kSqlUnterminated, 2, 3, "then comes END;"},
    {"\\i", kPg, "SELECT 1;\n  \\i other.sql\n", 1, kSqlMetaCommand, 2, 3,
     "\\i is a command of psql"},
    {"\\connect", kPg, "\\connect shop\nSELECT 1", 0, kSqlMetaCommand, 1, 1, "--database"},
    {"\\copy", kPg, "\\copy t from 'x.csv'", 0, kSqlMetaCommand, 1, 1, "COPY … FROM stdin;"},
    {"\\set", kPg, "\\set x 1\n", 0, kSqlMetaCommand, 1, 1, "variables"},
    {"\\gexec behind a statement", kPg, "SELECT 1 \\gexec\n", 0, kSqlMetaCommand, 1, 10, "EXECUTE"},
    {"\\g", kPg, "SELECT 1\\g\n", 0, kSqlMetaCommand, 1, 9, "end the statement with ;"},
    {"\\;", kPg, "SELECT 1\\; SELECT 2;\n", 0, kSqlMetaCommand, 1, 9, "\\; is a command of psql"},
    {"\\dt", kPg, "\\dt\n", 0, kSqlMetaCommand, 1, 1, "only looks"},
    {"\\if", kPg, "\\if :x\nSELECT 1;\n\\endif", 0, kSqlMetaCommand, 1, 1, "DO block"},
    {"\\! with a program", kPg, "\\!rm -r x", 0, kSqlMetaCommand, 1, 1, "runs no programs"},
    {"\\. without COPY", kPg, "SELECT 1;\n\\.\n", 1, kSqlMetaCommand, 2, 1,
     "no COPY … FROM stdin; before it"},
    {"\\restrict inside a statement", kPg, "SELECT\n\\restrict x\n1;", 0, kSqlMetaCommand, 2, 1,
     "\\restrict is a command"},
    {"an unknown command", kPg, "\\foo", 0, kSqlMetaCommand, 1, 1, "\\foo is a command"},
    {"a lone backslash", kPg, "SELECT \\ ", 0, kSqlMetaCommand, 1, 8, "E'…'"},
    {".read", kLite, "SELECT 1;\n.read other.sql\n", 1, kSqlMetaCommand, 2, 1,
     ".read is a command of the sqlite3 shell"},
    {".mode", kLite, ".mode csv\nSELECT 1", 0, kSqlMetaCommand, 1, 1, "remove the line"},
    {".import", kLite, ".import a.csv t", 0, kSqlMetaCommand, 1, 1, "INSERT statements"},
    {"a NUL byte", kPg, "SELECT 1;\nSELECT '\0';"sv, 1, kNotUtf8, 2, 9, "0x00"},
    {"Latin-1", kPg, "SELECT 1;\n\nSELECT 'caf\xE9';"sv, 1, kNotUtf8, 3, 12, "iconv -f LATIN1"},
    {"a character cut by the end", kLite, "SELECT '\xE2\x82"sv, 0, kNotUtf8, 1, 9, "not UTF-8"},
    {"UTF-16", kPg, "\xFF\xFES\0E\0"sv, 0, kNotUtf8, 1, 1, "iconv -f UTF-16"},
    {"a surrogate", kPg, "-- \xED\xA0\x80"sv, 0, kNotUtf8, 1, 4, "not UTF-8"},
    {"a bad byte in COPY data", kPg, "COPY t FROM stdin;\na\n\xFF\n\\.\n"sv, 1, kNotUtf8, 3, 1,
     "0xFF"},
    {"text behind COPY", kPg, "COPY t FROM stdin; SELECT 1;\n1\n\\.\n", 0, kSqlSyntax, 1, 19,
     "line of its own"},
    {"COPY data without an end", kPg, "SELECT 1;\n COPY t FROM stdin;\n1\n", 2, kSqlUnterminated, 2,
     2, "a line \\."},
    {"COPY without ;", kPg, "COPY t FROM stdin", 0, kSqlUnterminated, 1, 1, "never end"},
};

TEST(SplitterErrors, NameTheFaultItsPlaceAndAWayOut) {
  for (const Case& test : kCases) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::string::npos}) {
      const Split split = split_in(test.script, test.flavor, piece, {.file = "m/1.sql"});
      EXPECT_EQ(split.statements.size(), test.before) << test.what;
      ASSERT_TRUE(split.error) << test.what;
      const Error& error = *split.error;
      EXPECT_EQ(error.code, test.code) << test.what << ": " << error.message;
      EXPECT_EQ(error.place.file, "m/1.sql") << test.what;
      EXPECT_EQ(error.place.line, test.line) << test.what;
      EXPECT_EQ(error.place.column, test.column) << test.what;
      EXPECT_NE((error.message + "|" + error.hint).find(test.says), std::string::npos)
          << test.what << ": " << error.message << " | " << error.hint;
      EXPECT_FALSE(error.hint.empty()) << test.what;
      EXPECT_FALSE(error.cause.empty()) << test.what;
    }
  }
}

TEST(SplitterErrors, StayOnceTheyCame) {
  Splitter splitter(source_of("SELECT 1; 'x"), {});
  ASSERT_TRUE(splitter.next());
  ASSERT_FALSE(splitter.next());
  const auto again = splitter.next();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, kSqlUnterminated);
  EXPECT_FALSE(splitter.next_copy_data());
}

TEST(SplitterErrors, ComeFromTheSourceUnchangedBehindWhatItGave) {
  int calls = 0;
  Splitter splitter(
      [&]() -> Result<std::string_view> {
        if (++calls == 1) return "SELECT 1; SELECT";
        return fail(Error(kFileUnreadable, "the disk is gone"));
      },
      {});
  const auto first = splitter.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->text, "SELECT 1");
  const auto second = splitter.next();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, kFileUnreadable);
  EXPECT_EQ(second.error().message, "the disk is gone");
}

TEST(SplitterErrors, AStatementMayBeAsLargeAsTheLimitAndNoLarger) {
  const std::string large = "SELECT '" + std::string(1000, 'x') + "'";
  const std::string script = "SELECT 1;\n -- a comment\n " + large + "; SELECT 2;";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::string::npos}) {
    const Split fits = split_in(script, kPg, piece, {.limit_bytes = large.size()});
    EXPECT_EQ(fits.statements.size(), 3U);
    EXPECT_FALSE(fits.error);
    const Split refused = split_in(script, kPg, piece, {.limit_bytes = large.size() - 1});
    EXPECT_EQ(refused.statements.size(), 1U);
    ASSERT_TRUE(refused.error);
    EXPECT_EQ(refused.error->code, kStatementTooLarge);
    EXPECT_EQ(refused.error->place.line, 3U);
    EXPECT_EQ(refused.error->place.column, 2U);
  }
}

}  // namespace
}  // namespace bedstone::sql
