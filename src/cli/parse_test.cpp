// Command lines, good and bad, through the tables.
#include "cli/parse.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "cli/help.hpp"

namespace bedstone::cli {
namespace {

using Words = std::vector<const char*>;

Invocation parsed(const Words& words) {
  return parse(words);
}

/// "BED0002 message | hint" for each error.
std::string told(const Invocation& call) {
  std::string text;
  for (const Error& error : call.errors) {
    text += fmt::format("{}{} {}{}{}", text.empty() ? "" : "\n", code_name(error.code),
                        error.message, error.hint.empty() ? "" : " | ", error.hint);
  }
  return text;
}

TEST(Parse, FindsCommandsFlagsAndArgumentsInAnyOrder) {
  struct Case {
    Words words;
    std::string_view command;
  };
  const Case cases[] = {
      {{"up"}, "up"},
      {{"-C", "shop", "up"}, "up"},
      {{"up", "-C", "shop"}, "up"},
      {{"migrate", "up"}, "migrate up"},
      {{"migrate", "--json", "up", "20261120093000"}, "migrate up"},
      {{"--database=sqlite:a.db", "migrate", "-v", "to", "base", "--yes"}, "migrate to"},
      {{"-vvq", "status"}, "status"},
      {{"--", "up"}, "up"},
  };
  for (const Case& one : cases) {
    const Invocation call = parsed(one.words);
    EXPECT_EQ(told(call), "");
    ASSERT_NE(call.command, nullptr) << one.command;
    EXPECT_EQ(call.command->name, one.command);
  }
}

TEST(Parse, TakesValuesInEveryWayTheyAreWritten) {
  const Words ways[] = {{"up", "--project", "a b"}, {"up", "--project=a b"},
                        {"up", "-C", "a b"},        {"up", "-Ca b"},
                        {"up", "-C=a b"},           {"up", "-vC", "a b"}};
  for (const Words& words : ways)
    EXPECT_EQ(parsed(words).value("project"), "a b") << words[1];
}

TEST(Parse, LetsTheLastOfAFlagCountAndKeepsAllOfThem) {
  const Invocation call = parsed({"up", "--wait", "1s", "--wait=2m"});
  EXPECT_EQ(call.duration("wait"), std::chrono::minutes(2));
  EXPECT_EQ(call.values("wait").size(), 2U);
  EXPECT_EQ(parsed({"up", "-v", "-vv"}).values("verbose").size(), 3U);
  EXPECT_FALSE(call.has("force"));
}

TEST(Parse, LeavesTheWordsOfAnotherProgramAlone) {
  const Words words{"exec", "--wait", "5s", "--", "server", "--json", "-x", "--"};
  const Invocation with_dashes = parse(words);  // `rest` points into the words.
  EXPECT_EQ(told(with_dashes), "");
  EXPECT_FALSE(with_dashes.has("json"));
  EXPECT_EQ(std::vector<std::string>(with_dashes.rest.begin(), with_dashes.rest.end()),
            (std::vector<std::string>{"server", "--json", "-x", "--"}));

  const Invocation without = parsed({"exec", "server", "--json"});
  EXPECT_EQ(without.rest.size(), 2U);
  EXPECT_FALSE(without.has("json"));
}

TEST(Parse, TakesWhatFollowsTwoDashesAsArguments) {
  const Invocation call = parsed({"migrate", "new", "--", "--odd name"});
  EXPECT_EQ(told(call), "");
  EXPECT_EQ(call.positional(0), "--odd name");
}

TEST(Parse, KnowsAWordThatIsACommandAndAGroup) {
  struct Case {
    Words words;
    std::string_view command;
    std::vector<std::string_view> positionals;
  };
  const Case cases[] = {
      {{"seed"}, "seed", {}},
      {{"seed", "roles", "--all", "tools"}, "seed", {"roles", "tools"}},
      {{"seed", "status"}, "seed status", {}},
      {{"seed", "--json", "status"}, "seed status", {}},
      {{"seed", "--rows", "5", "diff", "roles"}, "seed diff", {"roles"}},
      {{"seed", "roles", "status"}, "seed", {"roles", "status"}},
      {{"seed", "--", "status"}, "seed", {"status"}},
  };
  for (const Case& one : cases) {
    const Invocation call = parsed(one.words);
    EXPECT_EQ(told(call), "");
    ASSERT_NE(call.command, nullptr) << one.command;
    EXPECT_EQ(call.command->name, one.command);
    EXPECT_EQ(call.positionals, one.positionals);
  }
  EXPECT_EQ(told(parsed({"seed", "--prune", "status"})),
            "BED0004 there is no flag --prune of `bedstone seed status` | it belongs to `seed`: "
            "bedstone seed --help");
}

TEST(Parse, SaysWhatIsWrongAndWhatWasMeant) {
  struct Case {
    Words words;
    std::string_view told;
  };
  const Case cases[] = {
      {{"upp"}, "BED0003 there is no command upp | did you mean bedstone up?"},
      {{"down"}, "BED0003 there is no command down | did you mean bedstone migrate down?"},
      {{"migrate", "dwn"},
       "BED0003 there is no command migrate dwn | did you mean bedstone migrate down?"},
      {{"sow"}, "BED0003 there is no command sow | for the commands there are: bedstone --help"},
      {{"up", "--lock-timout=5s"},
       "BED0004 there is no flag --lock-timout of `bedstone up` | did you mean --lock-timeout?"},
      {{"up", "-x"},
       "BED0004 there is no flag -x of `bedstone up` | for the flags there are: bedstone up "
       "--help"},
      {{"status", "--dry-run"},
       "BED0004 there is no flag --dry-run of `bedstone status` | it belongs to `up`: bedstone up "
       "--help"},
      {{"--dry-run", "up"},
       "BED0004 there is no flag --dry-run | write it after its command: bedstone up --dry-run"},
      {{"up", "--wait", "soon"},
       "BED0002 --wait is not a duration: soon | write a number with a unit: 250ms, 60s, 5m or "
       "1h"},
      {{"runs", "--limit", "0"},
       "BED0002 --limit is not a whole number above zero: 0 | bedstone runs --help"},
      {{"up", "--color", "nevr"},
       "BED0002 --color cannot be nevr | did you mean never? (one of auto, always, never)"},
      {{"completion", "tcsh"}, "BED0002 SHELL cannot be tcsh | one of bash, zsh, fish"},
      {{"up", "--json=yes"}, "BED0002 --json takes no value | bedstone up --help"},
      {{"up", "--wait"}, "BED0002 --wait needs a value: --wait TIME | bedstone up --help"},
      {{"up", "--wait", "--json"},
       "BED0002 --wait needs a value: --wait TIME | bedstone up --help"},
      {{"up", "-C"}, "BED0002 -C needs a value: -C DIR | bedstone up --help"},
      {{"up", "--env="}, "BED0002 --env has an empty value | bedstone up --help"},
      {{"up", "now"}, "BED0002 `up` takes no further argument: now | bedstone up --help"},
      {{"migrate", "to"},
       "BED0002 `migrate to` needs VERSION: The version to end at; head applies all, base reverts "
       "all | bedstone migrate to --help"},
      {{"exec", "--"},
       "BED0002 `exec` needs CMD: The program to become, and its arguments | bedstone exec "
       "--help"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(told(parsed(one.words)), one.told);
}

TEST(Parse, TellsEveryMistakeOnTheLine) {
  const Invocation call = parsed({"up", "--forse", "--wait=x", "--color=blue", "--json"});
  EXPECT_EQ(call.errors.size(), 3U);
  EXPECT_TRUE(call.has("json"));
}

TEST(Parse, NeverRepeatsWhatMayHoldAPassword) {
  const Words lines[] = {
      {"postgres://app:hunter2@db/hub"},
      {"up", "postgres://app:hunter2@db/hub"},
      {"up", "--databse=postgres://app:hunter2@db/hub"},
      {"up", "--databse", "postgres://app:hunter2@db/hub"},
      {"--databse", "postgres://app:hunter2@db/hub", "up"},
      {"up", "--postgres://app:hunter2@db/hub"},
      {"up", "-dpostgres://app:hunter2@db/hub"},
      {"up", "--wait", "postgres://app:hunter2@db/hub"},
      {"up", "--color=postgres://app:hunter2@db/hub"},
      {"up", "host=db password=hunter2"},
      {"migrate", "postgres://app:hunter2@db/hub"},
      {"--database=postgres://app:hunter2@db/hub", "upp"},
  };
  for (const Words& words : lines) {
    const Invocation call = parsed(words);
    ASSERT_FALSE(call.errors.empty()) << words[0];
    EXPECT_EQ(told(call).find("hunter2"), std::string::npos) << told(call);
  }
}

TEST(Parse, MakesHostileWordsHarmless) {
  const std::string text = told(parsed({"\x1b[2J\x07up"}));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Parse, OffersHelpWhateverElseIsMissing) {
  EXPECT_TRUE(parsed({"--help"}).help);
  EXPECT_TRUE(parsed({"migrate", "to", "--help"}).help);
  const Invocation call = parsed({"help", "migrate", "to"});
  EXPECT_TRUE(call.help);
  ASSERT_NE(call.command, nullptr);
  EXPECT_EQ(call.command->name, "migrate to");
  EXPECT_EQ(told(parsed({"exec", "--help"})), "");
  EXPECT_TRUE(parsed({"-V"}).version);
}

TEST(Tables, AreConsistent) {
  std::set<std::string_view> names;
  for (const CommandSpec* command : all_commands()) {
    EXPECT_TRUE(names.insert(command->name).second) << command->name;
    EXPECT_FALSE(command->summary.empty()) << command->name;
    EXPECT_FALSE(command->exits.empty()) << command->name;
    EXPECT_FALSE(command->examples.empty()) << command->name;
    EXPECT_NE(command->run, nullptr) << command->name;
    EXPECT_TRUE(command->group().empty() || find_group(command->group()) != nullptr);

    std::set<std::string_view> flags;
    const auto check = [&](std::span<const FlagSpec> specs) {
      for (const FlagSpec& flag : specs) {
        EXPECT_TRUE(flags.insert(flag.name).second) << command->name << " --" << flag.name;
        EXPECT_EQ(flag.kind == ValueKind::kNone, flag.metavar.empty()) << flag.name;
        EXPECT_EQ(flag.kind == ValueKind::kChoice, !flag.choices.empty()) << flag.name;
        EXPECT_FALSE(flag.help.empty()) << flag.name;
      }
    };
    check(global_flags());
    check(command->flags);
  }
}

/// Words of an example up to a pipe or `&&`, without leading variables.
Words words_of(std::string_view line, std::vector<std::string>& storage) {
  std::string word;
  bool quoted = false, any = false;
  const auto flush = [&] {
    if (any) storage.push_back(word);
    word.clear();
    any = false;
  };
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      any = true;
    } else if (c == ' ' && !quoted) {
      flush();
    } else {
      word.push_back(c);
      any = true;
    }
  }
  flush();
  Words words;
  bool started = false;
  for (const std::string& each : storage) {
    if (started && (each == "|" || each == "&&" || each == ">")) break;
    if (started) words.push_back(each.c_str());
    if (each == "bedstone") started = true;
  }
  return words;
}

TEST(Tables, HoldExamplesThatAreUnderstood) {
  for (const CommandSpec* command : all_commands()) {
    for (const Example& example : command->examples) {
      std::vector<std::string> storage;
      std::string line(example.line);
      if (const auto at = line.find("<("); at != std::string::npos) {
        line = line.substr(at + 2, line.find(')') - at - 2);
      }
      const Invocation call = parse(words_of(line, storage));
      EXPECT_EQ(told(call), "") << example.line;
      EXPECT_EQ(call.command, command) << example.line;
    }
  }
}

// shows: B10
TEST(Parse, ValuesOfSettingsAreAnyTextAndNeverRepeated) {
  const Words good[] = {
      {"config", "set", "report_to", "https://csp.example/r?a=b"},
      {"config", "set", "report_to=https://csp.example", "retries=0"},
      {"config", "set", "--key", "title", "--value", ""},
      {"config", "set", "--key", "title", "--value="},
      {"config", "set", "retries", "--", "-1"},
  };
  for (const Words& words : good)
    EXPECT_EQ(told(parsed(words)), "") << words.back();
  EXPECT_EQ(parsed({"config", "set", "--key", "title", "--value", ""}).value("value"), "");
  EXPECT_EQ(told(parsed({"config", "set", "--key", ""})),
            "BED0002 --key has an empty value | bedstone config set --help");
}

}  // namespace
}  // namespace bedstone::cli
