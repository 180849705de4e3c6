// One head (from, ref, password, …) says what a mapping means; the other keys are its options.
#include "seed/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"
#include "data/scalars.hpp"

namespace bedstone::seed {

using Kind = Expression::Kind;

struct ExpressionReader::Form {
  std::string_view name;
  Kind kind;
  std::string_view option = {};  ///< Beside `or`.
};

namespace {

constexpr std::array<std::string_view, 3> kGenerated{"password", "token", "hex"};
/// Shorter ones can be guessed, and no column needs longer ones.
constexpr std::int64_t kMinLength = 12;
constexpr std::int64_t kMaxLength = 1024;

bool is_variable(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto part = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), part);
}

/// A scalar with something in it. What a variable expanded to may be empty: `or:` counts then.
bool is_filled(const data::Node& node) {
  return node.is_scalar() && !node.is_null() && (!node.text().empty() || !node.variables().empty());
}

}  // namespace

const ExpressionReader::Form* ExpressionReader::form_of(std::string_view key) {
  static constexpr std::array<Form, 10> kForms{{
      {"from", Kind::kField},
      {"value", Kind::kLiteral},
      {"ref", Kind::kReference},
      {"password", Kind::kPassword, "pepper"},
      {"secret", Kind::kSecret},
      {"generate", Kind::kGenerate, "length"},
      {"env", Kind::kEnvironment},
      {"file", Kind::kFile},
      {"uuid", Kind::kUuid},
      {"now", Kind::kNow},
  }};
  const auto found = std::find_if(kForms.begin(), kForms.end(),
                                  [&](const Form& form) { return form.name == key; });
  return found != kForms.end() ? &*found : nullptr;
}

/// The first key, else `ref`, whose other keys are columns of any name, else the first that is one.
const data::Entry* ExpressionReader::head_of(const data::Node& mapping) {
  const data::Entry* head = nullptr;
  for (const data::Entry& entry : mapping.entries()) {
    if (form_of(entry.key) == nullptr) continue;
    if (&entry == &mapping.entries().front() || entry.key == "ref") return &entry;
    if (head == nullptr) head = &entry;
  }
  return head;
}

bool ExpressionReader::is_expression(const data::Node& mapping) {
  return head_of(mapping) != nullptr;
}

std::optional<Expression> ExpressionReader::value(const data::Node& node, const std::string& what) {
  if (!node.is_mapping()) {
    Expression literal;
    literal.node = &node;
    literal.place = document_.place(node.mark());
    return literal;
  }
  if (is_expression(node)) return expression(node);
  std::string hint =
      "write {value: {…}} where JSON is meant, or an expression: {from: …}, {ref: …}";
  for (const data::Entry& entry : node.entries()) {
    const std::vector<std::string> names{"from",     "value", "ref",  "password", "secret",
                                         "generate", "env",   "file", "uuid",     "now"};
    const auto near = text::nearest(entry.key, names);
    if (!near) continue;
    hint = fmt::format("did you mean {}? Write {{value: {{…}}}} where JSON is meant", *near);
    break;
  }
  complain(ErrorCode::kSeedSet, node.mark(),
           fmt::format("{} is a mapping, but no expression", what), std::move(hint));
  return std::nullopt;
}

std::optional<Expression> ExpressionReader::expression(const data::Node& mapping) {
  const std::size_t errors_before = errors_.size();
  const data::Entry& head = *head_of(mapping);
  Expression expression;
  expression.kind = form_of(head.key)->kind;
  expression.place = document_.place(mapping.mark());
  if (!head.value.broken()) read_head(head, expression);
  read_options(mapping, head, expression);
  if (errors_.size() > errors_before || head.value.broken()) return std::nullopt;
  return expression;
}

void ExpressionReader::read_head(const data::Entry& head, Expression& expression) {
  switch (expression.kind) {
    case Kind::kField:
      return name(head, expression, "a field of the row, or a path from it: {from: ../../email}");
    case Kind::kLiteral:
      expression.node = &head.value;
      return;
    case Kind::kReference:
      return name(
          head, expression,
          "a table, and columns that name its row: {ref: accounts, email: ada@example.com}");
    case Kind::kPassword:
    case Kind::kSecret:
      return hidden(head, expression);
    case Kind::kGenerate:
      return generate(head, expression);
    case Kind::kEnvironment:
      return variable(head, expression);
    case Kind::kFile:
      return name(head, expression, "a path from the project's folder: {file: prompts/agent.txt}");
    case Kind::kUuid:
      return uuid(head, expression);
    case Kind::kNow:
      return now(head);
  }
}

