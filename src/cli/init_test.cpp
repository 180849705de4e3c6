// A new project is written whole or not at all.
#include "cli/init.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "cli/embedded.hpp"
#include "cli/testing.hpp"

namespace bedstone::cli {
namespace {

class Init : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "bedstone-init-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(std::string_view name) const { return files::resolve(folder_, name); }
  std::size_t count_of_files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }

  std::string folder_;
};

TEST_F(Init, WritesTheTemplateUnderTheFoldersName) {
  const InitReport report = init_project(path("My Shop"), "blank");
  EXPECT_TRUE(report.errors.empty());
  EXPECT_EQ(report.exit_code, ExitCode::kDone);
  EXPECT_EQ(report.files.size(), blank_template().size());
  const auto text = files::read(path("My Shop/bedstone.yaml"));
  ASSERT_TRUE(text.has_value());
  EXPECT_NE(text->find("\nname: my-shop\n"), std::string::npos);
  EXPECT_EQ(text->find("__NAME__"), std::string::npos);
}

TEST_F(Init, NamesEveryFileInTheWayAndWritesNone) {
  ASSERT_TRUE(files::write_new(path("bedstone.yaml"), "mine").has_value());
  ASSERT_TRUE(files::write_new(path("README.md"), "mine").has_value());
  const InitReport report = init_project(folder_, "hub");
  ASSERT_EQ(report.errors.size(), 2U);
  EXPECT_EQ(report.errors[0].code, ErrorCode::kFileExists);
  EXPECT_EQ(report.errors[0].place.file, path("README.md"));
  EXPECT_EQ(report.errors[1].place.file, path("bedstone.yaml"));
  EXPECT_EQ(report.exit_code, ExitCode::kFailed);
  EXPECT_EQ(count_of_files(), 2U);
  EXPECT_EQ(files::read(path("bedstone.yaml")).value(), "mine");
}

TEST_F(Init, TakesBackWhatItWroteWhenAFolderCannotBeMade) {
  // A file stands where the template needs a folder.
  ASSERT_TRUE(files::write_new(path("migrations"), "").has_value());
  const InitReport report = init_project(folder_, "blank");
  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_TRUE(report.files.empty());
  EXPECT_EQ(count_of_files(), 1U);
  EXPECT_FALSE(files::exists(path("data")));
}

TEST_F(Init, CarriesTheHubAsTheRepositoryHoldsIt) {
  ASSERT_GE(hub_template().size(), 10U);
  for (const EmbeddedFile& file : hub_template()) {
    const auto text = files::read(files::resolve(repository_path("examples/hub"), file.path));
    ASSERT_TRUE(text.has_value()) << file.path;
    EXPECT_EQ(*text, file.text) << file.path;
  }
}

TEST(ProjectName, FollowsFromTheFolder) {
  struct Case {
    std::string_view folder, name;
  };
  const Case cases[] = {{"shop", "shop"},
                        {"a/My Shop/", "my-shop"},
                        {"/srv/Hub_2", "hub_2"},
                        {"--x--", "x"},
                        {"été", "t"},
                        {"***", "app"},
                        {"a..b", "a-b"},
                        {"_private", "private"},
                        {"0123456789012345678901234567890123456789012345678901234567890123456789",
                         "012345678901234567890123456789012345678901234567890123456789012"}};
  for (const Case& one : cases)
    EXPECT_EQ(project_name_for(one.folder), one.name);
}

}  // namespace
}  // namespace bedstone::cli
