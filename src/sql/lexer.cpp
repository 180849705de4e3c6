/// The scanners behind Lexer, one per kind of token; all are linear in the token's length.
#include "sql/lexer.hpp"

#include <array>
#include <cstring>

namespace bedstone::sql {
namespace {

enum : std::uint8_t {
  kSpace = 1,
  kWordStart = 2,
  kWordRest = 4,
  kDigit = 8,
  kPgOperator = 16,
  kNumberRest = 32,
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto mark = [&](std::string_view characters, std::uint8_t bits) {
    for (const char c : characters)
      classes[static_cast<unsigned char>(c)] |= bits;
  };
  mark(" \t\n\r\f\v", kSpace);
  mark("0123456789", kDigit | kWordRest | kNumberRest);
  mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
       kWordStart | kWordRest | kNumberRest);
  mark("$", kWordRest);
  mark("~!@#^&|`?+-*/%<>=", kPgOperator);
  for (std::size_t byte = 0x80; byte < 256; ++byte)
    classes[byte] |= kWordStart | kWordRest;
  return classes;
}
constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

bool in_class(char c, std::uint8_t bits) {
  return (kClasses[static_cast<unsigned char>(c)] & bits) != 0;
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

}  // namespace

bool Token::is(std::string_view lower) const {
  if (kind != TokenKind::kWord || text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (to_lower(text[i]) != lower[i]) return false;
  }
  return true;
}

/// What a scanner found: a token up to `end`, or that the buffer ends inside it.
struct Lexer::Scan {
  std::size_t end;
  TokenKind kind;
  Step step = Step::kToken;
  bool escaped = false;  ///< An E'…' string.
};

Lexer::Step Lexer::next(Token& token) {
  skip_space();
  if (position_ == text_.size()) return last_ ? Step::kEnd : Step::kNeedMore;
  const Scan found = scan(position_);
  if (found.step == Step::kNeedMore) return found.step;
  token =
      Token{found.kind, line_, column(), offset(), text_.substr(position_, found.end - position_)};
  if (found.kind != TokenKind::kLineComment) {
    escaping_ = found.escaped;
    newline_ = false;
  }
  constexpr std::uint32_t kMaySpanLines =
      1U << static_cast<int>(TokenKind::kString) | 1U << static_cast<int>(TokenKind::kQuotedName) |
      1U << static_cast<int>(TokenKind::kBits) | 1U << static_cast<int>(TokenKind::kDollarString) |
      1U << static_cast<int>(TokenKind::kBlockComment);
  if (kMaySpanLines >> static_cast<int>(found.kind) & 1U) count_lines(position_, found.end);
  position_ = found.end;
  return found.step;
}

void Lexer::rebase(std::string_view text, std::size_t dropped, bool last) {
  text_ = text;
  position_ -= dropped;
  base_ += dropped;
  last_ = last;
}

void Lexer::skip(std::size_t bytes) {
  count_lines(position_, position_ + bytes);
  position_ += bytes;
}

void Lexer::skip_mark(std::size_t bytes) {
  position_ += bytes;
  line_start_ += bytes;
}

void Lexer::count_lines(std::size_t from, std::size_t to) {
  const char* const begin = text_.data();
  const char* at = begin + from;
  const char* const end = begin + to;
  while (at < end && (at = static_cast<const char*>(std::memchr(at, '\n', end - at)))) {
    ++at;
    ++line_;
    line_start_ = base_ + static_cast<std::size_t>(at - begin);
  }
}

void Lexer::skip_space() {
  const char* const begin = text_.data();
  const char* const end = begin + text_.size();
  const char* at = begin + position_;
  for (; at != end && in_class(*at, kSpace); ++at) {
    if (*at == '\n') {
      ++line_;
      line_start_ = base_ + static_cast<std::size_t>(at + 1 - begin);
    }
    if (*at == '\n' || *at == '\r') newline_ = true;
  }
  position_ = static_cast<std::size_t>(at - begin);
}

/// A token whose extent is only sure when something stands behind it.
Lexer::Scan Lexer::reached(std::size_t end, TokenKind kind) const {
  if (end >= text_.size() && !last_) return {end, kind, Step::kNeedMore};
  return {end, kind};
}

Lexer::Scan Lexer::open_at_end(TokenKind kind) const {
  return {text_.size(), kind, last_ ? Step::kUnterminated : Step::kNeedMore};
}

Lexer::Scan Lexer::scan(std::size_t at) const {
  const char c = text_[at];
  switch (c) {
    case '(':
      return {at + 1, TokenKind::kOpen};
    case ')':
      return {at + 1, TokenKind::kClose};
    case ',':
      return {at + 1, TokenKind::kComma};
    case ';':
      return {at + 1, TokenKind::kSemicolon};
    case '\\':
      return {at + 1, TokenKind::kBackslash};
    case '.':
      return scan_dot(at);
    case '"':
      return scan_quoted(at, '"', TokenKind::kQuotedName);
    case '-':
      if (has(at + 1, '-')) return scan_line_comment(at);
      break;
    case '/':
      if (has(at + 1, '*')) return scan_block_comment(at);
      break;
    default:
      if (in_class(c, kWordStart)) return scan_word(at);
      if (in_class(c, kDigit)) return scan_number(at);
  }
  return flavor_ == Flavor::kPostgres ? scan_postgres(at) : scan_sqlite(at);
}

Lexer::Scan Lexer::scan_postgres(std::size_t at) const {
  const char c = text_[at];
  if (c == '\'') {
    // scan.l: white space with a line end between two literals joins them, in the first one's mode.
    const bool escaped = backslash_escapes_ || (escaping_ && newline_);
    return escaped ? scan_escaped(at) : scan_quoted(at, '\'', TokenKind::kString);
  }
  if (c == '$') return scan_dollar(at);
  if (c == ':') return scan_colon(at);
  if (in_class(c, kPgOperator)) return scan_operator(at);
  return {at + 1, TokenKind::kOperator};
}

Lexer::Scan Lexer::scan_sqlite(std::size_t at) const {
  switch (text_[at]) {
    case '\'':
      return scan_quoted(at, '\'', TokenKind::kString);
    case '`':
      return scan_quoted(at, '`', TokenKind::kQuotedName);
    case '[': {
      const std::size_t close = text_.find(']', at);
      if (close == std::string_view::npos) return open_at_end(TokenKind::kQuotedName);
      return {close + 1, TokenKind::kQuotedName};
    }
    case '?':
    case '$':
    case '@':
    case '#':
    case ':':
      return scan_variable(at);
    default:
      return scan_sqlite_operator(at);
  }
}

Lexer::Scan Lexer::scan_word(std::size_t at) const {
  if (at + 1 < text_.size() && (text_[at + 1] == '\'' || text_[at + 1] == '&')) {
    const Scan prefixed = scan_prefixed(at);
    if (prefixed.end != at) return prefixed;
  }
  std::size_t end = at + 1;
  while (end < text_.size() && in_class(text_[end], kWordRest))
    ++end;
  return reached(end, TokenKind::kWord);
}

/// E'…', B'…', X'…', N'…', U&'…', U&"…"; `end` is `at` when it is a plain word.
Lexer::Scan Lexer::scan_prefixed(std::size_t at) const {
  const char letter = to_lower(text_[at]);
  const bool quote = text_[at + 1] == '\'';
  if (letter == 'x' && quote) return scan_quoted(at + 1, '\'', TokenKind::kBits);
  if (flavor_ == Flavor::kPostgres) {
    if (letter == 'e' && quote) return scan_escaped(at + 1);
    if (letter == 'b' && quote) return scan_quoted(at + 1, '\'', TokenKind::kBits);
    if (letter == 'n' && quote) return scan_quoted(at + 1, '\'', TokenKind::kString);
    if (letter == 'u' && !quote) {
      if (at + 2 == text_.size() && !last_) return {at + 2, TokenKind::kWord, Step::kNeedMore};
      if (has(at + 2, '\'')) return scan_quoted(at + 2, '\'', TokenKind::kString);
      if (has(at + 2, '"')) return scan_quoted(at + 2, '"', TokenKind::kQuotedName);
    }
  }
  return {at, TokenKind::kWord};
}

Lexer::Scan Lexer::scan_number(std::size_t at) const {
  const bool hexadecimal = text_[at] == '0' && (has(at + 1, 'x') || has(at + 1, 'X'));
  bool dot = hexadecimal;
  std::size_t end = at;
  for (; end < text_.size(); ++end) {
    const char c = text_[end];
    if (in_class(c, kNumberRest)) continue;
    if (end + 1 == text_.size() && !last_) return {end, TokenKind::kNumber, Step::kNeedMore};
    if (c == '.' && !dot && !has(end + 1, '.')) {
      dot = true;
      continue;
    }
    const bool sign = (c == '+' || c == '-') && end > at && to_lower(text_[end - 1]) == 'e' &&
                      !hexadecimal && end + 1 < text_.size() && in_class(text_[end + 1], kDigit);
    if (!sign) break;
  }
  return reached(end, TokenKind::kNumber);
}

/// From the quote at `open` to the next single `close`; a doubled one is part of the text.
Lexer::Scan Lexer::scan_quoted(std::size_t open, char close, TokenKind kind) const {
  for (std::size_t at = open + 1;;) {
    const std::size_t found = text_.find(close, at);
    if (found == std::string_view::npos) return open_at_end(kind);
    if (!has(found + 1, close)) return reached(found + 1, kind);
    at = found + 2;
  }
}

Lexer::Scan Lexer::scan_escaped(std::size_t open) const {
  for (std::size_t at = open + 1; at < text_.size(); ++at) {
    if (text_[at] == '\\' || (text_[at] == '\'' && has(at + 1, '\''))) {
      ++at;
    } else if (text_[at] == '\'') {
      Scan found = reached(at + 1, TokenKind::kString);
      found.escaped = true;
      return found;
    }
  }
  return open_at_end(TokenKind::kString);
}

Lexer::Scan Lexer::scan_line_comment(std::size_t at) const {
  std::size_t end = std::min(text_.find('\n', at), text_.size());
  if (flavor_ == Flavor::kPostgres) {
    // For PostgreSQL a lone carriage return ends a line as well.
    end = std::min(text_.substr(0, end).find('\r', at), end);
  }
  return reached(end, TokenKind::kLineComment);
}

Lexer::Scan Lexer::scan_block_comment(std::size_t at) const {
  const bool nested = flavor_ == Flavor::kPostgres;
  int depth = 1;
  std::size_t from = at + 2;
  for (;;) {
    const std::size_t star = text_.find('*', from);
    if (star == std::string_view::npos) return open_at_end(TokenKind::kBlockComment);
    if (nested && star > from && text_[star - 1] == '/') {
      ++depth;
      from = star + 1;
    } else if (has(star + 1, '/')) {
      from = star + 2;
      if (--depth == 0) return {from, TokenKind::kBlockComment};
    } else {
      from = star + 1;
    }
  }
}

/// $1, $$…$$, $tag$…$tag$; a `$` that begins none of them stands alone.
Lexer::Scan Lexer::scan_dollar(std::size_t at) const {
  std::size_t end = at + 1;
  if (end < text_.size() && in_class(text_[end], kDigit)) {
    while (end < text_.size() && in_class(text_[end], kDigit))
      ++end;
    return reached(end, TokenKind::kParameter);
  }
  if (end < text_.size() && in_class(text_[end], kWordStart)) {
    while (end < text_.size() && in_class(text_[end], kWordRest) && text_[end] != '$')
      ++end;
  }
  if (end == text_.size() && !last_) return {end, TokenKind::kDollarString, Step::kNeedMore};
  if (!has(end, '$')) return {at + 1, TokenKind::kOperator};
  const std::string_view tag = text_.substr(at, end + 1 - at);
  const std::size_t close = text_.find(tag, end + 1);
  if (close == std::string_view::npos) return open_at_end(TokenKind::kDollarString);
  return {close + tag.size(), TokenKind::kDollarString};
}

Lexer::Scan Lexer::scan_variable(std::size_t at) const {
  std::size_t end = at + 1;
  const std::uint8_t rest = text_[at] == '?' ? kDigit : kWordRest;
  while (end < text_.size() && in_class(text_[end], rest))
    ++end;
  const bool bare = end == at + 1 && text_[at] != '?';
  return reached(end, bare ? TokenKind::kOperator : TokenKind::kParameter);
}

Lexer::Scan Lexer::scan_colon(std::size_t at) const {
  const bool two = has(at + 1, ':') || has(at + 1, '=');
  if (two) return {at + 2, TokenKind::kOperator};
  return reached(at + 1, TokenKind::kOperator);
}

Lexer::Scan Lexer::scan_dot(std::size_t at) const {
  if (at + 1 == text_.size() && !last_) return {at + 1, TokenKind::kDot, Step::kNeedMore};
  if (at + 1 < text_.size() && in_class(text_[at + 1], kDigit)) return scan_number(at);
  if (has(at + 1, '.') && flavor_ == Flavor::kPostgres) {
    return {at + 2, TokenKind::kOperator};
  }
  return {at + 1, TokenKind::kDot};
}

/// scan.l's {operator}: the longest run, cut where a comment begins; a run of only SQL's own
/// characters gives trailing signs back, so that `a=-1` is three tokens and `a @- b` too.
Lexer::Scan Lexer::scan_operator(std::size_t at) const {
  std::size_t end = at + 1;
  for (; end < text_.size() && in_class(text_[end], kPgOperator); ++end) {
    if (text_[end] == '-' && has(end + 1, '-')) break;
    if (text_[end] == '/' && has(end + 1, '*')) break;
  }
  if (end == text_.size() && !last_) return {end, TokenKind::kOperator, Step::kNeedMore};
  const std::string_view run = text_.substr(at, end - at);
  if (run.find_first_of("~!@#^&|`?%") == std::string_view::npos) {
    while (end > at + 1 && (text_[end - 1] == '+' || text_[end - 1] == '-'))
      --end;
  }
  return {end, TokenKind::kOperator};
}

Lexer::Scan Lexer::scan_sqlite_operator(std::size_t at) const {
  static constexpr std::array<std::string_view, 10> kLong = {"->>", "->", "==", "<=", "<>",
                                                             "<<",  ">=", ">>", "!=", "||"};
  if (text_.size() - at < 3 && !last_) return {at, TokenKind::kOperator, Step::kNeedMore};
  for (const std::string_view candidate : kLong) {
    if (text_.substr(at, candidate.size()) == candidate) {
      return {at + candidate.size(), TokenKind::kOperator};
    }
  }
  return {at + 1, TokenKind::kOperator};
}

}  // namespace bedstone::sql
