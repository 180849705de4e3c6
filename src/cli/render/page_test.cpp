// Pages: alignment, colour, harmless text, Markdown.
#include "cli/render/page.hpp"

#include <gtest/gtest.h>

#include "cli/progress.hpp"
#include "cli/render/markdown.hpp"

namespace bedstone::cli {
namespace {

TEST(Page, AlignsColumnsByWhatIsSeen) {
  Page page(false);
  page.table({{{"done"}, {"日本"}, {"9 ms", Tone::kQuiet, true}, {"x"}},
              {{"failed"}, {"ab"}, {"120 ms", Tone::kQuiet, true}, {""}}});
  EXPECT_EQ(page.take(),
            "  done    日本    9 ms  x\n"
            "  failed  ab    120 ms\n");
}

TEST(Page, LeavesEmptyColumnsOut) {
  Page page(false);
  page.table({{{""}, {"a"}, {"b"}}, {{""}, {"cc"}, {"d"}}}, 0);
  EXPECT_EQ(page.take(), "a   b\ncc  d\n");
}

TEST(Page, ColoursByMeaningAndOnlyWhenAsked) {
  Page plain(false), colored(true);
  plain.add("bad", Tone::kBad);
  colored.add("bad", Tone::kBad).add("plain");
  EXPECT_EQ(plain.take(), "bad");
  EXPECT_EQ(colored.take(), "\x1b[31mbad\x1b[0mplain");
}

TEST(Page, LetsNoTextDriveTheTerminal) {
  Page page(true);
  page.add("a\x1b[2Jb\rc\x07")
      .line(
          "\xc2\x9b"
          "31m");
  EXPECT_EQ(page.take(), "a\uFFFD[2Jb\uFFFDc\uFFFD\uFFFD31m\n");
}

TEST(Wrap, BreaksAtSpacesAndKeepsParagraphs) {
  EXPECT_EQ(wrap("one two three\n\nfour", 8),
            (std::vector<std::string>{"one two", "three", "", "four"}));
  EXPECT_EQ(wrap("a-word-that-is-too-long b", 8),
            (std::vector<std::string>{"a-word-that-is-too-long", "b"}));
}

TEST(Markdown, KeepsItsMarksWhereThereIsNoColour) {
  Page page(false);
  add_markdown(page,
               "A paragraph of\ntwo lines.\n\n- a `code` item that is long enough\n- **b**\n\n"
               "```\n  verbatim   text\n```\n",
               24);
  EXPECT_EQ(page.take(),
            "A paragraph of two\nlines.\n\n- a `code` item that\n  is long enough\n- **b**\n\n"
            "      verbatim   text\n\n");
}

TEST(Markdown, ColoursSpansThatWrappingBreaks) {
  Page page(true);
  add_markdown(page, "see `a b` and **c d** * e", 8);
  EXPECT_EQ(page.take(), "see \x1b[36ma\x1b[0m\n\x1b[36mb\x1b[0m and\n\x1b[1mc d\x1b[0m\n* e\n");
}

TEST(ProgressLine, ShowsHowFarItIsAndFits) {
  struct Case {
    Progress progress;
    std::size_t width;
    std::string_view line;
  };
  const Case cases[] = {
      {{"applying", "1_a", 0, 4}, 80, "[--------------------] 0/4  applying  1_a"},
      {{"applying", "1_a", 3, 4}, 80, "[###############-----] 3/4  applying  1_a"},
      {{"applying", "1_a", 9, 4}, 80, "[####################] 4/4  applying  1_a"},
      {{"waiting", "for the lock", 0, 0}, 80, "waiting  for the lock"},
      {{"waiting", "for\x1b[2J", 0, 0}, 80, "waiting  for\uFFFD[2J"},
      {{"applying", "20261120093000_create", 0, 0}, 20, "applying 2026112009…"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(progress_line(one.progress, std::nullopt, one.width), one.line);
}

TEST(Pace, TellsHowFastRowsGoByAndHowLongItTakes) {
  using std::chrono::milliseconds;
  Pace pace;
  const MonotonicTime start{};
  const auto at = [&](std::size_t done, std::size_t total, int after_ms) {
    const Progress progress{"seeding", "tools", done, total, "rows"};
    const auto now = pace.at(progress, start + milliseconds(after_ms));
    return now ? pace_text(progress, *now) : "";
  };
  EXPECT_EQ(at(1000, 100000, 0), "");
  EXPECT_EQ(at(6000, 100000, 500), "");
  EXPECT_EQ(at(21000, 100000, 2000), "10000 rows/s, 8 s left");
  EXPECT_EQ(at(31000, 0, 3000), "10000 rows/s");
  EXPECT_EQ(at(41000, 41000, 4000), "10000 rows/s");
  EXPECT_EQ(at(51000, 10051000, 5000), "10000 rows/s, 16 min 40 s left");
  // Another set begins anew.
  EXPECT_EQ(at(1000, 5000, 6000), "");
  const Progress steps{"applying", "1_a", 1, 2};
  EXPECT_FALSE(Pace().at(steps, start).has_value());
  const Progress rows{"seeding", "tools", 2000, 0, "rows"};
  EXPECT_EQ(progress_line(rows, Pace::Now{1500, std::nullopt}, 80),
            "2000 rows  seeding  tools  1500 rows/s");
}

}  // namespace
}  // namespace bedstone::cli