void ExpressionReader::name(const data::Entry& head, Expression& expression,
                            std::string_view example) {
  if (!head.value.is_scalar() || head.value.text().empty() || head.value.is_null()) {
    return does_not_fit(head, fmt::format("write {}", example));
  }
  expression.text = head.value.text();
}

/// What a password or secret is made of. It is never shown.
void ExpressionReader::hidden(const data::Entry& head, Expression& expression) {
  const data::Node& node = head.value;
  if (!node.is_mapping() && !is_filled(node)) {
    return does_not_fit(
        head, fmt::format("write a text or an expression: {{{}: {{env: NAME}}}}", head.key));
  }
  auto part = value(node, head.key);
  if (part) expression.parts.emplace_back(std::string(), *std::move(part));
}

void ExpressionReader::generate(const data::Entry& head, Expression& expression) {
  const auto choice = read_choice(head.value, kGenerated);
  if (!choice) {
    return does_not_fit(head, fmt::format("write one of: {}", fmt::join(kGenerated, ", ")));
  }
  expression.text = kGenerated[*choice];
}

void ExpressionReader::variable(const data::Entry& head, Expression& expression) {
  if (!head.value.is_scalar() || !is_variable(head.value.text())) {
    return does_not_fit(head, "write a variable's name, without ${}: {env: ADMIN_PASSWORD}");
  }
  expression.text = head.value.text();
}

void ExpressionReader::uuid(const data::Entry& head, Expression& expression) {
  const data::Node& node = head.value;
  const std::string hint =
      "write {uuid: true} for one made of the row's key, or name the fields: {uuid: [email]}";
  if (node.as_bool() == true) return;
  const auto& fields = node.items();
  if (fields.empty()) return does_not_fit(head, hint);
  for (const data::Node& field : fields) {
    if (!field.is_scalar() || field.is_null() || field.text().empty()) {
      complain(ErrorCode::kSeedSet, field.mark(),
               fmt::format("a field of uuid cannot be {}", data::describe(field)), hint);
      continue;
    }
    Expression part;
    part.kind = Kind::kField;
    part.text = field.text();
    part.place = document_.place(field.mark());
    expression.parts.emplace_back(field.text(), std::move(part));
  }
}

void ExpressionReader::now(const data::Entry& head) {
  if (head.value.as_bool() != true) does_not_fit(head, "write {now: true}");
}

void ExpressionReader::read_options(const data::Node& mapping, const data::Entry& head,
                                    Expression& expression) {
  for (const data::Entry& entry : mapping.entries()) {
    if (&entry != &head && !entry.value.broken()) read_option(entry, head, expression);
  }
  const bool named =
      std::any_of(mapping.entries().begin(), mapping.entries().end(),
                  [&](const data::Entry& entry) { return &entry != &head && entry.key != "or"; });
  if (expression.kind == Kind::kReference && !named && !head.value.broken()) {
    complain(ErrorCode::kSeedSet, head.value.mark(),
             fmt::format("ref names no row of {}", data::describe_key(expression.text)),
             fmt::format("name columns that tell it from the others: {{ref: {}, name: admin}}",
                         data::describe_key(expression.text)));
  }
}

void ExpressionReader::read_option(const data::Entry& entry, const data::Entry& head,
                                   Expression& expression) {
  const Form& form = *form_of(head.key);
  if (entry.key == "or") {
    auto otherwise = value(entry.value, "or");
    if (otherwise) expression.otherwise.push_back(*std::move(otherwise));
  } else if (form.kind == Kind::kReference) {
    naming_column(entry, expression);
  } else if (entry.key != form.option) {
    unknown_option(entry, head);
  } else if (form.kind == Kind::kPassword) {
    pepper(entry.value, expression);
  } else {
    length(entry.value, expression);
  }
}

void ExpressionReader::pepper(const data::Node& node, Expression& expression) {
  static constexpr std::array<std::string_view, 2> kChoices{"required", "optional"};
  const auto choice = read_choice(node, kChoices);
  if (choice) {
    expression.required = *choice == 0;
    return;
  }
  complain(
      ErrorCode::kSeedSet, node.mark(),
      fmt::format("pepper cannot be {}", node.is_scalar() ? "this text" : data::describe(node)),
      "write required: then PASSWORD_SECRET must be set; optional is the default. The secret "
      "itself belongs into that variable");
}

