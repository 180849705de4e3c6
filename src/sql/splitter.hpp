/// Splitter: cuts a script into statements as psql and the sqlite3 shell do, in memory bounded by
/// its largest statement.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.hpp"
#include "bedstone/result.hpp"
#include "sql/lexer.hpp"
#include "sql/shape.hpp"
#include "sql/token_hash.hpp"

namespace bedstone::sql {

/// Successive pieces of a script, of any size; an empty view at the end. A piece lives until the
/// next call.
using Source = std::function<Result<std::string_view>()>;
/// A text in memory, which must outlive the source.
Source source_of(std::string_view text);
Source source_of(files::Reader reader);

/// One statement: from its first token to its last, with the comments between but without the `;`.
struct Statement {
  std::string text;
  std::uint32_t line = 0;    ///< Of its first token, from 1.
  std::uint32_t column = 0;  ///< In bytes, from 1.
  std::uint64_t offset = 0;  ///< Of its first byte in the script.
  std::uint64_t number = 0;  ///< 1 for the script's first statement.
  bool copy_data = false;    ///< COPY … FROM stdin: its data follow, see next_copy_data().
  bool terminated = false;   ///< A `;` stood behind it; only a script's last may lack one.
};

struct SplitOptions {
  Flavor flavor = Flavor::kPostgres;
  /// For the place of errors.
  std::string file = {};
  /// Of one statement (COPY data do not count); kStatementTooLarge beyond.
  std::uint64_t limit_bytes = 256U << 20;
  /// Fed with the statements and their COPY data as they pass, which saves lexing twice. When
  /// next() returns, it holds that statement and all before it. May be null.
  TokenHash* hash = nullptr;
  /// Called with every comment outside COPY data; `inside` a statement or between two. Returning
  /// false ends the script before this comment. The token's text lives during the call. May be
  /// empty.
  std::function<bool(const Token& comment, bool inside)> on_comment = {};
};

/// Yields the statements of one script in order. Neither comments nor empty statements are
/// statements: a script may have none.
///
/// Errors: kSqlUnterminated (placed where the thing was *opened*), kSqlMetaCommand,
/// kStatementTooLarge, kNotUtf8 (also for NUL bytes), kSqlSyntax (text behind COPY's `;`), and
/// those of the source. What stands before the fault is yielded first; then every call returns the
/// error. Not movable; not thread-safe.
class Splitter {
 public:
  Splitter(Source source, SplitOptions options);
  Splitter(const Splitter&) = delete;
  Splitter& operator=(const Splitter&) = delete;

  /// The next statement, or nothing at the end. COPY data that nobody asked for are passed over.
  Result<std::optional<Statement>> next();

  /// After a statement with `copy_data`: successive pieces of its data as they stand in the file,
  /// up to the `\.` line and without it, in constant memory; an empty view at the end. A piece
  /// lives until the next call.
  Result<std::string_view> next_copy_data();

  /// Where reading stands: bytes of the script that were delivered or passed over.
  std::uint64_t offset() const { return lexer_.offset(); }

 private:
  /// Where the statement being read began.
  struct Start {
    std::uint64_t offset;
    std::uint32_t line;
    std::uint32_t column;
  };

  Result<std::optional<Statement>> read_statement();
  Result<std::string_view> read_copy_data();
  Status refill();
  void check_encoding();
  Status skip_byte_order_mark();
  void follow_settings(const Statement& statement);
  Result<std::optional<Statement>> finish(std::uint64_t end, bool terminated);
  Status enter_copy_data(bool terminated);
  Status handle_backslash(const Token& token);
  Status handle_dot();
  /// What the lexer has not reached yet of the text at hand.
  std::string_view ahead() const { return sure_text().substr(lexer_.position()); }
  std::string_view sure_text() const { return std::string_view(buffer_).substr(0, checked_); }
  /// The rest of the present line without its end, all of it.
  Result<std::string_view> rest_of_line();
  Error at_place(Error error, std::uint32_t line, std::uint32_t column) const;
  Error at_end_of_sure_text(Error error) const;
  Error copy_data_missing() const;
  Error too_large() const;

  Source source_;
  SplitOptions options_;
  std::string buffer_;
  std::size_t checked_ = 0;  ///< Bytes of buffer_ known to be UTF-8.
  Lexer lexer_;
  Shape shape_;
  std::optional<Start> start_;
  std::optional<Error> fault_;    ///< Of the source or the encoding; stands behind sure_text().
  std::optional<Error> failure_;  ///< What a call failed with.
  std::uint64_t count_ = 0;
  Start copy_{};             ///< The COPY whose data are being read.
  bool misencoded_ = false;  ///< fault_ is about the byte behind sure_text().
  bool started_ = false;
  bool exhausted_ = false;  ///< The source has nothing more.
  bool stopped_ = false;
  bool copying_ = false;
  bool at_line_start_ = false;  ///< Of COPY data.
};

}  // namespace bedstone::sql
