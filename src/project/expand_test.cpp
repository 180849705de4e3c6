// ${NAME} in values: what it becomes, and what is said when it cannot.
#include "project/expand.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"
#include "data/yaml.hpp"

namespace bedstone {
namespace {

const Environment kEnvironment({{"HOST", "db"},
                                {"EMPTY", ""},
                                {"AUTO", "true"},
                                {"PORT", "5432"},
                                {"TRICK", "${HOST}"},
                                {"SECRET", "hunter2"},
                                {"BINARY", "\xFF\xFE"}});

struct Expanded {
  std::string text, errors;
  data::Node::Type type;
  std::vector<std::string> variables;
};

/// `yaml` is the value of a key in the second line, from column 4 on.
Expanded expand(std::string_view yaml) {
  auto document = data::parse_yaml("f.yaml", fmt::format("a:\n  - {}\n", yaml));
  if (!document) return {"", test::render(document.error()), {}, {}};
  Errors errors;
  expand_variables(document->root, *document, kEnvironment, errors);
  const data::Node& node = document->root.find("a")->items()[0];
  return {node.text(), test::render(errors), node.type(), node.variables()};
}

TEST(Expand, VariablesDefaultsAndEscapesBecomeText) {
  struct Row {
    std::string_view yaml, text;
  };
  static constexpr Row kRows[] = {
      {"${HOST}", "db"},
      {"http://${HOST}:${PORT}/", "http://db:5432/"},
      {"${UNSET:-sqlite:data/hub.db}", "sqlite:data/hub.db"},
      {"${EMPTY:-used}", "used"},
      {"${EMPTY}", ""},
      {"x${EMPTY}y", "xy"},
      {"${UNSET:-}", ""},
      {"${HOST:-${UNSET}}", "db"},
      {"${UNSET:-${HOST}:${OTHER:-1}}", "db:1"},
      {"${UNSET:-${OTHER:-${PORT}}}", "5432"},
      {"'${HOST:?needed}'", "db"},
      {"'${UNSET:-{\"a\": 1}}'", "{\"a\": 1}"},
      {"'$${HOST}'", "${HOST}"},
      {"'$$${HOST}'", "$db"},
      {"'$$$${HOST}'", "$${HOST}"},
      {"'${UNSET:-$${HOST}}'", "${HOST}"},
      {"pa$$word $1 $HOST $", "pa$$word $1 $HOST $"},
      {"\"$$ BEGIN $$\"", "$$ BEGIN $$"},
      // What a variable holds is text, never an expression.
      {"${TRICK}", "${HOST}"},
  };
  for (const Row& row : kRows) {
    const Expanded result = expand(row.yaml);
    EXPECT_EQ(result.text, row.text) << row.yaml;
    EXPECT_EQ(result.errors, "") << row.yaml;
  }
}

TEST(Expand, PlainScalarsAreTypedAnewAndQuotedOnesStayText) {
  EXPECT_EQ(expand("${AUTO}").type, data::Node::Type::kBool);
  EXPECT_EQ(expand("${UNSET:-true}").type, data::Node::Type::kBool);
  EXPECT_EQ(expand("${PORT}").type, data::Node::Type::kInteger);
  EXPECT_EQ(expand("${EMPTY}").type, data::Node::Type::kNull);
  EXPECT_EQ(expand("\"${PORT}\"").type, data::Node::Type::kText);
  EXPECT_EQ(expand("${HOST}").type, data::Node::Type::kText);
}

TEST(Expand, ScalarsRememberTheirVariables) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(expand("${PORT}${HOST}${PORT}").variables, (Names{"HOST", "PORT"}));
  EXPECT_EQ(expand("${UNSET:-${HOST}}").variables, (Names{"HOST", "UNSET"}));
  EXPECT_EQ(expand("${HOST:-${PORT}}").variables, Names{"HOST"});
  EXPECT_EQ(expand("plain $${HOST}").variables, Names{});
}

TEST(Expand, KeysAreNeverExpanded) {
  auto document = data::parse_yaml("f.yaml", "\"${HOST}\": ${HOST}\n");
  ASSERT_TRUE(document.has_value());
  Errors errors;
  expand_variables(document->root, *document, kEnvironment, errors);
  EXPECT_EQ(document->root.entries()[0].key, "${HOST}");
  EXPECT_EQ(document->root.entries()[0].value.text(), "db");
}

TEST(Expand, WhatCannotBeExpandedIsRefusedWithPlaceAndAdvice) {
  struct Row {
    std::string_view yaml, errors;
  };
  static constexpr Row kRows[] = {
      {"${UNSET}",
       "f.yaml:2:5 BED0107 the environment variable UNSET is not set -> export UNSET=…, or give it "
       "a default in f.yaml: ${UNSET:-…}\n"},
      {"'ab${UNSET}'",
       "f.yaml:2:8 BED0107 the environment variable UNSET is not set -> export UNSET=…, or give it "
       "a default in f.yaml: ${UNSET:-…}\n"},
      {"${UNSET} and ${ALSO:?say which tenant}",
       "f.yaml:2:5 BED0107 the environment variable UNSET is not set -> export UNSET=…, or give it "
       "a default in f.yaml: ${UNSET:-…}\n"
       "f.yaml:2:18 BED0107 the environment variable ALSO is not set (say which tenant) -> export "
       "ALSO=…, or give it a default in f.yaml: ${ALSO:-…}\n"},
      {"${EMPTY:?}",
       "f.yaml:2:5 BED0107 the environment variable EMPTY is set but empty -> export EMPTY=…, or "
       "give it a default in f.yaml: ${EMPTY:-…}\n"},
      {"${UNSET:-${INNER}}",
       "f.yaml:2:14 BED0107 the environment variable INNER is not set -> export INNER=…, or give "
       "it "
       "a default in f.yaml: ${INNER:-…}\n"},
      {"x ${HOST",
       "f.yaml:2:7 BED0108 ${HOST is never closed -> add the closing }; write $${ for a literal "
       "${\n"},
      {"${HOST:-${PORT}",
       "f.yaml:2:5 BED0108 ${HOST is never closed -> add the closing }; write $${ for a literal "
       "${\n"},
      {"${}",
       "f.yaml:2:5 BED0108 after ${ stands no name of a variable -> write ${NAME} with letters, "
       "digits and _; write $${ for a literal ${\n"},
      {"${1A}",
       "f.yaml:2:5 BED0108 after ${ stands no name of a variable -> write ${NAME} with letters, "
       "digits and _; write $${ for a literal ${\n"},
      {"${HOST-hunter2}",
       "f.yaml:2:5 BED0108 what follows the name in ${HOST…} is not understood -> write ${HOST}, "
       "${HOST:-default} or ${HOST:?message}\n"},
      {"${HOST:+hunter2}",
       "f.yaml:2:5 BED0108 what follows the name in ${HOST…} is not understood -> write ${HOST}, "
       "${HOST:-default} or ${HOST:?message}\n"},
      // The place of what stands in a block is the block's.
      {"|\n    a\n    ${UNSET}",
       "f.yaml:2:5 BED0107 the environment variable UNSET is not set -> export UNSET=…, or give it "
       "a default in f.yaml: ${UNSET:-…}\n"},
      {"${BINARY}",
       "f.yaml:2:5 BED0015 the value of BINARY is not UTF-8 (the byte at offset 0 begins no "
       "character) -> look at its bytes: printenv BINARY | od -c\n"},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(expand(row.yaml).errors, row.errors) << row.yaml;
}

TEST(Expand, NestingAndSizeAreLimited) {
  std::string deep;
  for (int i = 0; i < 21; ++i)
    deep += "${UNSET:-";
  EXPECT_EQ(expand(deep + std::string(21, '}')).errors,
            "f.yaml:2:185 BED0108 ${…} is nested deeper than 20 levels -> give the inner default a "
            "variable of its own\n");

  const Environment large({{"BIG", std::string(100'000, 'x')}});
  std::string text = "[";
  for (int i = 0; i < 200; ++i)
    text += "'${BIG}',";
  auto document = data::parse_yaml("f.yaml", text + "]");
  ASSERT_TRUE(document.has_value());
  Errors errors;
  expand_variables(document->root, *document, large, errors);
  EXPECT_EQ(
      test::render(errors),
      "f.yaml:1:1506 BED0104 the variables of this file expand to more than 16 MiB -> name the "
      "variable once, or keep the data in a file\n");
}

TEST(Expand, NoErrorHoldsWhatAVariableHolds) {
  for (const std::string_view yaml :
       {"${SECRET}${UNSET}", "${SECRET:-x}${", "${SECRET:?x}${SECRET-x}", "${UNSET:?${SECRET}}"}) {
    const std::string errors = expand(yaml).errors;
    EXPECT_FALSE(errors.empty()) << yaml;
    EXPECT_EQ(errors.find("hunter2"), std::string::npos) << errors;
  }
}

}  // namespace
}  // namespace bedstone
