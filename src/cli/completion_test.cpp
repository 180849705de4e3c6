// Completion scripts know every command, and bash completes with them.
#include "cli/completion.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "base/text.hpp"
#include "cli/command.hpp"

namespace bedstone::cli {
namespace {

TEST(Completion, KnowsEveryCommandAndFlagInEveryShell) {
  for (const std::string_view shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(shell);
    for (const CommandSpec* command : all_commands()) {
      EXPECT_NE(script.find(command->last_word()), std::string::npos) << command->name;
      for (const FlagSpec& flag : command->flags) {
        const std::string word = fmt::format("{}{}", shell == "fish" ? "-l " : "--", flag.name);
        EXPECT_NE(script.find(word), std::string::npos) << shell << " " << word;
      }
    }
    for (const std::string_view mark :
         {"@VALUED@", "@NAMES@", "@VALUES@", "@COMMANDS@", "@GLOBAL@"})
      EXPECT_EQ(script.find(mark), std::string::npos) << shell << " " << mark;
  }
}

/// What bash offers for a line whose last word is being typed.
std::string offered(const std::string& line) {
  std::string words;
  int count = 0;
  for (const std::string_view word : text::split(line, ' ')) {
    words += fmt::format(" {}", text::shell_quote(word));
    ++count;
  }
  const std::string script =
      fmt::format("{}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_bedstone\necho \"${{COMPREPLY[*]}}\"\n",
                  completion_script("bash"), words, count - 1);
  const std::string command = fmt::format("bash -c {} 2>&1", text::shell_quote(script));
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string output;
  std::array<char, 4096> buffer{};
  while (pipe && fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr)
    output += buffer.data();
  return std::string(text::trim(output));
}

TEST(Completion, OffersWhatFits) {
  if (offered("bedstone sta").empty()) GTEST_SKIP() << "there is no bash";
  struct Case {
    std::string line, offered;
  };
  const Case cases[] = {
      {"bedstone sta", "status"},
      {"bedstone migrate re", "redo repair"},
      {"bedstone migrate repair --acc", "--accept --accept-drift"},
      {"bedstone -C shop up --dry", "--dry-run"},
      {"bedstone up --color a", "auto always"},
      {"bedstone up --log-level w", "warning"},
      {"bedstone up --wait ", ""},
      {"bedstone explain BED030", "BED0301 BED0302"},
      {"bedstone completion f", "fish"},
      {"bedstone init --template h", "hub"},
      {"bedstone se", "serve seed secret"},
      {"bedstone seed sta", "status"},
      {"bedstone seed --pru", "--prune"},
      {"bedstone seed reset --al", "--all"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(offered(one.line), one.offered) << one.line;
}

}  // namespace
}  // namespace bedstone::cli