void ExpressionReader::length(const data::Node& node, Expression& expression) {
  const auto number = node.as_integer();
  if (number && *number >= kMinLength && *number <= kMaxLength) {
    expression.length = static_cast<std::size_t>(*number);
    return;
  }
  complain(ErrorCode::kSeedSet, node.mark(),
           fmt::format("length cannot be {}", data::describe(node)),
           fmt::format("write a number of characters from {} to {}", kMinLength, kMaxLength));
}

void ExpressionReader::naming_column(const data::Entry& entry, Expression& expression) {
  if (entry.value.is_sequence() || entry.value.is_null()) {
    return complain(ErrorCode::kSeedSet, entry.value.mark(),
                    fmt::format("{} cannot name a row by {}", data::describe_key(entry.key),
                                entry.value.is_null() ? "nothing" : "a list"),
                    "write one value, or an expression: {from: field}");
  }
  auto part = value(entry.value, entry.key);
  if (part) expression.parts.emplace_back(entry.key, *std::move(part));
}

void ExpressionReader::unknown_option(const data::Entry& entry, const data::Entry& head) {
  const std::string shown = data::describe_key(entry.key);
  if (form_of(entry.key) != nullptr) {
    return complain(ErrorCode::kSeedSet, entry.key_mark,
                    fmt::format("{} and {} cannot stand in one expression", head.key, shown),
                    fmt::format("write {{{}: …, or: {{{}: …}}}} where the second shall count when "
                                "the first gives nothing; {{value: {{…}}}} where JSON is meant",
                                head.key, shown));
  }
  std::vector<std::string> names{"or"};
  if (const Form& form = *form_of(head.key); !form.option.empty()) names.emplace_back(form.option);
  const auto near = text::nearest(entry.key, names);
  complain(ErrorCode::kUnknownKey, entry.key_mark,
           fmt::format("there is no option {} beside {}", shown, head.key),
           near ? fmt::format("did you mean {}?", *near)
                : fmt::format("beside {} may stand: {}; write {{value: {{…}}}} where JSON is meant",
                              head.key, text::join(names, ", ")));
}

void ExpressionReader::does_not_fit(const data::Entry& entry, std::string hint) {
  const bool secret = entry.key == "password" || entry.key == "secret";
  const data::Node& node = entry.value;
  std::string what = secret && node.is_scalar() ? "this text" : data::describe(node);
  if (node.is_null() || (node.is_scalar() && node.text().empty())) what = "empty";
  if (node.is_sequence() && node.items().empty()) what = "an empty list";
  complain(ErrorCode::kSeedSet, node.mark(), fmt::format("{} cannot be {}", entry.key, what),
           std::move(hint));
}

void ExpressionReader::complain(ErrorCode code, const data::Mark& mark, std::string message,
                                std::string hint) {
  errors_.push_back(
      Error(code, std::move(message)).advise(std::move(hint)).at(document_.place(mark)));
}

Expression::Expression() = default;
Expression::Expression(const Expression& other) = default;
Expression::Expression(Expression&& other) noexcept = default;
Expression& Expression::operator=(const Expression& other) = default;
Expression& Expression::operator=(Expression&& other) noexcept = default;
Expression::~Expression() = default;

bool Expression::only_for_new_rows() const {
  switch (kind) {
    case Kind::kPassword:
    case Kind::kSecret:
    case Kind::kGenerate:
    case Kind::kNow:
      return true;
    default:
      break;
  }
  return std::any_of(parts.begin(), parts.end(),
                     [](const auto& part) { return part.second.only_for_new_rows(); }) ||
         std::any_of(otherwise.begin(), otherwise.end(),
                     [](const Expression& other) { return other.only_for_new_rows(); });
}

void collect_variables(const Expression& expression, std::vector<std::string>& names) {
  if (expression.kind == Kind::kEnvironment) names.push_back(expression.text);
  for (const auto& [_, part] : expression.parts)
    collect_variables(part, names);
  for (const Expression& other : expression.otherwise)
    collect_variables(other, names);
}

Result<std::optional<Expression>> read_expression(const data::Node& node,
                                                  const data::Document& document) {
  if (!ExpressionReader::is_expression(node)) return std::optional<Expression>();
  Errors errors;
  auto expression = ExpressionReader(document, errors).expression(node);
  if (!errors.empty()) return fail(std::move(errors.front()));
  return expression;
}

}  // namespace bedstone::seed
