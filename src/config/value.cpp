// Text to value: the type first, then its bounds, then its schema (value_check.cpp).
#include "config/value.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "config/units.hpp"
#include "config/value_words.hpp"
#include "data/format.hpp"
#include "data/json.hpp"

namespace bedstone::config {
namespace {

/// A URL that leads to a host: the scheme alone (`mailto:`, `javascript:`) would fit any typing
/// slip with a colon in it.
bool is_url(std::string_view text) {
  const std::size_t slashes = text.find("://");
  if (slashes == std::string_view::npos || !data::has_format(text, data::Format::kUri))
    return false;
  std::string_view host = text.substr(slashes + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  return text.find(':') == slashes && !host.empty();
}

/// Reads one value; its errors have no place yet.
class Parser {
 public:
  Parser(const Shape& shape, std::string_view name) : shape_(shape), name_(name) {}

  std::optional<Value> text(ValueType type, std::string_view text, std::string_view name);
  std::optional<Value> node(const data::Node& node);
  Errors& errors() { return errors_; }

 private:
  std::optional<Value> number(ValueType type, std::string_view text) const;
  std::optional<Value> words(ValueType type, std::string_view text) const;
  std::optional<Value> list(std::string_view text);
  std::optional<Value> items(const std::vector<data::Node>& nodes);
  std::optional<Value> json(std::string_view text);
  std::optional<data::Document> document(std::string_view text, std::string_view what);
  bool sound(std::string_view text, std::string_view name);
  std::nullopt_t refuse(ValueType type, std::string_view name, const data::Node& node);
  std::nullopt_t complain(std::string message, std::string cause, std::string hint);

  const Shape& shape_;
  std::string_view name_;
  Errors errors_;
};

std::nullopt_t Parser::complain(std::string message, std::string cause, std::string hint) {
  errors_.push_back(Error(ErrorCode::kSettingValue, std::move(message))
                        .because(std::move(cause))
                        .advise(std::move(hint)));
  return std::nullopt;
}

std::nullopt_t Parser::refuse(ValueType type, std::string_view name, const data::Node& node) {
  std::string hint = wanted(shape_, type);
  if (type == ValueType::kEnum && node.is_scalar() && !shape_.secret) {
    if (const auto near = text::nearest(node.text(), shape_.choices)) {
      hint += fmt::format("; did you mean {}?", *near);
    }
  }
  return complain(fmt::format("{} cannot be {}", name, shown(shape_, node)), "", std::move(hint));
}

/// What no type takes, since PostgreSQL's text does not.
bool Parser::sound(std::string_view text, std::string_view name) {
  if (text.size() > kMaxValueBytes) {
    complain(fmt::format("{} is longer than 1 MiB", name), "",
             "a setting is no place for files: store a path or a URL");
  } else if (text::invalid_utf8(text)) {
    complain(fmt::format("{} is not UTF-8", name), "", "store the text as UTF-8");
  } else if (text.find('\0') != std::string_view::npos) {
    complain(fmt::format("{} holds a NUL character", name), "", "remove it");
  } else {
    return true;
  }
  return false;
}

std::optional<Value> Parser::number(ValueType type, std::string_view text) const {
  if (type == ValueType::kInt) {
    if (const auto number = parse_int(text)) return Value(*number);
  } else if (type == ValueType::kFloat) {
    if (const auto number = parse_float(text)) return Value(*number);
  } else if (type == ValueType::kBool) {
    if (const auto flag = text::parse_bool(text)) return Value(*flag);
  } else if (type == ValueType::kDuration) {
    if (const auto duration = text::parse_duration(text)) return Value(*duration);
  } else if (const auto bytes = parse_size(text)) {
    return Value(Size{*bytes});
  }
  return std::nullopt;
}

std::optional<Value> Parser::words(ValueType type, std::string_view text) const {
  bool fits = true;
  if (type != ValueType::kString) text = text::trim(text);
  if (type == ValueType::kUrl) fits = is_url(text);
  if (type == ValueType::kEmail) fits = data::has_format(text, data::Format::kEmail);
  if (type == ValueType::kEnum) {
    fits = std::find(shape_.choices.begin(), shape_.choices.end(), text) != shape_.choices.end();
  }
  return fits ? std::optional(Value(Secret(std::string(text)))) : std::nullopt;
}

std::optional<Value> Parser::text(ValueType type, std::string_view text, std::string_view name) {
  if (!sound(text, name)) return std::nullopt;
  std::optional<Value> value;
  switch (type) {
    case ValueType::kList:
      return list(text);
    case ValueType::kJson:
      return json(text);
    case ValueType::kInt:
    case ValueType::kFloat:
    case ValueType::kBool:
    case ValueType::kDuration:
    case ValueType::kSize:
      value = number(type, text);
      break;
    default:
      value = words(type, text);
  }
  if (!value) refuse(type, name, data::Node::scalar(std::string(text), false, {}));
  return value;
}

std::optional<data::Document> Parser::document(std::string_view text, std::string_view what) {
  auto document = data::parse_json("it", text, {.file_bytes = kMaxValueBytes});
  if (document) return std::move(*document);
  const Error& first = document.error().front();
  // A duplicate key's name is part of the value.
  std::string cause;
  if (!shape_.secret) {
    cause =
        fmt::format("line {}, column {}: {}", first.place.line, first.place.column, first.message);
  }
  complain(fmt::format("{} is no {}", name_, what), std::move(cause), wanted(shape_, shape_.type));
  return std::nullopt;
}

std::optional<Value> Parser::json(std::string_view text) {
  const auto tree = document(text, "JSON");
  return tree ? std::optional(Value(Secret(data::to_json(tree->root)))) : std::nullopt;
}

std::optional<Value> Parser::list(std::string_view text) {
  text = text::trim(text);
  if (text.empty()) return Value(Value::List());
  if (text.starts_with('[')) {
    const auto tree = document(text, "JSON list");
    return tree ? items(tree->root.items()) : std::nullopt;
  }
  std::vector<data::Node> nodes;
  for (const std::string_view part : text::split(text, ','))
    nodes.push_back(data::Node::scalar(std::string(text::trim(part)), false, {}));
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].text().empty()) continue;
    return complain(fmt::format("{}[{}] is empty", name_, i), "",
                    "remove the comma too many; where an empty text is meant, write JSON: [\"\"]");
  }
  return items(nodes);
}

