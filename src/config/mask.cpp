// Runs of signs that stand for characters, and how much is left to be seen.
#include "config/mask.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "data/json.hpp"

namespace bedstone::config {
namespace {

struct Sign {
  std::string_view text;
  std::size_t least;  ///< So many in a row stand for something else.
};

/// Of which a mask is made; an ellipsis stands for any number of characters by itself.
constexpr std::array<Sign, 8> kSigns{
    {{"*", 3}, {"•", 2}, {"●", 2}, {"∙", 2}, {"·", 3}, {"■", 2}, {"▪", 2}, {"…", 1}}};
constexpr std::size_t kWholeLeast = 3;
/// What is shown beside a mask: a prefix, and the last characters.
constexpr std::size_t kSeenMost = 16;

const Sign* sign_at(std::string_view text) {
  const auto found = std::find_if(kSigns.begin(), kSigns.end(),
                                  [&](const Sign& one) { return text.starts_with(one.text); });
  return found != kSigns.end() ? &*found : nullptr;
}

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// "sk-...abcd": dots alone are too common, so a prefix and the last characters belong to it.
bool is_dotted(std::string_view text) {
  const std::size_t dots = text.find("...");
  if (dots == std::string_view::npos) return false;
  const std::string_view before = text.substr(0, dots);
  std::string_view after = text.substr(dots);
  after.remove_prefix(std::min(after.find_first_not_of('.'), after.size()));
  const bool prefix = before.empty() || before.back() == '-' || before.back() == '_';
  return prefix && before.size() <= kSeenMost && after.size() >= 2 && after.size() <= 6 &&
         std::all_of(after.begin(), after.end(), is_alnum);
}

/// "postgres://app:***@db/hub"
bool is_masked_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string_view user = text.substr(scheme + 3);
  user = user.substr(0, user.find('/'));
  const std::size_t at = user.rfind('@');
  const std::size_t colon = user.find(':');
  return at != std::string_view::npos && colon < at &&
         looks_masked(user.substr(colon + 1, at - colon - 1));
}

bool any_masked(const data::Node& node) {
  if (node.is_scalar()) return node.type() == data::Node::Type::kText && looks_masked(node.text());
  return std::any_of(node.items().begin(), node.items().end(), any_masked) ||
         std::any_of(node.entries().begin(), node.entries().end(),
                     [](const data::Entry& entry) { return any_masked(entry.value); });
}

}  // namespace

bool is_mask(std::string_view text) {
  text = text::trim(text);
  if (text.starts_with("enc1.")) return true;
  std::size_t signs = 0;
  while (!text.empty()) {
    const Sign* sign = sign_at(text);
    if (sign == nullptr) return false;
    text.remove_prefix(sign->text.size());
    ++signs;
  }
  return signs >= kWholeLeast;
}

bool looks_masked(std::string_view text) {
  text = text::trim(text);
  if (is_mask(text) || is_dotted(text) || is_masked_url(text)) return true;
  std::size_t seen = 0;
  bool masked = false;
  while (!text.empty()) {
    const Sign* sign = sign_at(text);
    if (sign == nullptr) {
      // Bytes that go on with a character are none of their own.
      if ((static_cast<unsigned char>(text.front()) & 0xC0U) != 0x80U) ++seen;
      text.remove_prefix(1);
      continue;
    }
    std::size_t run = 0;
    for (; text.starts_with(sign->text); ++run)
      text.remove_prefix(sign->text.size());
    if (run >= sign->least)
      masked = true;
    else
      seen += run;
  }
  return masked && seen <= kSeenMost;
}

bool holds_mask(ValueType type, const Value& value) {
  if (const auto* list = value.get_if<Value::List>()) {
    return std::any_of(list->begin(), list->end(), [](const Value& item) {
      return item.get_if<Secret>() != nullptr && looks_masked(item.get_if<Secret>()->expose());
    });
  }
  const auto* text = value.get_if<Secret>();
  if (text == nullptr) return false;
  if (type != ValueType::kJson) return looks_masked(text->expose());
  const auto tree = data::parse_json("", text->expose(), {.file_bytes = 2 * kMaxValueBytes});
  return tree && any_masked(tree->root);
}

}  // namespace bedstone::config
