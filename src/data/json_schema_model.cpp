// What values are to JSON Schema.
#include "data/json_schema_model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bedstone::data {
namespace {

void append_text(std::string& out, std::string_view text) {
  fmt::format_to(std::back_inserter(out), "{}:", text.size());
  out += text;
}

bool append(std::string& out, const Node& node, std::size_t depth) {
  if (depth == 0) return false;
  if (node.is_sequence()) {
    out.push_back('[');
    for (const Node& item : node.items())
      if (!append(out, item, depth - 1)) return false;
    out.push_back(']');
    return true;
  }
  if (node.is_mapping()) {
    std::vector<const Entry*> entries;
    for (const Entry& entry : node.entries())
      entries.push_back(&entry);
    std::ranges::sort(entries, {},
                      [](const Entry* entry) -> const std::string& { return entry->key; });
    out.push_back('{');
    for (const Entry* entry : entries) {
      append_text(out, entry->key);
      if (!append(out, entry->value, depth - 1)) return false;
    }
    out.push_back('}');
    return true;
  }
  if (const auto decimal = Decimal::of(node)) {
    out += '#' + decimal->canonical() + ';';
  } else if (node.is_null()) {
    out.push_back('~');
  } else if (const auto truth = node.as_bool()) {
    out += *truth ? "+" : "-";
  } else {
    // .inf and the like equal nothing but what is spelled like them, and no text either.
    if (node.type() != Node::Type::kText) out.push_back('?');
    append_text(out, node.text());
  }
  return true;
}

}  // namespace

std::uint8_t json_types_of(const Node& node) {
  switch (node.type()) {
    case Node::Type::kNull:
      return kJsonNull;
    case Node::Type::kBool:
      return kJsonBoolean;
    case Node::Type::kText:
      return kJsonString;
    case Node::Type::kSequence:
      return kJsonArray;
    case Node::Type::kMapping:
      return kJsonObject;
    case Node::Type::kInteger:
    case Node::Type::kFloat:
      break;
  }
  const auto decimal = Decimal::of(node);
  if (!decimal) return 0;
  return decimal->is_whole() ? kJsonInteger | kJsonNumber : kJsonNumber;
}

std::string_view words_of_value(const Node& node) {
  switch (node.type()) {
    case Node::Type::kNull:
      return "null";
    case Node::Type::kBool:
      return "true or false";
    case Node::Type::kText:
      return "text";
    case Node::Type::kSequence:
      return "a list";
    case Node::Type::kMapping:
      return "a mapping";
    case Node::Type::kInteger:
    case Node::Type::kFloat:
      break;
  }
  const std::uint8_t types = json_types_of(node);
  if (types == 0) return "a number that JSON does not have";
  return (types & kJsonInteger) != 0 ? "a whole number" : "a number with a fraction";
}

std::optional<std::string> canonical(const Node& node, std::size_t depth) {
  std::string text;
  if (!append(text, node, depth)) return std::nullopt;
  return text;
}

}  // namespace bedstone::data
