// Plain YAML first, then what people write into variables: AUTO_SEED_DATABASE=1.
#include "data/scalars.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace bedstone::data {

bool is_absent(const Node& node) {
  return node.is_null() || (node.is_scalar() && !node.variables().empty() && node.text().empty());
}

std::optional<std::string_view> read_text(const Node& node) {
  if (!node.is_scalar() || node.is_null()) return std::nullopt;
  if (node.type() != Node::Type::kText && node.variables().empty()) return std::nullopt;
  return node.text();
}

std::optional<bool> read_bool(const Node& node) {
  if (const auto value = node.as_bool()) return value;
  if (node.is_scalar() && !node.variables().empty()) return text::parse_bool(node.text());
  return std::nullopt;
}

std::optional<std::size_t> read_choice(const Node& node,
                                       std::span<const std::string_view> choices) {
  if (!node.is_scalar()) return std::nullopt;
  std::string_view text = node.text();
  // Where yes and no are choices, true and false mean them.
  if ((text == "true" || text == "false") && node.as_bool()) text = *node.as_bool() ? "yes" : "no";
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found == choices.end()) return std::nullopt;
  return static_cast<std::size_t>(found - choices.begin());
}

}  // namespace bedstone::data
