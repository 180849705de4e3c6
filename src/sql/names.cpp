/// name_of: quotes, escapes and letter case taken off a name.
#include <cstdint>
#include <optional>

#include "sql/lexer.hpp"

namespace bedstone::sql {
namespace {

/// PostgreSQL cuts longer names: NAMEDATALEN - 1.
constexpr std::size_t kNameBytes = 63;

std::string undouble(std::string_view inner, char quote) {
  std::string result;
  result.reserve(inner.size());
  for (std::size_t i = 0; i < inner.size(); ++i) {
    result += inner[i];
    if (inner[i] == quote) ++i;
  }
  return result;
}

void append_utf8(std::string& to, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { to += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6), put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12), put(0x80 | (point >> 6 & 0x3F)), put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18), put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F)), put(0x80 | (point & 0x3F));
  }
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

/// U&"d\0061t\+000061": \\, \XXXX and \+XXXXXX. (UESCAPE, which picks another character than the
/// backslash, stands in a later token and is not followed.)
std::string decode_unicode(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = std::string_view(text).substr(i);
    const bool plus = rest.starts_with("\\+");
    const std::size_t size = plus ? 8 : 5;
    const auto point = rest.front() == '\\' && rest.size() >= size
                           ? hexadecimal(rest.substr(plus ? 2 : 1, size - (plus ? 2 : 1)))
                           : std::nullopt;
    if (point && *point <= 0x10FFFF) {
      append_utf8(result, *point);
      i += size;
    } else {
      result += rest.front();
      i += rest.starts_with("\\\\") ? 2 : 1;
    }
  }
  return result;
}

std::string cut(std::string name) {
  if (name.size() <= kNameBytes) return name;
  std::size_t size = kNameBytes;
  while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0) == 0x80)
    --size;
  name.resize(size);
  return name;
}

}  // namespace

std::string name_of(const Token& token, Flavor flavor) {
  std::string_view text = token.text;
  const bool postgres = flavor == Flavor::kPostgres;
  if (token.kind == TokenKind::kWord) {
    std::string name(text);
    if (!postgres) return name;
    for (char& c : name)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    return cut(std::move(name));
  }
  if (token.kind != TokenKind::kQuotedName && token.kind != TokenKind::kString) return {};
  if (text.front() == '[') return std::string(text.substr(1, text.size() - 2));
  const std::size_t open = text.find_first_of("\"'`");
  const char quote = text[open];
  std::string name = undouble(text.substr(open + 1, text.size() - open - 2), quote);
  if (open == 2) name = decode_unicode(name);
  return postgres && token.kind == TokenKind::kQuotedName ? cut(std::move(name)) : name;
}

}  // namespace bedstone::sql
