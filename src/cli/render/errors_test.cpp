// How errors look.
#include "cli/render/errors.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "cli/render/excerpt.hpp"

namespace bedstone::cli {
namespace {

class Errors : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "bedstone-errors-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(std::string_view name, std::string_view text) {
    ASSERT_TRUE(files::write_atomic(files::resolve(folder_, name), text).has_value());
  }
  std::string shown(const std::vector<Error>& errors, bool debug = false) {
    Page page(false);
    add_errors(page, errors, {folder_, debug});
    return page.take();
  }

  std::string folder_;
};

TEST_F(Errors, TellWhatWhereWhyAndWhatNext) {
  write("1_pets.sql", "create table pets (\n\tid integer primary kye\n);\n");
  const Error error = Error(ErrorCode::kMigrationFailed, "1_pets.sql failed at statement 1 of 2")
                          .because("near \"kye\": syntax error")
                          .with_sqlstate("SQLITE_ERROR")
                          .with_statement("create table pets (\n\tid integer primary kye\n)")
                          .advise("correct the file, then: bedstone up")
                          .at("1_pets.sql", 2, 21);
  EXPECT_EQ(shown({error}), R"(error BED0406: 1_pets.sql failed at statement 1 of 2
  at         1_pets.sql:2:21
     2 |     id integer primary kye
       |                        ^
  because    near "kye": syntax error (SQLITE_ERROR)
  statement  create table pets ( id integer primary kye )
  next       correct the file, then: bedstone up

More: bedstone explain BED0406
)");
}

TEST_F(Errors, AreNumberedWhenThereAreSeveral) {
  const std::vector<Error> errors{
      Error(ErrorCode::kMigrationChanged, "a was changed"),
      Error(ErrorCode::kMigrationChanged, "b was changed").advise("one\ntwo"),
      Error(ErrorCode::kMigrationMissing, "c is missing").at("c.sql"),
  };
  EXPECT_EQ(shown(errors), R"(error 1 of 3 BED0403: a was changed

error 2 of 3 BED0403: b was changed
  next       one
             two

error 3 of 3 BED0404: c is missing
  at         c.sql

More: bedstone explain BED0403
More: bedstone explain BED0404
)");
}

TEST_F(Errors, TellWhatWasBeingDoneOnlyWhenDebugging) {
  const Error error =
      Error(ErrorCode::kInternal, "oops").while_doing("reading").while_doing("planning");
  EXPECT_EQ(shown({error}).find("reading"), std::string::npos);
  EXPECT_NE(shown({error}, true).find("  while      reading\n  while      planning\n"),
            std::string::npos);
}

TEST_F(Errors, ShowNoLineThatMayHoldASecret) {
  write("bedstone.yaml",
        "database:\n  url: postgresql://app:hunter2@db/hub\n"
        "x:\n  password: >\n    hunter2\n  y: 1\n");
  for (const std::uint32_t line : {2U, 4U, 5U}) {
    const std::string text =
        shown({Error(ErrorCode::kBadValue, "no").at("bedstone.yaml", line, 3)});
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  }
  EXPECT_NE(shown({Error(ErrorCode::kBadValue, "no").at("bedstone.yaml", 1)}).find("1 | database:"),
            std::string::npos);
  write(".env", "hunter2\n");
  EXPECT_EQ(shown({Error(ErrorCode::kEnvFile, "no").at(".env", 1, 1)}).find("hunter2"),
            std::string::npos);
}

TEST_F(Errors, DoWithoutAFileThatIsNotThere) {
  write("short.sql", "select 1;\n");
  for (const Place& place : {Place{"none.sql", 1, 1}, Place{"short.sql", 9, 1},
                             Place{folder_, 1, 1}, Place{"short.sql", 0, 0}}) {
    EXPECT_EQ(read_excerpt(place, folder_), std::nullopt) << place.file << place.line;
  }
  EXPECT_TRUE(read_excerpt({"short.sql", 1, 1}, folder_).has_value());
}

TEST(Excerpt, PutsTheCaretUnderTheCharacter) {
  struct Case {
    std::string line;
    std::uint32_t column;
    std::string shown;
    std::size_t caret;
  };
  const Case cases[] = {
      {"select x", 8, "select x", 7},   {"select", 7, "select", 6},
      {"select", 99, "select", 6},      {"\tx", 2, "    x", 4},
      {"ab\tx", 4, "ab  x", 4},         {"日本 x", 8, "日本 x", 5},
      {"日本 x", 2, "日本 x", 0},       {"a\x1b[2Jx", 6, "a\uFFFD[2Jx", 5},
      {"x", 0, "x", std::string::npos},
  };
  for (const Case& one : cases) {
    const Excerpt excerpt = make_excerpt(one.line, one.column, 60);
    EXPECT_EQ(excerpt.line, one.shown);
    EXPECT_EQ(excerpt.caret_column, one.caret) << one.line;
  }
}

TEST(Excerpt, CutsLongLinesAroundTheCaret) {
  const std::string line = std::string(500, 'a') + "X" + std::string(500, 'b');
  const Excerpt excerpt = make_excerpt(line, 501, 30);
  EXPECT_EQ(excerpt.line, "…" + std::string(20, 'a') + "X" + std::string(7, 'b') + "…");
  EXPECT_EQ(excerpt.caret_column, 21U);
  EXPECT_EQ(make_excerpt(line, 0, 30).line, std::string(29, 'a') + "…");
}

}  // namespace
}  // namespace bedstone::cli
