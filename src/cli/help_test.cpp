// Help fits its width, names everything, and docs/commands says the same.
#include "cli/help.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/testing.hpp"

namespace bedstone::cli {
namespace {

TEST(Help, ShowsACommandInTwoColumns) {
  constexpr std::string_view kBeginning =
      R"(Wait until the database is reachable or current

Usage: bedstone wait [flags]

For processes that may not change the schema. Reads only.

Flags
      --until STATE   reachable: it answers; current: every migration of this project is
                      applied (default: current)
      --timeout TIME  Give up after so long (default: database.wait)

Flags everywhere
  -C, --project DIR        The folder with bedstone.yaml or migrations/ (default: .)
      --database URL       Use this database instead of the project's; DATABASE_URL keeps
                           a password out of the process list
      --env NAME           Overlay bedstone.NAME.yaml (default: $BEDSTONE_ENV)
      --json               Print one JSON object on standard output
  -y, --yes                Answer every question with yes
  -v, --verbose            Log more; twice: everything
  -q, --quiet              Print errors only
)";
  EXPECT_EQ(help_for(*find_command("wait"), {}).substr(0, kBeginning.size()), kBeginning);
}

TEST(Help, FitsEveryWidth) {
  for (const std::size_t width : {60U, 80U, 96U}) {
    for (const CommandSpec* command : all_commands()) {
      const std::string text = help_for(*command, {false, width});
      const auto examples = text.find("\nExamples\n");
      for (const std::string_view line :
           text::split(std::string_view(text).substr(0, examples), '\n'))
        EXPECT_LE(text::display_width(line), width) << command->name << ": " << line;
    }
  }
}

TEST(Help, NamesEveryCommand) {
  const std::string all = help_for_all({});
  for (const CommandSpec* command : all_commands())
    EXPECT_NE(all.find(fmt::format("\n  {} ", command->name)), std::string::npos) << command->name;
  const std::string group = help_for_group(*find_group("migrate"), {});
  EXPECT_NE(group.find("bedstone migrate COMMAND"), std::string::npos);
  EXPECT_NE(group.find("\n  migrate repair "), std::string::npos);
  const std::string both = help_for(*find_command("seed"), {});
  EXPECT_NE(both.find("bedstone seed [flags] [SET…]\n       bedstone seed COMMAND [flags]\n"),
            std::string::npos);
  EXPECT_NE(both.find("\n  seed status  "), std::string::npos);
}

TEST(Help, IsColouredOnlyWhenAsked) {
  EXPECT_EQ(help_for_all({false, 90}).find('\x1b'), std::string::npos);
  EXPECT_NE(help_for_all({true, 90}).find("\x1b[36mup\x1b[0m"), std::string::npos);
}

constexpr std::string_view kBegin = "<!-- generated from the command's table -->\n";
constexpr std::string_view kEnd = "<!-- end -->\n";

std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe.push_back('\\');
    safe.push_back(c);
  }
  return safe;
}

/// What a page of docs/commands holds between its marks.
std::string generated(const CommandSpec& command) {
  std::string text = fmt::format("```\n{}\n```\n\n{}.\n", synopsis(command), command.summary);
  if (!command.description.empty()) text += fmt::format("\n{}\n", command.description);
  if (!command.positionals.empty()) {
    text += "\n| argument | meaning |\n|---|---|\n";
    for (const PositionalSpec& one : command.positionals)
      text += fmt::format("| `{}` | {} |\n", one.name, cell(one.help));
  }
  if (!command.flags.empty()) {
    text += "\n| flag | meaning | default |\n|---|---|---|\n";
    for (const FlagSpec& one : command.flags) {
      text += fmt::format("| `{}` | {} | {} |\n", text::trim(flag_term(one)), cell(one.help),
                          cell(one.fallback));
    }
  }
  text += "\n| exit code | meaning |\n|---|---|\n";
  for (const ExitMeaning& one : command.exits)
    text += fmt::format("| {} | {} |\n", one.code, cell(one.meaning));
  text += "\n```sh\n";
  for (const Example& one : command.examples)
    text += fmt::format("# {}\n{}\n", one.meaning, one.line);
  return text + "```\n";
}

TEST(CommandPages, SayWhatTheTablesSay) {
  const char* update = std::getenv("UPDATE_GOLDEN");
  for (const CommandSpec* command : all_commands()) {
    const std::string path =
        repository_path(fmt::format("docs/commands/{}.md", file_name_of(*command)));
    const auto page = files::read(path);
    ASSERT_TRUE(page.has_value()) << path;
    const auto begin = page->find(kBegin);
    const auto end = page->find(kEnd);
    ASSERT_NE(begin, std::string::npos) << path;
    ASSERT_NE(end, std::string::npos) << path;
    const std::size_t first = begin + kBegin.size();
    const std::string now = page->substr(first, end - first);
    if (update != nullptr && *update == '1') {
      const std::string whole = page->substr(0, first) + generated(*command) + page->substr(end);
      ASSERT_TRUE(files::write_atomic(path, whole).has_value());
      continue;
    }
    EXPECT_EQ(now, generated(*command)) << path << "; UPDATE_GOLDEN=1 rewrites it";
    // What the command's object looks like.
    EXPECT_NE(page->find(fmt::format("../schemas/{}.json", file_name_of(*command))),
              std::string::npos)
        << path;
  }
}

}  // namespace
}  // namespace bedstone::cli
