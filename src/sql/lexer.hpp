/// Lexer: cuts SQL into tokens the way PostgreSQL's scan.l and SQLite's tokenize.c do, piece by
/// piece and without copying.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bedstone::sql {

enum class Flavor : std::uint8_t { kSqlite, kPostgres };

enum class TokenKind : std::uint8_t {
  kWord,          ///< A keyword or an unquoted identifier.
  kQuotedName,    ///< "…", U&"…"; in SQLite also `…` and […].
  kString,        ///< '…', E'…', U&'…', N'…'.
  kBits,          ///< B'…', X'…'.
  kDollarString,  ///< $$…$$, $tag$…$tag$.
  kNumber,
  kParameter,  ///< $1; in SQLite also ?, ?1, :name, @name, $name.
  kOperator,   ///< The longest run the engine takes for one; also [ ] : :: := ..
  kOpen,
  kClose,
  kComma,
  kDot,
  kSemicolon,
  kBackslash,     ///< Outside quotes it is no SQL: a psql command begins.
  kLineComment,   ///< Without its line end.
  kBlockComment,  ///< Nested in PostgreSQL, not in SQLite.
};

/// One token. `text` lives as long as the buffer it was cut from.
struct Token {
  TokenKind kind = TokenKind::kWord;
  std::uint32_t line = 0;    ///< From 1.
  std::uint32_t column = 0;  ///< In bytes, from 1.
  std::uint64_t offset = 0;  ///< In bytes, from the start of the input.
  std::string_view text;

  /// Whether this is the unquoted word `lower` (given in lower case), in any case.
  bool is(std::string_view lower) const;
  bool is_comment() const {
    return kind == TokenKind::kLineComment || kind == TokenKind::kBlockComment;
  }
};

/// The name that a word, a quoted name or (as SQLite allows) a string stands for: without quotes
/// and escapes. PostgreSQL: words are folded to lower case, names cut to 63 bytes. "" for other
/// kinds.
std::string name_of(const Token& token, Flavor flavor);

/// Reads tokens off a buffer. When the buffer is not the whole input (`last` is false), a token
/// that reaches its end is not delivered: put more text behind it, tell the lexer with rebase(),
/// and ask again. Comments are tokens; white space is not. Not thread-safe.
class Lexer {
 public:
  enum class Step : std::uint8_t {
    kToken,
    kNeedMore,      ///< Only when the buffer is not the last one.
    kEnd,           ///< Nothing is left.
    kUnterminated,  ///< `token` is what was opened and never closed.
  };

  explicit Lexer(Flavor flavor, std::string_view text = {}, bool last = true)
      : text_(text), flavor_(flavor), last_(last) {}

  /// Writes `token` for kToken and kUnterminated only.
  Step next(Token& token);

  /// The buffer moved: `text` starts `dropped` bytes later than the one before, all of which were
  /// delivered already.
  void rebase(std::string_view text, std::size_t dropped, bool last);
  /// Goes on behind `bytes` more bytes without looking at them, but for counting lines.
  void skip(std::size_t bytes);
  /// As skip(), for bytes that take no column of their line: a byte order mark.
  void skip_mark(std::size_t bytes);

  /// PostgreSQL's standard_conforming_strings = off: from now on a backslash escapes in '…', too.
  void set_backslash_escapes(bool on) { backslash_escapes_ = on; }

  Flavor flavor() const { return flavor_; }
  /// Bytes of the present buffer that were delivered or skipped; and where that is in the input.
  std::size_t position() const { return position_; }
  std::uint64_t offset() const { return base_ + position_; }
  std::uint32_t line() const { return line_; }
  std::uint32_t column() const { return static_cast<std::uint32_t>(offset() - line_start_) + 1; }

 private:
  struct Scan;

  bool has(std::size_t at, char c) const { return at < text_.size() && text_[at] == c; }
  Scan reached(std::size_t end, TokenKind kind) const;
  Scan open_at_end(TokenKind kind) const;
  void skip_space();
  Scan scan(std::size_t at) const;
  Scan scan_postgres(std::size_t at) const;
  Scan scan_sqlite(std::size_t at) const;
  Scan scan_word(std::size_t at) const;
  Scan scan_prefixed(std::size_t at) const;
  Scan scan_number(std::size_t at) const;
  Scan scan_quoted(std::size_t open, char close, TokenKind kind) const;
  Scan scan_escaped(std::size_t open) const;
  Scan scan_line_comment(std::size_t at) const;
  Scan scan_block_comment(std::size_t at) const;
  Scan scan_dollar(std::size_t at) const;
  Scan scan_variable(std::size_t at) const;
  Scan scan_colon(std::size_t at) const;
  Scan scan_dot(std::size_t at) const;
  Scan scan_operator(std::size_t at) const;
  Scan scan_sqlite_operator(std::size_t at) const;
  void count_lines(std::size_t from, std::size_t to);

  std::string_view text_;
  std::size_t position_ = 0;
  std::uint64_t base_ = 0;        ///< Where text_ starts in the input.
  std::uint64_t line_start_ = 0;  ///< Where the present line starts in the input.
  std::uint32_t line_ = 1;
  Flavor flavor_;
  bool last_;
  bool backslash_escapes_ = false;
  bool escaping_ = false;  ///< The last token was E'…': a string on a later line continues it.
  bool newline_ = false;   ///< A line ended since.
};

}  // namespace bedstone::sql
