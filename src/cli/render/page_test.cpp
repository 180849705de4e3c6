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
    EXPECT_EQ(progress_line(one.progress, one.width), one.line);
}

}  // namespace
}  // namespace bedstone::cli
