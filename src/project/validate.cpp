// One walk over the tree with the table beside it.
#include "project/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.hpp"
#include "data/scalars.hpp"

namespace bedstone {
namespace {

std::string join(std::span<const std::string_view> words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdentifierBytes && text.find('\0') == text.npos;
}

/// What to write where a value of that kind is expected.
std::string expectation(const Key& key) {
  switch (key.kind) {
    case KeyKind::kMapping:
      if (!key.choices.empty()) {
        return fmt::format("write one of: {}", join(key.choices));
      }
      return "write keys below it, indented";
    case KeyKind::kList:
      return fmt::format("write a list: {}: [{{{}: …}}, …]", key.name, key.keys.front().name);
    case KeyKind::kNameList:
      return fmt::format("write a list of names: {}: [one, another]", key.name);
    case KeyKind::kPatternList:
      return fmt::format("write a list of names, where * stands for any text: {}: [audit_*, other]",
                         key.name);
    case KeyKind::kProjectName:
      return "write 1 to 63 lower-case letters, digits, _ and -, the first a letter or digit";
    case KeyKind::kIdentifier:
      return "write a name of 1 to 63 bytes; quote it when it looks like a number";
    case KeyKind::kPath:
      return "write a path; quote it when it looks like a number";
    case KeyKind::kUrl:
      return "write sqlite:data/app.db, postgresql://… or ${DATABASE_URL}";
    case KeyKind::kWebAddress:
      return "write https://… or http://…, or a variable that holds it: ${NAME}";
    case KeyKind::kBool:
      return "write true or false, without quotes";
    case KeyKind::kDuration:
      return "write a duration of up to 24 days, such as 250ms, 60s, 5m or 1h";
    case KeyKind::kCount:
      return "write a whole number from 1";
    case KeyKind::kChoice:
      return fmt::format("write one of: {}", join(key.choices));
    case KeyKind::kVariable:
      return "write a variable's name, without ${}: letters, digits and _";
    case KeyKind::kArguments:
      return fmt::format("write a program and its arguments: {}: [cat, /run/key]", key.name);
    case KeyKind::kVersion:
      break;
  }
  return fmt::format("write {}", kProjectVersion);
}

bool is_variable(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_web_address(std::string_view text) {
  const std::string_view rest = text.starts_with("https://")  ? text.substr(8)
                                : text.starts_with("http://") ? text.substr(7)
                                                              : "";
  return !rest.empty() && rest.front() != '/' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

/// Whether a text where this belongs may be a secret.
bool may_be_secret(const Key& key) {
  switch (key.kind) {
    case KeyKind::kUrl:
    case KeyKind::kWebAddress:
    case KeyKind::kVariable:
      return true;
    case KeyKind::kMapping:
      return key.choices.empty();
    case KeyKind::kList:
      return may_be_secret(key.keys.front());
    default:
      return false;
  }
}

/// A program and its arguments.
bool is_command(const data::Node& node) {
  const auto& items = node.items();
  return !items.empty() && std::all_of(items.begin(), items.end(), [](const data::Node& item) {
    return item.is_scalar() && !item.is_null() && item.text().find('\0') == std::string::npos;
  }) && !items.front().text().empty();
}

class Validator {
 public:
  Validator(const data::Document& document, Errors& errors)
      : document_(document), errors_(errors) {}

  void mapping(const data::Node& node, std::span<const Key> keys, const std::string& path);

 private:
  void value(const data::Node& node, const Key& key, const std::string& path);
  void list(const data::Node& node, const Key& key, const std::string& path);
  void name_list(const data::Node& node, const Key& key, const std::string& path);
  void unknown_key(const data::Entry& entry, std::span<const Key> keys, const std::string& path);
  void does_not_fit(const data::Node& node, const Key& key, const std::string& path);
  void complain(ErrorCode code, const data::Mark& mark, std::string message, std::string hint) {
    errors_.push_back(
        Error(code, std::move(message)).advise(std::move(hint)).at(document_.place(mark)));
  }

  const data::Document& document_;
  Errors& errors_;
};

void Validator::mapping(const data::Node& node, std::span<const Key> keys,
                        const std::string& path) {
  for (const data::Entry& entry : node.entries()) {
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.name == entry.key; });
    if (key == keys.end()) {
      unknown_key(entry, keys, path);
    } else if (!is_absent(entry.value)) {
      value(entry.value, *key, path + entry.key);
    }
  }
  for (const Key& key : keys) {
    const data::Node* found = key.required ? node.find(key.name) : nullptr;
    if (!key.required || (found != nullptr && (found->broken() || !is_absent(*found)))) continue;
    // Nobody is told where the variable says so.
    if (key.kind == KeyKind::kWebAddress && found != nullptr && !found->variables().empty())
      continue;
    complain(ErrorCode::kBadValue, node.mark(), fmt::format("{}{} is missing", path, key.name),
             expectation(key));
  }
}

void Validator::value(const data::Node& node, const Key& key, const std::string& path) {
  if (node.broken()) return;
  bool fits = true;
  const auto text = read_text(node);
  switch (key.kind) {
    case KeyKind::kMapping:
      if (!key.choices.empty() && read_choice(node, key.choices)) return;
      if (!node.is_mapping()) return does_not_fit(node, key, path);
      return mapping(node, key.keys, path + ".");
    case KeyKind::kList:
      return list(node, key, path);
    case KeyKind::kNameList:
    case KeyKind::kPatternList:
      return name_list(node, key, path);
    case KeyKind::kVersion:
      break;
    case KeyKind::kProjectName:
      fits = text && is_project_name(*text);
      break;
    case KeyKind::kIdentifier:
      fits = text && is_identifier(*text);
      break;
    case KeyKind::kPath:
    case KeyKind::kUrl:
      fits = text && !text->empty();
      break;
    case KeyKind::kWebAddress:
      fits = text && is_web_address(*text);
      break;
    case KeyKind::kBool:
      fits = read_bool(node).has_value();
      break;
    case KeyKind::kDuration:
      fits = read_duration(node).has_value();
      break;
    case KeyKind::kCount:
      fits = read_count(node).has_value();
      break;
    case KeyKind::kChoice:
      fits = read_choice(node, key.choices).has_value();
      break;
    case KeyKind::kVariable:
      fits = text && is_variable(*text);
      break;
    case KeyKind::kArguments:
      fits = is_command(node);
      break;
  }
  if (!fits) does_not_fit(node, key, path);
}

void Validator::list(const data::Node& node, const Key& key, const std::string& path) {
  if (!node.is_sequence()) return does_not_fit(node, key, path);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < node.items().size(); ++i) {
    const data::Node& item = node.items()[i];
    const std::string item_path = fmt::format("{}[{}]", path, i);
    if (item.is_mapping()) {
      mapping(item, key.keys, item_path + ".");
    } else {
      value(item, key.keys.front(), item_path);
    }
    const data::Node* name = item.is_mapping() ? item.find("name") : &item;
    if (name == nullptr || !name->is_scalar() || name->is_null()) continue;
    if (names.insert(name->text()).second) continue;
    complain(ErrorCode::kBadValue, name->mark(),
             fmt::format("{} names the same thing as an item before it", item_path),
             "keep one of the two");
  }
}

void Validator::name_list(const data::Node& node, const Key& key, const std::string& path) {
  if (!node.is_sequence()) return does_not_fit(node, key, path);
  const bool patterns = key.kind == KeyKind::kPatternList;
  const Key item_key{
      .name = key.name, .kind = patterns ? KeyKind::kPath : KeyKind::kIdentifier, .summary = {}};
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < node.items().size(); ++i) {
    const data::Node& item = node.items()[i];
    const std::string item_path = fmt::format("{}[{}]", path, i);
    value(item, item_key, item_path);
    if (!item.is_scalar() || names.insert(item.text()).second) continue;
    complain(ErrorCode::kBadValue, item.mark(),
             fmt::format("{} names the same thing as an item before it", item_path),
             "keep one of the two");
  }
}

