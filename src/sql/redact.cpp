// Following the words of a statement to the strings that they make secret.
#include "sql/redact.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.hpp"

namespace bedstone::sql {
namespace {

constexpr std::string_view kMask = "'***'";
/// Of a statement's text; an excerpt is far shorter, even where long white space is folded.
constexpr std::size_t kReadBytes = 16384;
constexpr std::size_t kShortestSecret = 3;

bool holds_any(std::string_view lower, std::initializer_list<std::string_view> signs) {
  return std::any_of(signs.begin(), signs.end(), [lower](std::string_view sign) {
    return lower.find(sign) != std::string_view::npos;
  });
}

bool speaks_of_secrets(std::string_view name) {
  return holds_any(text::to_lower(name),
                   {"password", "passwd", "passphrase", "passwort", "identified", "secret", "token",
                    "api_key", "apikey", "credential", "crypt", "hmac"});
}

/// "postgresql://app:hunter2@host/db", "host=h password=hunter2".
bool is_connection_with_password(std::string_view string) {
  if (holds_any(text::to_lower(string), {"password=", "password =", "passwd="})) return true;
  const auto scheme = string.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto colon = string.find(':', scheme + 3);
  return colon != std::string_view::npos && string.find('@', colon) != std::string_view::npos;
}

bool is_string(const Token& token) {
  return token.kind == TokenKind::kString || token.kind == TokenKind::kDollarString ||
         token.kind == TokenKind::kBits;
}

bool is_name(const Token& token) {
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedName;
}

/// Calls `found` with each piece that must not be seen, in order.
void find_secrets(std::string_view sql, Flavor flavor,
                  const std::function<void(std::string_view)>& found) {
  Lexer lexer(flavor, sql);
  Token token;
  bool secret = false;
  for (;;) {
    const Lexer::Step step = lexer.next(token);
    if (step == Lexer::Step::kUnterminated) {
      // A quote is open: what stands behind it is half a string.
      const std::string_view rest = sql.substr(token.offset);
      if (secret || is_connection_with_password(rest)) found(rest);
      return;
    }
    if (step != Lexer::Step::kToken) return;
    if (token.kind == TokenKind::kSemicolon) secret = false;
    if (is_name(token)) secret |= speaks_of_secrets(token.text);
    if (token.is_comment()
            ? secret || speaks_of_secrets(token.text)
            : is_string(token) &&
                  (secret || is_connection_with_password(token.text) ||
                   // A function's body is a statement, or many, of its own.
                   (token.kind == TokenKind::kDollarString && speaks_of_secrets(token.text)))) {
      found(token.text);
    }
  }
}

}  // namespace

std::string redact(std::string_view sql, Flavor flavor) {
  std::string result;
  const char* from = sql.data();
  find_secrets(sql, flavor, [&](std::string_view piece) {
    result.append(from, piece.data());
    if (piece.starts_with("--") || piece.starts_with("/*")) {
      result += piece.starts_with("--") ? "--" : "/**/";
    } else {
      result += kMask;
    }
    from = piece.data() + piece.size();
  });
  result.append(from, sql.data() + sql.size());
  return result;
}

std::string excerpt(std::string_view statement, Flavor flavor, std::size_t limit) {
  return text::excerpt(redact(statement.substr(0, kReadBytes), flavor), limit);
}

std::string without_secrets_of(std::string_view statement, Flavor flavor, std::string text) {
  find_secrets(statement.substr(0, kReadBytes), flavor, [&text](std::string_view piece) {
    const auto first = piece.find('\'');
    const auto last = piece.rfind('\'');
    // An engine quotes a string as it was written, or without its quotes.
    if (first != std::string_view::npos && last > first) {
      piece = piece.substr(first + 1, last - first - 1);
    }
    if (piece.size() < kShortestSecret) return;
    for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at))
      text.replace(at, piece.size(), "***");
  });
  return text;
}

}  // namespace bedstone::sql
