/// Cursor: a statement's tokens one after the other, comments left out.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "sql/lexer.hpp"

namespace bedstone::sql {

/// Stands on one token. Behind the last token (or in front of something unterminated) at_end().
class Cursor {
 public:
  Cursor(std::string_view text, Flavor flavor) : lexer_(flavor, text) { next(); }

  const Token& token() const { return token_; }
  bool at_end() const { return end_; }
  bool at(TokenKind kind) const { return !end_ && token_.kind == kind; }
  bool at(std::string_view word) const { return !end_ && token_.is(word); }
  bool at_any(std::initializer_list<std::string_view> words) const {
    for (const std::string_view word : words) {
      if (at(word)) return true;
    }
    return false;
  }
  bool at_operator(std::string_view text) const {
    return at(TokenKind::kOperator) && token_.text == text;
  }

  void next() {
    do {
      end_ = lexer_.next(token_) != Lexer::Step::kToken;
    } while (!end_ && token_.is_comment());
  }
  bool accept(std::string_view word) { return at(word) && (next(), true); }
  bool accept(TokenKind kind) { return at(kind) && (next(), true); }
  /// Accepts `first second` or nothing.
  bool accept(std::string_view first, std::string_view second) {
    if (!at(first)) return false;
    Cursor ahead = *this;
    ahead.next();
    if (!ahead.accept(second)) return false;
    *this = ahead;
    return true;
  }
  bool accept_any(std::initializer_list<std::string_view> words) {
    return at_any(words) && (next(), true);
  }

  /// From an opening parenthesis to behind the one that closes it; else one token on.
  void next_group() {
    int depth = 0;
    do {
      if (at(TokenKind::kOpen)) ++depth;
      if (at(TokenKind::kClose)) --depth;
      next();
    } while (!end_ && depth > 0);
  }
  /// Goes on to `word` outside parentheses; false, at the end, when there is none.
  bool find(std::string_view word) {
    while (!end_ && !at(word))
      next_group();
    return !end_;
  }

 private:
  Lexer lexer_;
  Token token_;
  bool end_ = false;
};

}  // namespace bedstone::sql
