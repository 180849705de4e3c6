/// One pass over the tokens.
#include "schema/tidy.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "schema/reprint.hpp"
#include "sql/lexer.hpp"

namespace bedstone::schema {
namespace {

using sql::Token;
using sql::TokenKind;

bool is_plain(std::string_view name, bool lower_only) {
  const auto letter = [&](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (!lower_only && c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '$'; });
}

/// Words that are values: quoted they are something else.
bool is_value_word(std::string_view lower) {
  static constexpr std::array<std::string_view, 6> kWords = {
      "null", "true", "false", "current_date", "current_time", "current_timestamp"};
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

std::string quoted(std::string_view name, char quote) {
  std::string result(1, quote);
  for (const char c : name) {
    if (c == quote) result += c;
    result += c;
  }
  return result += quote;
}

bool hugs_left(TokenKind kind) {
  return kind == TokenKind::kClose || kind == TokenKind::kComma || kind == TokenKind::kDot ||
         kind == TokenKind::kSemicolon;
}

bool hugs_right(TokenKind kind) {
  return kind == TokenKind::kOpen || kind == TokenKind::kDot;
}

/// Also the size of a type, the columns of a table.
bool is_call(TokenKind before, TokenKind kind) {
  return kind == TokenKind::kOpen &&
         (before == TokenKind::kWord || before == TokenKind::kQuotedName);
}

std::string sqlite_token(const Token& token, const std::unordered_set<std::string>& known) {
  if (token.kind == TokenKind::kWord || token.kind == TokenKind::kNumber ||
      token.kind == TokenKind::kBits) {
    return text::to_lower(token.text);
  }
  if (token.kind != TokenKind::kQuotedName) return std::string(token.text);
  std::string name = sql::name_of(token, sql::Flavor::kSqlite);
  std::string lower = text::to_lower(name);
  if (known.contains(lower)) return lower;
  if (is_plain(name, true) && !is_value_word(lower)) return name;
  return quoted(name, '"');
}

}  // namespace

std::string Tidy::operator()(std::string_view sql) const {
  const bool sqlite = engine_ == db::Engine::kSqlite;
  sql::Lexer lexer(sqlite ? sql::Flavor::kSqlite : sql::Flavor::kPostgres, sql);
  std::vector<Token> tokens;
  Token next;
  sql::Lexer::Step step = lexer.next(next);
  for (; step == sql::Lexer::Step::kToken; step = lexer.next(next)) {
    if (!next.is_comment()) tokens.push_back(next);
  }
  if (reprints_ && !sqlite) tokens = reprinted(std::move(tokens));
  std::string result;
  result.reserve(sql.size());
  TokenKind previous = TokenKind::kOpen;
  for (const Token& token : tokens) {
    if (!hugs_left(token.kind) && !hugs_right(previous) && !is_call(previous, token.kind)) {
      result += ' ';
    }
    result += sqlite ? sqlite_token(token, known_) : std::string(token.text);
    previous = token.kind;
  }
  // No engine prints such; what is left is kept rather than lost.
  if (step != sql::Lexer::Step::kEnd) result += sql.substr(lexer.position());
  while (!result.empty() && result.back() == ';')
    result.pop_back();
  return escaped(result);
}

std::string Tidy::default_value(std::string_view sql) const {
  if (engine_ != db::Engine::kSqlite) return (*this)(sql);
  sql::Lexer lexer(sql::Flavor::kSqlite, sql);
  Token word;
  Token more;
  if (lexer.next(word) != sql::Lexer::Step::kToken ||
      (word.kind != TokenKind::kWord && word.kind != TokenKind::kQuotedName) ||
      lexer.next(more) != sql::Lexer::Step::kEnd) {
    return (*this)(sql);
  }
  if (word.kind == TokenKind::kWord && is_value_word(text::to_lower(word.text))) {
    return text::to_lower(word.text);
  }
  return quoted_text(sql::name_of(word, sql::Flavor::kSqlite));
}

std::string written(std::string_view name) {
  return is_plain(name, false) ? std::string(name) : escaped(quoted(name, '"'));
}

std::string quoted_text(std::string_view text) {
  return escaped(quoted(text, '\''));
}

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else {
      if (c == '\\') result += '\\';
      result += c;
    }
  }
  return result;
}

}  // namespace bedstone::schema
