// shows: P9, P23
#include <gtest/gtest.h>

#include "sql/split_for_tests.hpp"

namespace bedstone::sql {
namespace {

struct Case {
  std::string_view what;
  std::string_view script;
  std::vector<std::string> statements;
  std::vector<std::string> copied;
};

const Case kCases[] = {
    {"data between statements",
     "COPY t (a, b) FROM stdin;\n1\tit's;\n2\t$$\n\\.\n\nSELECT 2;\n",
     {"COPY t (a, b) FROM stdin", "SELECT 2"},
     {"1\tit's;\n2\t$$\n"}},
    {"no rows", "COPY t FROM stdin;\n\\.\nSELECT 2", {"COPY t FROM stdin", "SELECT 2"}, {""}},
    {"twice",
     "COPY a FROM stdin;\n1\n\\.\nCOPY b FROM stdin;\n2\n\\.\n",
     {"COPY a FROM stdin", "COPY b FROM stdin"},
     {"1\n", "2\n"}},
    {"lines that only begin like the end",
     "COPY t FROM stdin;\n\\.x\n\\N\n\\\n\\\\.\n \\.\n\\.\n",
     {"COPY t FROM stdin"},
     {"\\.x\n\\N\n\\\n\\\\.\n \\.\n"}},
    {"CRLF",
     "COPY t FROM stdin;\r\n1\r\n\\.\r\nSELECT 2;\r\n",
     {"COPY t FROM stdin", "SELECT 2"},
     {"1\r\n"}},
    {"the end mark ends the file", "COPY t FROM stdin;\n1\n\\.", {"COPY t FROM stdin"}, {"1\n"}},
    {"… with a lone carriage return",
     "COPY t FROM stdin;\n1\n\\.\r",
     {"COPY t FROM stdin"},
     {"1\n"}},
    {"empty lines are data", "COPY t FROM stdin;\n\n\n\\.\n", {"COPY t FROM stdin"}, {"\n\n"}},
    {"a comment behind the statement",
     "COPY t FROM stdin; -- it's data\n1\n\\.\n",
     {"COPY t FROM stdin"},
     {"1\n"}},
    {"options and a condition",
     "copy \"T\" from /* x */ STDIN with (format csv, header) where a > 1;\na,b\n\\.\n",
     {"copy \"T\" from /* x */ STDIN with (format csv, header) where a > 1"},
     {"a,b\n"}},
    {"other ways to copy have no data",
     "COPY t TO stdout; COPY t FROM '/x'; COPY t FROM PROGRAM 'stdin'; COPY (SELECT a FROM stdin) "
     "TO stdout; "
     "SELECT 1",
     {"COPY t TO stdout", "COPY t FROM '/x'", "COPY t FROM PROGRAM 'stdin'",
      "COPY (SELECT a FROM stdin) TO stdout", "SELECT 1"},
     {}},
    {"a byte order mark and no SQL before",
     "\xEF\xBB\xBF"
     "COPY t FROM stdin;\né\n\\.\n",
     {"COPY t FROM stdin"},
     {"é\n"}},
};

TEST(SplitterCopy, DeliversTheDataApart) {
  for (const Case& test : kCases) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::string::npos}) {
      const Split split = split_in(test.script, Flavor::kPostgres, piece);
      EXPECT_FALSE(split.error) << test.what << ": " << split.error->message;
      EXPECT_EQ(split.texts(), test.statements) << test.what << ", by " << piece;
      EXPECT_EQ(split.copied, test.copied) << test.what << ", by " << piece;
    }
  }
}

TEST(SplitterCopy, IsNotKnownToSqlite) {
  const Split split = split_in("COPY t FROM stdin;\nSELECT 1;", Flavor::kSqlite, 9);
  EXPECT_EQ(split.texts(), (std::vector<std::string>{"COPY t FROM stdin", "SELECT 1"}));
}

TEST(SplitterCopy, PassesOverDataThatNobodyAskedFor) {
  Splitter splitter(source_of("COPY t FROM stdin;\n1\n2\n\\.\nSELECT 2;"), {});
  const auto copy = splitter.next();
  ASSERT_TRUE(copy && *copy);
  EXPECT_TRUE((*copy)->copy_data);
  const auto second = splitter.next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->text, "SELECT 2");
  EXPECT_EQ((*second)->line, 5U);
  EXPECT_EQ(*splitter.next_copy_data(), "");
}

TEST(SplitterCopy, TakesConstantMemoryForAnyAmountOfData) {
  // 64 MiB of rows under a limit of 1 KiB, with pieces that never end where a line does.
  const std::string row = "1\tabcdefghijklmnopqrstuvwxyz\n";
  std::string piece;
  while (piece.size() < 100'000)
    piece += row;
  const std::string head = "COPY t FROM stdin;\n" + row.substr(0, 7);
  const std::string tail = row.substr(7) + "\\.\nSELECT 2";
  std::string middle = piece.substr(7) + row.substr(0, 7);
  int step = 0;
  constexpr int kPieces = 640;
  Splitter splitter(
      [&]() -> Result<std::string_view> {
        const int now = step++;
        if (now == 0) return head;
        if (now <= kPieces) return middle;
        return now == kPieces + 1 ? std::string_view(tail) : std::string_view();
      },
      {.limit_bytes = 1024});
  ASSERT_TRUE(splitter.next());
  std::uint64_t bytes = 0;
  for (;;) {
    const auto data = splitter.next_copy_data();
    ASSERT_TRUE(data) << data.error().message;
    if (data->empty()) break;
    bytes += data->size();
    ASSERT_LE(data->size(), 2 * middle.size());
  }
  EXPECT_EQ(bytes, kPieces * middle.size() + row.size());
  const auto last = splitter.next();
  ASSERT_TRUE(last && *last);
  EXPECT_EQ((*last)->text, "SELECT 2");
}

}  // namespace
}  // namespace bedstone::sql
