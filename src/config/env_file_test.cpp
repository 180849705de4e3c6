#include "config/env_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/test_support.hpp"

namespace bedstone::config {
namespace {

std::string read(std::string_view text) {
  const auto variables = parse_env(".env", text);
  if (!variables) return test::render(variables.error());
  std::string shown;
  for (const EnvVariable& one : *variables) {
    shown += fmt::format("{}:{} {}=[{}]\n", one.place.line, one.place.column, one.name,
                         one.value.expose());
  }
  return shown;
}

// shows: B2
TEST(EnvFile, ReadsNamesAndValues) {
  EXPECT_EQ(read("PORT=8884\n"), "1:1 PORT=[8884]\n");
  EXPECT_EQ(read("PORT=8884"), "1:1 PORT=[8884]\n");
  EXPECT_EQ(read("\n# c\n  A = b c  \n"), "3:3 A=[b c]\n");
  EXPECT_EQ(read("export A=1\nexport\tB=2"), "1:8 A=[1]\n2:8 B=[2]\n");
  EXPECT_EQ(read("exported=1\nexport=2"), "1:1 exported=[1]\n2:1 export=[2]\n");
  EXPECT_EQ(read("A=\nB=\"\"\nC=''"), "1:1 A=[]\n2:1 B=[]\n3:1 C=[]\n");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "A=1\r\nB='2'\r\n"),
            "1:1 A=[1]\n2:1 B=[2]\n");
}

TEST(EnvFile, CommentsBeginAfterABlank) {
  EXPECT_EQ(read("A=1 # one\nB=a#b\nC=# nothing\nD= # nothing\nE='x' # one\nF=\"y\"# two"),
            "1:1 A=[1]\n2:1 B=[a#b]\n3:1 C=[# nothing]\n4:1 D=[]\n5:1 E=[x]\n6:1 F=[y]\n");
}

TEST(EnvFile, QuotesKeepWhatIsInThem) {
  EXPECT_EQ(read(R"(A=' a "b" \n $C #x ')"), "1:1 A=[ a \"b\" \\n $C #x ]\n");
  EXPECT_EQ(read(R"(A="a\tb\\\"\$\`\q ${B} $C")"), "1:1 A=[a\tb\\\"$`\\q ${B} $C]\n");
  EXPECT_EQ(read("A=\"one\r\ntwo\"\r\nB='x\ny'\nC=1"),
            "1:1 A=[one\ntwo]\n3:1 B=[x\ny]\n5:1 C=[1]\n");
}

TEST(EnvFile, ExpandsNothing) {
  EXPECT_EQ(read("A=$HOME/${B:-c}`d`"), "1:1 A=[$HOME/${B:-c}`d`]\n");
}

TEST(EnvFile, TheLastOfANameCounts) {
  const auto variables = parse_env(".env", "A=1\nB=2\nA=3\n").value();
  EXPECT_EQ(find(variables, "A")->value.expose(), "3");
  EXPECT_EQ(find(variables, "A")->place.line, 3U);
  EXPECT_EQ(find(variables, "C"), nullptr);
}

TEST(EnvFile, TellsEveryMistakeAndNoValue) {
  const std::string shown =
      read("hunter2\nA=1\n=hunter2\n1A=hunter2\nB='hunter2' x\nC=\"hunter2\nexport D\n");
  EXPECT_EQ(shown.find("=[1]"), std::string::npos);
  for (const std::string_view place :
       {".env:1:1", ".env:3:1", ".env:4:1", ".env:5:13", ".env:6:3", ".env:7:8"}) {
    EXPECT_NE(shown.find(place), std::string::npos) << place << "\n" << shown;
  }
  EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
}

TEST(EnvFile, RefusesWhatIsNoText) {
  EXPECT_NE(read("A=1\nB=\xff").find(".env:2:3"), std::string::npos);
  EXPECT_NE(read(std::string_view("A=\0x", 4)).find(".env:1:3"), std::string::npos);
}

}  // namespace
}  // namespace bedstone::config
