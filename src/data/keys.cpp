// Values that came from variables are typed leniently, here as in bedstone.yaml.
#include "data/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "data/scalars.hpp"

namespace bedstone::data {

void Keys::only(std::span<const std::string_view> keys) const {
  for (const Entry& entry : mapping_.entries()) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    const std::vector<std::string> names(keys.begin(), keys.end());
    const auto near = text::nearest(entry.key, names);
    errors_.push_back(
        Error(ErrorCode::kUnknownKey,
              fmt::format("there is no key {}{}", prefix_, describe_key(entry.key)))
            .advise(near ? fmt::format("did you mean {}?", *near)
                         : fmt::format("the keys here are: {}", text::join(names, ", ")))
            .at(document_.place(entry.key_mark)));
  }
}

const Node* Keys::get(std::string_view key) const {
  const Node* node = mapping_.find(key);
  return node == nullptr || node->broken() || is_absent(*node) ? nullptr : node;
}

bool Keys::broken(std::string_view key) const {
  const Node* node = mapping_.find(key);
  return node != nullptr && node->broken();
}

Place Keys::place(std::string_view key) const {
  const Node* node = mapping_.find(key);
  return document_.place(node != nullptr ? node->mark() : mapping_.mark());
}

std::optional<std::string> Keys::text(std::string_view key, std::string_view hint) const {
  const Node* node = get(key);
  if (node == nullptr) return std::nullopt;
  const auto text = read_text(*node);
  if (text && !text->empty()) return std::string(*text);
  does_not_fit(key, *node, std::string(hint));
  return std::nullopt;
}

std::optional<bool> Keys::flag(std::string_view key) const {
  const Node* node = get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = read_bool(*node);
  if (!value) does_not_fit(key, *node, "write true or false, without quotes");
  return value;
}

std::optional<std::size_t> Keys::choice(std::string_view key,
                                        std::span<const std::string_view> choices) const {
  const Node* node = get(key);
  if (node == nullptr) return std::nullopt;
  const auto found = read_choice(*node, choices);
  if (found) return found;
  std::string hint = fmt::format("write one of: {}", fmt::join(choices, ", "));
  if (choices.size() == 1) hint = fmt::format("write {}: {}", key, choices.front());
  if (node->is_scalar() && node->variables().empty() && choices.size() > 1) {
    const std::vector<std::string> names(choices.begin(), choices.end());
    if (const auto near = text::nearest(node->text(), names)) {
      hint += fmt::format("; did you mean {}?", *near);
    }
  }
  does_not_fit(key, *node, std::move(hint));
  return std::nullopt;
}

std::vector<std::string> Keys::names(std::string_view key, std::string_view example) const {
  std::vector<std::string> names;
  const Node* node = get(key);
  if (node == nullptr) return names;
  const auto add = [&](const Node& item) {
    if (item.broken()) return;
    const auto name = read_text(item);
    if (!name || name->empty()) {
      does_not_fit(key, item, fmt::format("write a name or a list of names: {}", example));
    } else if (std::find(names.begin(), names.end(), *name) != names.end()) {
      complain(item.mark(), fmt::format("{}{} names the same thing twice", prefix_, key),
               "keep one of the two");
    } else {
      names.emplace_back(*name);
    }
  };
  if (!node->is_sequence()) {
    add(*node);
  } else if (node->items().empty()) {
    does_not_fit(key, *node, fmt::format("name at least one, or remove the key: {}", example));
  }
  for (const Node& item : node->items())
    add(item);
  return names;
}

void Keys::does_not_fit(std::string_view key, const Node& node, std::string hint) const {
  const bool empty_list = node.is_sequence() && node.items().empty();
  complain(
      node.mark(),
      fmt::format("{}{} cannot be {}", prefix_, key, empty_list ? "an empty list" : describe(node)),
      std::move(hint));
}

void Keys::complain(const Mark& mark, std::string message, std::string hint) const {
  errors_.push_back(
      Error(code_, std::move(message)).advise(std::move(hint)).at(document_.place(mark)));
}

}  // namespace bedstone::data
