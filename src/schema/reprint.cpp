/// Two passes over the tokens.
#include "schema/reprint.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace bedstone::schema {
namespace {

using sql::Token;
using sql::TokenKind;
using Tokens = std::vector<Token>;

bool is_operator(const Token& token, std::string_view text) {
  return token.kind == TokenKind::kOperator && token.text == text;
}

int depth_change(const Token& token) {
  if (token.kind == TokenKind::kOpen || is_operator(token, "[")) return 1;
  if (token.kind == TokenKind::kClose || is_operator(token, "]")) return -1;
  return 0;
}

/// The place behind what closes the bracket at `open`; nullopt: nothing does.
std::optional<std::size_t> behind(const Tokens& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    depth += depth_change(tokens[i]);
    if (depth == 0) return i + 1;
  }
  return std::nullopt;
}

/// (ARRAY[…])::TYPE[]
struct CastList {
  std::size_t first = 0;  ///< Of the elements.
  std::size_t last = 0;   ///< The bracket behind them.
  std::size_t type = 0;
  std::size_t type_end = 0;
  std::size_t end = 0;
};

bool is_of_type(const Token& token) {
  switch (token.kind) {
    case TokenKind::kWord:
    case TokenKind::kQuotedName:
    case TokenKind::kDot:
    case TokenKind::kOpen:
    case TokenKind::kClose:
    case TokenKind::kNumber:
    case TokenKind::kComma:
      return true;
    default:
      return false;
  }
}

std::optional<CastList> cast_list(const Tokens& tokens, std::size_t at) {
  if (at + 2 >= tokens.size() || tokens[at].kind != TokenKind::kOpen ||
      !tokens[at + 1].is("array") || !is_operator(tokens[at + 2], "[")) {
    return std::nullopt;
  }
  if (at + 3 < tokens.size() && is_operator(tokens[at + 3], "]")) return std::nullopt;
  const auto list_end = behind(tokens, at + 2);
  if (!list_end || *list_end + 3 >= tokens.size() || tokens[*list_end].kind != TokenKind::kClose ||
      !is_operator(tokens[*list_end + 1], "::")) {
    return std::nullopt;
  }
  CastList found{at + 3, *list_end - 1, *list_end + 2, 0, 0};
  int depth = 0;
  std::size_t i = found.type;
  for (; i < tokens.size() && !is_operator(tokens[i], "["); ++i) {
    depth += depth_change(tokens[i]);
    if (!is_of_type(tokens[i]) || depth < 0 ||
        (depth == 0 && tokens[i].kind == TokenKind::kComma)) {
      return std::nullopt;
    }
  }
  if (i == found.type || i + 1 >= tokens.size() || !is_operator(tokens[i + 1], "]"))
    return std::nullopt;
  found.type_end = i;
  found.end = i + 2;
  return found;
}

Tokens cast_elements(const Tokens& tokens);

/// The elements of the list, each with the cast of the whole.
void spread(const Tokens& tokens, std::size_t at, const CastList& list, Tokens& result) {
  const Token open = tokens[at], close = tokens[list.last + 1], cast = tokens[list.type - 1];
  result.push_back(tokens[at + 1]);
  result.push_back(tokens[at + 2]);
  Tokens element;
  const auto flush = [&] {
    if (element.empty()) return;
    const Tokens inner = cast_elements(element);
    result.push_back(open);
    result.insert(result.end(), inner.begin(), inner.end());
    result.push_back(close);
    result.push_back(cast);
    result.insert(result.end(), tokens.begin() + static_cast<std::ptrdiff_t>(list.type),
                  tokens.begin() + static_cast<std::ptrdiff_t>(list.type_end));
    element.clear();
  };
  int depth = 0;
  for (std::size_t i = list.first; i < list.last; ++i) {
    depth += depth_change(tokens[i]);
    if (depth == 0 && tokens[i].kind == TokenKind::kComma) {
      flush();
      result.push_back(tokens[i]);
    } else {
      element.push_back(tokens[i]);
    }
  }
  flush();
  result.push_back(tokens[list.last]);
}

Tokens cast_elements(const Tokens& tokens) {
  Tokens result;
  result.reserve(tokens.size());
  for (std::size_t i = 0; i < tokens.size();) {
    if (const auto list = cast_list(tokens, i)) {
      spread(tokens, i, *list, result);
      i = list->end;
    } else {
      result.push_back(tokens[i++]);
    }
  }
  return result;
}

bool joins_arms(const Token& token) {
  return token.is("union") || token.is("intersect") || token.is("except");
}

bool ends_list(const Token& token) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "from", "where", "group", "having", "window", "order", "limit", "offset", "fetch"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return token.is(word); });
}

/// Whether the label that AS at `as` begins is the last thing of its column.
bool is_label(const Tokens& tokens, std::size_t as) {
  if (as + 1 >= tokens.size()) return false;
  const TokenKind kind = tokens[as + 1].kind;
  if (kind != TokenKind::kWord && kind != TokenKind::kQuotedName) return false;
  if (as + 2 >= tokens.size()) return true;
  const Token& next = tokens[as + 2];
  return next.kind == TokenKind::kComma || next.kind == TokenKind::kClose ||
         next.kind == TokenKind::kSemicolon || ends_list(next) || joins_arms(next);
}

Tokens without_labels(const Tokens& tokens) {
  struct Level {
    bool later = false;  ///< In an arm that is not the first.
    bool list = false;   ///< Among the columns of a SELECT.
  };
  std::vector<Level> levels(1);
  Tokens result;
  result.reserve(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const int change = depth_change(token);
    if (change > 0) levels.emplace_back();
    if (change < 0 && levels.size() > 1) levels.pop_back();
    Level& level = levels.back();
    if (token.is("select")) {
      level.list = true;
    } else if (joins_arms(token)) {
      level = {true, false};
    } else if (ends_list(token)) {
      level.list = false;
    } else if (level.later && level.list && token.is("as") && is_label(tokens, i)) {
      ++i;
      continue;
    }
    result.push_back(token);
  }
  return result;
}

}  // namespace

std::vector<Token> reprinted(std::vector<Token> tokens) {
  const bool arms = std::any_of(tokens.begin(), tokens.end(), joins_arms);
  const bool lists = std::any_of(tokens.begin(), tokens.end(),
                                 [](const Token& token) { return token.is("array"); });
  if (lists) tokens = cast_elements(tokens);
  if (arms) tokens = without_labels(tokens);
  return tokens;
}

}  // namespace bedstone::schema