std::optional<Value> Parser::items(const std::vector<data::Node>& nodes) {
  Value::List list;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::string name = fmt::format("{}[{}]", name_, i);
    if (!nodes[i].is_scalar() || nodes[i].is_null()) {
      refuse(shape_.item, name, nodes[i]);
    } else if (auto value = text(shape_.item, nodes[i].text(), name)) {
      list.push_back(*std::move(value));
    }
  }
  if (!errors_.empty()) return std::nullopt;
  return Value(std::move(list));
}

std::optional<Value> Parser::node(const data::Node& node) {
  if (shape_.type == ValueType::kJson) {
    // In YAML a text stands for itself; JSON that is quoted would be a text with braces in it.
    return json(data::to_json(node));
  }
  if (shape_.type == ValueType::kList && node.is_sequence()) return items(node.items());
  if (!node.is_scalar()) return refuse(shape_.type, name_, node);
  return text(shape_.type, node.text(), name_);
}

Checked<Value> finish(const Shape& shape, std::string_view name, std::optional<Value> value,
                      Errors errors) {
  if (value) errors = check_value(shape, name, *value);
  if (!errors.empty()) return fail(std::move(errors));
  return *std::move(value);
}

}  // namespace

Checked<Value> parse_value(const Shape& shape, std::string_view name, std::string_view text) {
  Parser parser(shape, name);
  auto value = parser.text(shape.type, text, name);
  return finish(shape, name, std::move(value), std::move(parser.errors()));
}

Checked<Value> read_value(const Shape& shape, std::string_view name, const data::Node& node,
                          const data::Document& document) {
  Parser parser(shape, name);
  auto value = parser.node(node);
  auto checked = finish(shape, name, std::move(value), std::move(parser.errors()));
  if (checked) return checked;
  for (Error& error : checked.error())
    error.place = document.place(node.mark());
  return checked;
}

}  // namespace bedstone::config
