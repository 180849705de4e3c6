// error_codes.def, docs/errors and what the program carries agree.
#include "cli/explain.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/embedded.hpp"
#include "cli/testing.hpp"

namespace bedstone::cli {
namespace {

TEST(Explain, UnderstandsACodeHoweverItIsWritten) {
  for (const std::string_view text : {"BED0301", "bed0301", "bed301", "0301", "301", " 301 "})
    EXPECT_EQ(code_of(text), ErrorCode::kLockTimeout) << text;
  for (const std::string_view text :
       {"", "bed", "lock", "BED9999", "3O1", "-301", "301x", "99999999999999999999999"})
    EXPECT_EQ(code_of(text), std::nullopt) << text;
}

TEST(Explain, TellsAStoryForEveryCode) {
  for (const ErrorCode code : all_codes()) {
    const std::string_view text = section_of(code);
    EXPECT_GE(text.size(), 120U) << code_name(code);
    EXPECT_EQ(text.find("\n## "), std::string_view::npos) << code_name(code);
  }
}

TEST(Explain, CarriesTheFilesOfTheRepository) {
  const std::string folder = repository_path("docs/errors");
  const auto names = files::list(folder);
  ASSERT_TRUE(names.has_value());
  std::map<std::string, std::string> embedded;
  for (const EmbeddedFile& file : error_pages())
    embedded.emplace(file.path, file.text);
  ASSERT_EQ(embedded.size(), names->size());
  for (const std::string& name : *names) {
    const auto text = files::read(files::resolve(folder, name));
    ASSERT_TRUE(text.has_value());
    EXPECT_EQ(embedded[name], *text) << name;
  }
}

TEST(Explain, GivesEachSectionTheSummaryOfItsCode) {
  std::set<std::string> known;
  for (const ErrorCode code : all_codes())
    known.insert(fmt::format("{} {}", code_name(code), code_summary(code)));
  std::set<std::string> told;
  for (const EmbeddedFile& file : error_pages()) {
    for (const std::string_view line : text::split(file.text, '\n')) {
      if (!line.starts_with("## ")) continue;
      EXPECT_TRUE(told.emplace(line.substr(3)).second) << line;
    }
  }
  EXPECT_EQ(told, known);
}

}  // namespace
}  // namespace bedstone::cli
