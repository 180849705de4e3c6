// A value against its shape: kind, bounds, schema; and the words for it.
#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "base/text.hpp"
#include "config/units.hpp"
#include "config/value.hpp"
#include "config/value_words.hpp"
#include "data/json.hpp"

namespace bedstone::config {
namespace {

/// The index in Value::Data of what a type's values are.
std::size_t kind_of(ValueType type) {
  switch (type) {
    case ValueType::kBool:
      return Value::Data(false).index();
    case ValueType::kInt:
      return Value::Data(std::int64_t{}).index();
    case ValueType::kFloat:
      return Value::Data(0.0).index();
    case ValueType::kDuration:
      return Value::Data(std::chrono::milliseconds()).index();
    case ValueType::kSize:
      return Value::Data(Size()).index();
    case ValueType::kList:
      return Value::Data(Value::List()).index();
    default:
      return Value::Data(Secret()).index();
  }
}

/// What a JSON Schema sees.
data::Node to_node(const Value& value, ValueType type, ValueType item) {
  if (const auto* list = value.get_if<Value::List>()) {
    std::vector<data::Node> nodes;
    for (const Value& one : *list)
      nodes.push_back(to_node(one, item, item));
    return data::Node::sequence(std::move(nodes), {});
  }
  const Secret text = value.text();
  const bool quoted =
      value.get_if<Secret>() != nullptr || type == ValueType::kDuration || type == ValueType::kSize;
  return data::Node::scalar(std::string(text.expose()), !quoted, {});
}

/// Less than zero, zero, more than zero; values of one kind that has an order.
int compare(const Value& a, const Value& b) {
  return std::visit(
      [&](const auto& left) {
        using T = std::decay_t<decltype(left)>;
        if constexpr (std::is_same_v<T, Secret> || std::is_same_v<T, Value::List>) {
          return 0;
        } else {
          const T& right = *b.get_if<T>();
          return left < right ? -1 : (right < left ? 1 : 0);
        }
      },
      a.data());
}

Error wrong(std::string message, std::string hint) {
  return Error(ErrorCode::kSettingValue, std::move(message)).advise(std::move(hint));
}

void check_schema(const Shape& shape, std::string_view name, const Value& value, Errors& errors) {
  data::Violations violations;
  if (shape.type == ValueType::kJson) {
    const auto tree =
        data::parse_json("", value.get_if<Secret>()->expose(), {.file_bytes = 2 * kMaxValueBytes});
    if (!tree) return errors.push_back(wrong(fmt::format("{} is no JSON", name), "write JSON"));
    shape.schema->validate(tree->root, violations);
  } else {
    shape.schema->validate(to_node(value, shape.type, shape.item), violations);
  }
  for (const data::Violation& one : violations.found) {
    // Keys of a mapping are part of the value.
    if (shape.secret) {
      errors.push_back(wrong(fmt::format("{} breaks the rule {} of its schema", name, one.keyword),
                             "the declaration's schema says what is wanted"));
      return;
    }
    const std::string path = text::excerpt(text::printable(one.path), 120);
    errors.push_back(wrong(fmt::format("{}{}: {}", name, path, one.message),
                           one.hint.empty() ? fmt::format("change the value, or {} in the "
                                                          "declaration's schema",
                                                          one.keyword)
                                            : one.hint));
  }
}

std::string range(const Shape& shape) {
  const auto text = [](const std::optional<Value>& value) {
    return value ? std::string(value->text().expose()) : std::string();
  };
  if (shape.minimum && shape.maximum) {
    return fmt::format(" from {} to {}", text(shape.minimum), text(shape.maximum));
  }
  if (shape.minimum) return fmt::format(" of at least {}", text(shape.minimum));
  if (shape.maximum) return fmt::format(" of at most {}", text(shape.maximum));
  return {};
}

}  // namespace

Value Value::clone() const {
  return std::visit(
      [](const auto& data) {
        using T = std::decay_t<decltype(data)>;
        if constexpr (std::is_same_v<T, Secret>) {
          return Value(data.clone());
        } else if constexpr (std::is_same_v<T, List>) {
          List list;
          for (const Value& one : data)
            list.push_back(one.clone());
          return Value(std::move(list));
        } else {
          return Value(data);
        }
      },
      data_);
}

Secret Value::text() const {
  if (const auto* text = get_if<Secret>()) return text->clone();
  if (const auto* flag = get_if<bool>()) return Secret(*flag ? "true" : "false");
  if (const auto* number = get_if<std::int64_t>()) return Secret(fmt::format("{}", *number));
  if (const auto* number = get_if<double>()) return Secret(float_text(*number));
  if (const auto* time = get_if<std::chrono::milliseconds>()) return Secret(duration_text(*time));
  if (const auto* size = get_if<Size>()) return Secret(size_text(size->bytes));
  std::vector<data::Node> nodes;
  for (const Value& one : *get_if<List>()) {
    const bool bare = one.get_if<bool>() != nullptr || one.get_if<std::int64_t>() != nullptr ||
                      one.get_if<double>() != nullptr;
    nodes.push_back(data::Node::scalar(std::string(one.text().expose()), bare, {}));
  }
  return Secret(data::to_json(data::Node::sequence(std::move(nodes), {})));
}

bool operator==(const Value& a, const Value& b) {
  return a.data_.index() == b.data_.index() && a.text().expose() == b.text().expose();
}

Errors check_value(const Shape& shape, std::string_view name, const Value& value) {
  Errors errors;
  const auto fits = [](const Value& one, ValueType type) {
    return one.data().index() == kind_of(type);
  };
  const auto* list = value.get_if<Value::List>();
  const bool items_fit =
      list == nullptr || std::all_of(list->begin(), list->end(),
                                     [&](const Value& one) { return fits(one, shape.item); });
  if (!fits(value, shape.type) || !items_fit) {
    errors.push_back(
        wrong(fmt::format("{} holds a value of another type", name), wanted(shape, shape.type)));
    return errors;
  }
  if ((shape.minimum && compare(value, *shape.minimum) < 0) ||
      (shape.maximum && compare(value, *shape.maximum) > 0)) {
    errors.push_back(wrong(fmt::format("{} is out of bounds", name), wanted(shape, shape.type)));
  }
  if (shape.schema) check_schema(shape, name, value, errors);
  return errors;
}

std::string wanted(const Shape& shape, ValueType type) {
  switch (type) {
    case ValueType::kString:
      return "write a text";
    case ValueType::kInt:
      return "write a whole number" + range(shape);
    case ValueType::kFloat:
      return "write a number" + range(shape);
    case ValueType::kBool:
      return "write true or false";
    case ValueType::kDuration:
      return fmt::format("write a duration{}, such as 250ms, 60s, 5m or 1h", range(shape));
    case ValueType::kSize:
      return fmt::format("write a size{}, such as 512KiB, 16MiB or 1GB", range(shape));
    case ValueType::kUrl:
      return "write a URL with scheme and host, such as https://example.com";
    case ValueType::kEmail:
      return "write one e-mail address, such as ada@example.com";
    case ValueType::kEnum:
      return fmt::format("write one of: {}", text::join(shape.choices, ", "));
    case ValueType::kList:
      return "write items with commas between them, or a JSON list: [\"one\", \"another\"]";
    case ValueType::kJson:
      break;
  }
  return "write JSON, such as {\"retries\": 3}";
}

std::string shown(const Shape& shape, const data::Node& node) {
  if (node.is_scalar() && node.text().empty()) return "empty";
  if (shape.secret) return node.is_scalar() ? "this text" : "this";
  // What was written is known as text alone: quotes say as much.
  constexpr std::string_view kText = "the text ";
  const std::string what = data::describe(node);
  return what.starts_with(kText) ? what.substr(kText.size()) : what;
}

}  // namespace bedstone::config
