// Reading and making the names of migration files.
#include "migrate/file_name.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace bedstone::migrate {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

/// Takes ".sql", ".down" and the dialect off the end.
bool take_endings(std::string_view& text, FileName& result) {
  if (!take_suffix(text, ".sql")) return false;
  result.down = take_suffix(text, ".down");
  if (take_suffix(text, ".sqlite")) {
    result.engine = db::Engine::kSqlite;
  } else if (take_suffix(text, ".postgres") || take_suffix(text, ".postgresql")) {
    result.engine = db::Engine::kPostgres;
  }
  return true;
}

std::string_view without_zeros(std::string_view version) {
  const auto first = version.find_first_not_of('0');
  return first == std::string_view::npos ? "" : version.substr(first);
}

}  // namespace

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::optional<FileName> parse_versioned(std::string_view file) {
  FileName result;
  if (!take_endings(file, result)) return std::nullopt;
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(file.begin(), file.end(), is_digit) - file.begin());
  if (digits == 0) return std::nullopt;
  result.version = file.substr(0, digits);
  file.remove_prefix(digits);
  if (file.empty()) return result;
  if (file.front() != '_' && file.front() != '-') return std::nullopt;
  file.remove_prefix(1);
  if (file.empty() || file.front() == '.') return std::nullopt;
  result.name = file;
  return result;
}

std::optional<FileName> parse_repeatable(std::string_view file) {
  FileName result;
  if (!take_endings(file, result) || result.down || file.empty()) return std::nullopt;
  result.name = file;
  return result;
}

std::string slug(std::string_view message) {
  std::string result;
  for (const char c : text::to_lower(message)) {
    const bool word = is_digit(c) || (c >= 'a' && c <= 'z');
    // An apostrophe joins: "users'" is "users".
    if (c == '\'') continue;
    if (word) {
      result.push_back(c);
    } else if (!result.empty() && result.back() != '_') {
      result.push_back('_');
    }
  }
  result.resize(std::min<std::size_t>(result.size(), 60));
  while (result.ends_with('_'))
    result.pop_back();
  return result;
}

}  // namespace bedstone::migrate