/// Where else a key of that name belongs: "database.url".
std::string home_of(std::string_view name) {
  for (const Key& section : kProjectKeys) {
    if (section.kind != KeyKind::kMapping) continue;
    for (const Key& key : section.keys) {
      if (key.name == name) return fmt::format("{}.{}", section.name, key.name);
    }
  }
  const bool top = std::any_of(kProjectKeys.begin(), kProjectKeys.end(),
                               [&](const Key& key) { return key.name == name; });
  return top ? std::string(name) : std::string();
}

void Validator::unknown_key(const data::Entry& entry, std::span<const Key> keys,
                            const std::string& path) {
  std::vector<std::string> names;
  for (const Key& key : keys)
    names.emplace_back(key.name);
  const std::string shown = data::describe_key(entry.key);
  std::string hint;
  if (const std::string home = home_of(entry.key); !home.empty()) {
    hint = fmt::format("it belongs elsewhere: {}", home);
  } else if (const auto near = text::nearest(entry.key, names)) {
    hint = fmt::format("did you mean {}?", *near);
  } else {
    hint = fmt::format("the keys here are: {}", text::join(names, ", "));
  }
  complain(ErrorCode::kUnknownKey, entry.key_mark, fmt::format("there is no key {}{}", path, shown),
           std::move(hint));
}

void Validator::does_not_fit(const data::Node& node, const Key& key, const std::string& path) {
  // Where a URL, a whole section or a variable's name belongs, a text may hold a password.
  const bool hidden = may_be_secret(key) && node.is_scalar() && node.variables().empty();
  const std::string what = hidden ? "this text" : data::describe(node);
  std::string hint = expectation(key);
  if (!key.choices.empty() && node.variables().empty() && node.is_scalar()) {
    const std::vector<std::string> choices(key.choices.begin(), key.choices.end());
    if (const auto near = text::nearest(node.text(), choices)) {
      hint += fmt::format("; did you mean {}?", *near);
    }
  }
  const bool address =
      key.kind == KeyKind::kWebAddress ||
      (key.kind == KeyKind::kList && key.keys.front().kind == KeyKind::kWebAddress);
  if (hidden && address) {
    // With the line, the line itself would be shown, and these are never.
    const Place place = document_.place(node.mark());
    errors_.push_back(Error(ErrorCode::kBadValue,
                            fmt::format("{}, in line {}, cannot be this text", path, place.line))
                          .advise(std::move(hint))
                          .at(place.file));
    return;
  }
  complain(ErrorCode::kBadValue, node.mark(), fmt::format("{} cannot be {}", path, what),
           std::move(hint));
}

}  // namespace

void validate_keys(const data::Document& document, std::span<const Key> keys, Errors& errors) {
  Validator(document, errors).mapping(document.root, keys, "");
}

std::optional<std::chrono::milliseconds> read_duration(const data::Node& node) {
  if (!node.is_scalar()) return std::nullopt;
  const auto duration = text::parse_duration(node.text());
  return duration && *duration <= kMaxDuration ? duration : std::nullopt;
}

std::optional<std::int64_t> read_count(const data::Node& node) {
  if (!node.is_scalar()) return std::nullopt;
  const auto number = text::parse_integer(node.text());
  return number && *number > 0 ? number : std::nullopt;
}

bool is_project_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 63 && plain(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '_' || c == '-'; });
}

}  // namespace bedstone
