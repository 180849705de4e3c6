/// For this room's tests: a project's folder with seed sets in it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/test_support.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

class SeedFolder : public testing::Test {
 protected:
  void write(std::string_view name, std::string_view text) const { folder_.write(name, text); }
  std::string path(std::string_view name) const { return folder_.path(name); }
  SetContext context() const { return {folder_.path(), env_, environment_}; }

  /// The set that a text makes of seeds/roles.yaml.
  SeedSet read(std::string_view text) const {
    write("seeds/roles.yaml", text);
    auto set = read_set(path("seeds/roles.yaml"), "seeds/roles.yaml", context());
    EXPECT_TRUE(set.has_value()) << text << "\n" << test::render(set.error());
    return set ? *std::move(set) : SeedSet();
  }
  /// What is wrong with the text, without the file's name before each place.
  std::string refused(std::string_view text) const {
    write("seeds/roles.yaml", text);
    return refused_file("seeds/roles.yaml");
  }
  std::string refused_file(const std::string& name) const {
    const auto set = read_set(path(name), name, context());
    return set ? "read" : shorter(test::render(set.error()));
  }
  SetList list() const {
    auto sets = list_sets(path("seeds"), "seeds", context());
    EXPECT_TRUE(sets.has_value());
    return sets ? *std::move(sets) : SetList();
  }

  void variables(std::map<std::string, std::string, std::less<>> variables) {
    environment_ = Environment(std::move(variables));
  }

  Environment environment_;
  std::string env_;

 private:
  std::string shorter(std::string text) const {
    const auto leave_out = [&text](std::string_view part) {
      for (std::size_t at; (at = text.find(part)) != std::string::npos;)
        text.erase(at, part.size());
    };
    leave_out("seeds/roles.yaml:");
    leave_out(folder_.path() + "/");
    return text;
  }

  test::TemporaryFolder folder_;
};

}  // namespace bedstone::seed
