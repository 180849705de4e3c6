// One field after the other, so that what is not given is no fault.
#include "seed/column_schema.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "data/json.hpp"

namespace bedstone::seed {
namespace {

/// As JSON Pointer writes it.
std::string pointer_to(std::string_view field) {
  std::string text = "/";
  for (const char c : field) {
    if (c == '~')
      text += "~0";
    else if (c == '/')
      text += "~1";
    else
      text += c;
  }
  return text;
}

std::string field_made_of(const Expression& expression) {
  const bool plain = expression.kind == Expression::Kind::kField && expression.otherwise.empty();
  return plain && expression.text.find('/') == std::string::npos ? expression.text : std::string();
}

std::optional<std::int64_t> length_of(const data::Node* node) {
  return node == nullptr ? std::nullopt : node->as_integer();
}

schema::ColumnRules rules_in(const data::Node& property) {
  schema::ColumnRules rules;
  const auto number = [&](std::string_view word, std::optional<std::string>& to) {
    const data::Node* node = property.find(word);
    if (node == nullptr || !node->as_number()) return false;
    to = node->text();
    return true;
  };
  number("minimum", rules.minimum);
  number("maximum", rules.maximum);
  if (!rules.minimum) rules.above_minimum = number("exclusiveMinimum", rules.minimum);
  if (!rules.maximum) rules.below_maximum = number("exclusiveMaximum", rules.maximum);
  rules.min_length = length_of(property.find("minLength"));
  rules.max_length = length_of(property.find("maxLength"));
  if (const data::Node* values = property.find("enum")) {
    for (const data::Node& value : values->items()) {
      if (value.is_scalar() && !value.is_null()) rules.values.push_back(value.text());
    }
  }
  return rules;
}

}  // namespace

ColumnSchema::ColumnSchema(data::JsonSchema schema, const SeedSet& set)
    : schema_(std::move(schema)), shown_(set.shown) {
  for (const std::string& field : set.ignore)
    made_.emplace(field, "");
  for (const auto& [column, expression] : set.columns)
    made_.insert_or_assign(column, field_made_of(expression));
  if (const data::Node* properties = set.schema->find("properties")) {
    for (const data::Entry& entry : properties->entries())
      rules_.emplace(entry.key, rules_in(entry.value));
  }
  if (const data::Node* required = set.schema->find("required")) {
    for (const data::Node& field : required->items())
      required_.push_back(field.text());
  }
}

std::optional<ColumnSchema> ColumnSchema::of(const SeedSet& set) {
  if (set.schema == nullptr) return std::nullopt;
  auto schema = data::JsonSchema::compile(*set.schema, set.document);
  if (!schema) return std::nullopt;
  return ColumnSchema(*std::move(schema), set);
}

/// Null: of the field that is called as it is.
const std::string* ColumnSchema::field_of(std::string_view column) const {
  const auto made = made_.find(column);
  if (made == made_.end()) return nullptr;
  return &made->second;
}

schema::ColumnRules ColumnSchema::rules_of(const std::string& column) const {
  const std::string* made = field_of(column);
  const auto found = rules_.find(made == nullptr ? column : *made);
  return found == rules_.end() ? schema::ColumnRules() : found->second;
}

bool ColumnSchema::requires_column(std::string_view column) const {
  const std::string* made = field_of(column);
  const std::string_view field = made == nullptr ? column : std::string_view(*made);
  return !field.empty() && std::find(required_.begin(), required_.end(), field) != required_.end();
}

std::string ColumnSchema::check(const std::string& field, data::Node value) const {
  std::vector<data::Entry> entries;
  entries.push_back({field, {}, std::move(value)});
  data::Violations violations;
  schema_.validate(data::Node::mapping(std::move(entries), {}), violations);
  const std::string pointer = pointer_to(field);
  for (const data::Violation& one : violations.found) {
    if (one.path == pointer || one.path.starts_with(pointer + "/")) return one.message;
  }
  return {};
}

std::string ColumnSchema::misfit(const TargetColumn& column,
                                 const std::optional<std::string>& text) const {
  const std::string* made = field_of(column.name);
  const std::string& field = made == nullptr ? column.name : *made;
  if (!rules_.contains(field)) return {};
  if (!text) return check(field, data::Node::scalar("", true, {}));
  switch (column.kind) {
    case ColumnKind::kInteger:
    case ColumnKind::kReal:
    case ColumnKind::kNumeric:
      return check(field, data::Node::scalar(*text, true, {}));
    case ColumnKind::kBoolean: {
      const auto truth = text::parse_bool(*text);
      return check(field, data::Node::scalar(truth.value_or(false) ? "true" : "false", true, {}));
    }
    case ColumnKind::kJson: {
      auto parsed = data::parse_json(column.name, *text);
      return parsed ? check(field, std::move(parsed->root)) : std::string();
    }
    default:
      break;
  }
  std::string why = check(field, data::Node::scalar(*text, false, {}));
  // A column of text may be filled from numbers, too.
  const bool as_number = !why.empty() && check(field, data::Node::scalar(*text, true, {})).empty();
  return as_number ? std::string() : why;
}

}  // namespace bedstone::seed
