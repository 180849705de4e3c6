// Reading and making the names of migration files.
#include "migrate/file_name.hpp"

#include <fmt/format.h>

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

/// Takes ".sql", ".down" and the dialect off the end; the latter two in either order.
bool take_endings(std::string_view& text, FileName& result) {
  if (!take_suffix(text, ".sql")) return false;
  result.down = take_suffix(text, ".down");
  if (take_suffix(text, ".sqlite")) {
    result.engine = db::Engine::kSqlite;
  } else if (take_suffix(text, ".postgres") || take_suffix(text, ".postgresql")) {
    result.engine = db::Engine::kPostgres;
  }
  if (result.engine && !result.down) result.down = take_suffix(text, ".down");
  return true;
}

/// The dialect meant by a word that stands where one may stand: "" for one that Bedstone does not
/// know, nullopt when the word is right or part of a name.
std::optional<std::string> meant_dialect(std::string_view written) {
  const std::string word = text::to_lower(written);
  const std::array<std::string, 3> known{"sqlite", "postgres", "postgresql"};
  const auto is = [&word](std::string_view one) { return word == one; };
  if (std::any_of(known.begin(), known.end(), is)) {
    return word == written ? std::nullopt : std::optional(word);
  }
  constexpr std::array<std::string_view, 3> kPostgres{"pg", "psql", "pgsql"};
  if (std::any_of(kPostgres.begin(), kPostgres.end(), is)) return "postgres";
  constexpr std::array<std::string_view, 4> kOthers{"mysql", "mariadb", "mssql", "oracle"};
  if (std::any_of(kOthers.begin(), kOthers.end(), is)) return "";
  return word.size() < 4 ? std::nullopt : text::nearest(word, known);
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

std::optional<Misnomer> misnomer(std::string_view file) {
  const std::string lower = text::to_lower(file);
  if (!lower.ends_with(".sql")) return std::nullopt;
  std::string_view stem = file.substr(0, file.size() - 4);
  if (!file.ends_with(".sql")) {
    return Misnomer{fmt::format("ends in {}", file.substr(stem.size())),
                    fmt::format("{}.sql", stem)};
  }
  const std::string_view down = take_suffix(stem, ".down") ? ".down" : "";
  const auto dot = stem.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view written = stem.substr(dot + 1);
  const auto meant = meant_dialect(written);
  if (!meant) return std::nullopt;
  Misnomer result{fmt::format("names the dialect {}", written), {}};
  if (!meant->empty()) {
    result.meant = fmt::format("{}.{}{}.sql", stem.substr(0, dot), *meant, down);
  }
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
