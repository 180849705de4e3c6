/// Names in canonical text are quoted where they are not plain: here they are read back.
#include "schema/ignore.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace bedstone::schema {
namespace {

/// Takes a name from the front, up to a dot, a blank or a parenthesis outside quotes.
std::string take_name(std::string_view& text) {
  std::string name;
  if (!text.empty() && text.front() == '"') {
    std::size_t i = 1;
    for (; i < text.size(); ++i) {
      if (text[i] == '"') {
        if (i + 1 >= text.size() || text[i + 1] != '"') break;
        ++i;
      }
      name += text[i];
    }
    text.remove_prefix(std::min(i + 1, text.size()));
    return name;
  }
  const std::size_t end = std::min(text.find_first_of(". ("), text.size());
  name = text.substr(0, end);
  text.remove_prefix(end);
  return name;
}

/// What is but a part of a table goes by the table's name, or by both.
bool is_part(std::string_view kind) {
  static constexpr std::array<std::string_view, 7> kParts = {
      "column", "column-order", "primary-key", "unique", "foreign-key", "check", "view-default"};
  return std::find(kParts.begin(), kParts.end(), kind) != kParts.end();
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

IgnoreList::IgnoreList(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

bool IgnoreList::matches(std::string_view name) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
    return pattern.find('.') == std::string::npos && matches_glob(pattern, name);
  });
}

bool IgnoreList::matches(std::string_view relation, std::string_view name) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
    const std::size_t dot = pattern.find('.');
    return dot != std::string::npos &&
           matches_glob(std::string_view(pattern).substr(0, dot), relation) &&
           matches_glob(std::string_view(pattern).substr(dot + 1), name);
  });
}

bool IgnoreList::matches_line(std::string_view line) const {
  const std::size_t blank = std::min(line.find(' '), line.size());
  const std::string_view kind = line.substr(0, blank);
  if (kind == "format") return false;
  std::string_view rest = line.substr(std::min(blank + 1, line.size()));
  const std::string first = take_name(rest);
  if (matches(first)) return true;
  if (rest.empty() || rest.front() != '.') return false;
  rest.remove_prefix(1);
  const std::string second = take_name(rest);
  return matches(first, second) || (!is_part(kind) && matches(second));
}

std::string IgnoreList::without(std::string_view canonical) const {
  if (empty()) return std::string(canonical);
  std::string result;
  result.reserve(canonical.size());
  while (!canonical.empty()) {
    const std::size_t end = std::min(canonical.find('\n'), canonical.size() - 1) + 1;
    const std::string_view line = canonical.substr(0, end);
    if (!matches_line(line.ends_with('\n') ? line.substr(0, line.size() - 1) : line))
      result += line;
    canonical.remove_prefix(end);
  }
  return result;
}

}  // namespace bedstone::schema
