// What makes a column's value: each expression, its options, and what is refused.
#include "seed/expression.hpp"

#include "data/yaml.hpp"
#include "seed/test_support.hpp"

namespace bedstone::seed {
namespace {

using Kind = Expression::Kind;
using Names = std::vector<std::string>;

/// An expression on one line: {ref accounts email={from email}}.
std::string dump(const Expression& expression) {
  static constexpr std::string_view kNames[] = {"from",     "value", "ref",  "password", "secret",
                                                "generate", "env",   "file", "uuid",     "now"};
  std::string text = fmt::format("{{{}", kNames[static_cast<std::size_t>(expression.kind)]);
  if (!expression.text.empty()) text += " " + expression.text;
  if (expression.node != nullptr) {
    text += " " + (expression.node->is_scalar() ? expression.node->text()
                                                : data::describe(*expression.node));
  }
  if (expression.length > 0) text += fmt::format(" length={}", expression.length);
  if (expression.required) text += " required";
  for (const auto& [name, part] : expression.parts)
    text += fmt::format(" {}={}", name, dump(part));
  for (const Expression& other : expression.otherwise)
    text += " or " + dump(other);
  return text + "}";
}

struct Read {
  std::string text;
  bool only_for_new_rows = false;
  Names variables;
};

/// `yaml` is the value of a column in the third line, from column 6 on.
Read read(std::string_view yaml) {
  const auto document = data::parse_yaml("f.yaml", fmt::format("columns:\n\n  c: {}\n", yaml));
  if (!document) return {test::render(document.error()), false, {}};
  Errors errors;
  ExpressionReader reader(*document, errors);
  const auto expression = reader.value(*document->root.find("columns")->find("c"), "columns.c");
  EXPECT_EQ(expression.has_value(), errors.empty()) << yaml;
  if (!expression) return {test::render(errors), false, {}};
  EXPECT_EQ(expression->place.line, 3U) << yaml;
  EXPECT_EQ(expression->place.column, 6U) << yaml;
  Read result{dump(*expression), expression->only_for_new_rows(), {}};
  collect_variables(*expression, result.variables);
  return result;
}

TEST(Expression, EachKindIsReadWithItsOptions) {
  struct Row {
    std::string_view yaml, read;
  };
  static constexpr Row kRows[] = {
      {"admin", "{value admin}"},
      {"12", "{value 12}"},
      {"[a, b]", "{value a list}"},
      {"~", "{value ~}"},
      {"{from: model}", "{from model}"},
      {"{from: ../../email}", "{from ../../email}"},
      {"{from: model, or: small}", "{from model or {value small}}"},
      {"{from: a, or: {from: b, or: {env: C}}}", "{from a or {from b or {env C}}}"},
      {"{value: {env: A}}", "{value a mapping}"},
      {"{value: ~}", "{value ~}"},
      {"{ref: accounts, email: ada@example.com}", "{ref accounts email={value ada@example.com}}"},
      {"{ref: accounts, email: {from: owner}}", "{ref accounts email={from owner}}"},
      {"{ref: m, account_id: {ref: a, email: x}, provider: p}",
       "{ref m account_id={ref a email={value x}} provider={value p}}"},
      {"{email: x, ref: accounts}", "{ref accounts email={value x}}"},
      // Columns may be called as expressions are.
      {"{ref: files, from: a, file: b}", "{ref files from={value a} file={value b}}"},
      {"{ref: a, name: x, or: ~}", "{ref a name={value x} or {value ~}}"},
      {"{password: {env: ADMIN}}", "{password ={env ADMIN}}"},
      {"{password: {from: password}, pepper: required}", "{password required ={from password}}"},
      {"{password: {from: password}, pepper: optional}", "{password ={from password}}"},
      {"{password: {env: A, or: {generate: password}}}",
       "{password ={env A or {generate password}}}"},
      {"{secret: {env: KEY}}", "{secret ={env KEY}}"},
      {"{generate: token}", "{generate token}"},
      {"{generate: hex, length: 32}", "{generate hex length=32}"},
      {"{length: 12, generate: password}", "{generate password length=12}"},
      {"{env: HOME_PAGE, or: none}", "{env HOME_PAGE or {value none}}"},
      {"{file: prompts/agent.txt}", "{file prompts/agent.txt}"},
      {"{uuid: true}", "{uuid}"},
      {"{uuid: [email, ../name]}", "{uuid email={from email} ../name={from ../name}}"},
      {"{now: true}", "{now}"},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(read(row.yaml).text, row.read) << row.yaml;
}

TEST(Expression, WhatIsHiddenOrMadeUpIsForNewRowsOnly) {
  struct Row {
    std::string_view yaml;
    bool only;
  };
  static constexpr Row kRows[] = {
      {"x", false},
      {"{from: a}", false},
      {"{env: A}", false},
      {"{uuid: true}", false},
      {"{ref: a, b: c}", false},
      {"{password: x}", true},
      {"{secret: x}", true},
      {"{generate: hex}", true},
      {"{now: true}", true},
      {"{from: a, or: {now: true}}", true},
      {"{env: A, or: {env: B, or: {generate: token}}}", true},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(read(row.yaml).only_for_new_rows, row.only) << row.yaml;
}

TEST(Expression, VariablesAreFoundAtAnyDepth) {
  EXPECT_EQ(read("{password: {env: A, or: {env: B}}}").variables, (Names{"A", "B"}));
  EXPECT_EQ(read("{ref: t, a: {env: A}, or: {env: C}}").variables, (Names{"A", "C"}));
  EXPECT_EQ(read("{value: {env: A}}").variables, Names{});
}

TEST(Expression, MistakesAreNamedWithTheirPlaceAndNeverShowASecret) {
  struct Row {
    std::string_view yaml, errors;
  };
  static constexpr Row kRows[] = {
      {"{}",
       "f.yaml:3:6 BED0701 columns.c is a mapping, but no expression -> write {value: {…}} where "
       "JSON is meant, or an expression: {from: …}, {ref: …}\n"},
      {"{a: 1}",
       "f.yaml:3:6 BED0701 columns.c is a mapping, but no expression -> write {value: {…}} where "
       "JSON is meant, or an expression: {from: …}, {ref: …}\n"},
      {"{form: model}",
       "f.yaml:3:6 BED0701 columns.c is a mapping, but no expression -> did you mean from? Write "
       "{value: {…}} where JSON is meant\n"},
      {"{from: ''}",
       "f.yaml:3:13 BED0701 from cannot be empty -> write a field of the row, or a path from it: "
       "{from: ../../email}\n"},
      {"{from: [a]}",
       "f.yaml:3:13 BED0701 from cannot be a list -> write a field of the row, or a path from it: "
       "{from: ../../email}\n"},
      {"{from: ~}",
       "f.yaml:3:13 BED0701 from cannot be empty -> write a field of the row, or a path from it: "
       "{from: ../../email}\n"},
      {"{from: a, length: 12}",
       "f.yaml:3:16 BED0105 there is no option length beside from -> beside from may stand: or; "
       "write {value: {…}} where JSON is meant\n"},
      {"{from: a, off: b}",
       "f.yaml:3:16 BED0105 there is no option off beside from -> beside from may stand: or; write "
       "{value: {…}} where JSON is meant\n"},
      {"{from: a, env: B}",
       "f.yaml:3:16 BED0701 from and env cannot stand in one expression -> write {from: …, or: "
       "{env: …}} where the second shall count when the first gives nothing; {value: {…}} where "
       "JSON is meant\n"},
      {"{from: a, or: {b: c}}",
       "f.yaml:3:20 BED0701 or is a mapping, but no expression -> write {value: {…}} where JSON is "
       "meant, or an expression: {from: …}, {ref: …}\n"},
      {"{ref: accounts}",
       "f.yaml:3:12 BED0701 ref names no row of accounts -> name columns that tell it from the "
       "others: {ref: accounts, name: admin}\n"},
      {"{ref: accounts, or: x}",
       "f.yaml:3:12 BED0701 ref names no row of accounts -> name columns that tell it from the "
       "others: {ref: accounts, name: admin}\n"},
      {"{ref: accounts, email: [a]}",
       "f.yaml:3:29 BED0701 email cannot name a row by a list -> write one value, or an "
       "expression: {from: field}\n"},
      {"{ref: accounts, email: ~}",
       "f.yaml:3:29 BED0701 email cannot name a row by nothing -> write one value, or an "
       "expression: {from: field}\n"},
      {"{ref: accounts, email: {a: b}}",
       "f.yaml:3:29 BED0701 email is a mapping, but no expression -> write {value: {…}} where JSON "
       "is meant, or an expression: {from: …}, {ref: …}\n"},
      {"{password: ''}",
       "f.yaml:3:17 BED0701 password cannot be empty -> write a text or an expression: {password: "
       "{env: NAME}}\n"},
      {"{password: [hunter2]}",
       "f.yaml:3:17 BED0701 password cannot be a list -> write a text or an expression: {password: "
       "{env: NAME}}\n"},
      {"{password: hunter2, peper: required}",
       "f.yaml:3:26 BED0105 there is no option peper beside password -> did you mean pepper?\n"},
      {"{password: hunter2, pepper: hunter2}",
       "f.yaml:3:34 BED0701 pepper cannot be this text -> write required: then PASSWORD_SECRET "
       "must be set; optional is the default. The secret itself belongs into that variable\n"},
      {"{secret: ~}",
       "f.yaml:3:15 BED0701 secret cannot be empty -> write a text or an expression: {secret: "
       "{env: NAME}}\n"},
      {"{secret: {password2: hunter2}}",
       "f.yaml:3:15 BED0701 secret is a mapping, but no expression -> did you mean password? Write "
       "{value: {…}} where JSON is meant\n"},
      {"{generate: pin}",
       "f.yaml:3:17 BED0701 generate cannot be the text \"pin\" -> write one of: password, token, "
       "hex\n"},
      {"{generate: hex, length: 4}",
       "f.yaml:3:30 BED0701 length cannot be 4 -> write a number of characters from 12 to 1024\n"},
      {"{generate: hex, length: 9999}",
       "f.yaml:3:30 BED0701 length cannot be 9999 -> write a number of characters from 12 to "
       "1024\n"},
      {"{generate: hex, length: long}",
       "f.yaml:3:30 BED0701 length cannot be the text \"long\" -> write a number of characters "
       "from 12 to 1024\n"},
      {"{env: $ADMIN}",
       "f.yaml:3:12 BED0701 env cannot be this text -> write a variable's name, without ${}: {env: "
       "ADMIN_PASSWORD}\n"},
      {"{env: '1A'}",
       "f.yaml:3:12 BED0701 env cannot be the text \"1A\" -> write a variable's name, without ${}: "
       "{env: ADMIN_PASSWORD}\n"},
      {"{env: [A]}",
       "f.yaml:3:12 BED0701 env cannot be a list -> write a variable's name, without ${}: {env: "
       "ADMIN_PASSWORD}\n"},
      {"{file: ''}",
       "f.yaml:3:13 BED0701 file cannot be empty -> write a path from the project's folder: {file: "
       "prompts/agent.txt}\n"},
      {"{uuid: false}",
       "f.yaml:3:13 BED0701 uuid cannot be false -> write {uuid: true} for one made of the row's "
       "key, or name the fields: {uuid: [email]}\n"},
      {"{uuid: []}",
       "f.yaml:3:13 BED0701 uuid cannot be an empty list -> write {uuid: true} for one made of the "
       "row's key, or name the fields: {uuid: [email]}\n"},
      {"{uuid: [a, [b], ~]}",
       "f.yaml:3:17 BED0701 a field of uuid cannot be a list -> write {uuid: true} for one made of "
       "the row's key, or name the fields: {uuid: [email]}\n"
       "f.yaml:3:22 BED0701 a field of uuid cannot be empty -> write {uuid: true} for one made of "
       "the row's key, or name the fields: {uuid: [email]}\n"},
      {"{now: later}",
       "f.yaml:3:12 BED0701 now cannot be the text \"later\" -> write {now: true}\n"},
      {"{from: [a], or: {env: ''}}",
       "f.yaml:3:13 BED0701 from cannot be a list -> write a field of the row, or a path from it: "
       "{from: ../../email}\n"
       "f.yaml:3:28 BED0701 env cannot be empty -> write a variable's name, without ${}: {env: "
       "ADMIN_PASSWORD}\n"},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(read(row.yaml).text, row.errors) << row.yaml;
}

TEST(Expression, InRowsOnlyMappingsWithAnExpressionsNameAreOnes) {
  const auto in_row = [](std::string_view yaml) {
    const auto document = data::parse_yaml("f.yaml", yaml);
    const auto read = read_expression(document->root, *document);
    if (!read) return test::render({read.error()});
    return *read ? dump(**read) : std::string("none");
  };
  EXPECT_EQ(in_row("{a: 1, b: 2}"), "none");
  EXPECT_EQ(in_row("{}"), "none");
  EXPECT_EQ(in_row("{env: A}"), "{env A}");
  EXPECT_EQ(in_row("{env: [A], from: b}"),
            "f.yaml:1:7 BED0701 env cannot be a list -> write a variable's name, without ${}: "
            "{env: ADMIN_PASSWORD}\n");
}

}  // namespace
}  // namespace bedstone::seed
