/// Splitter: one growing window over the script, lexed once.
#include "sql/splitter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "sql/classify.hpp"
#include "sql/client_commands.hpp"

namespace bedstone::sql {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kPieceBytes = 64 * 1024;

std::string_view what_opened(TokenKind kind) {
  switch (kind) {
    case TokenKind::kQuotedName:
      return "quoted name";
    case TokenKind::kDollarString:
      return "dollar-quoted string";
    case TokenKind::kBlockComment:
      return "comment";
    default:
      return "string";
  }
}

std::string_view how_to_close(std::string_view what) {
  if (what == "string") {
    return "add the missing '; a quote inside a string is written twice: 'it''s' (a backslash "
           "escapes it only in E'…')";
  }
  if (what == "quoted name") return "add the missing quote; inside a name it is written twice";
  if (what == "dollar-quoted string") return "end it with the same $tag$ it begins with";
  if (what == "comment") return "add the missing */; in PostgreSQL every /* inside needs its own";
  if (what == "parenthesis") return "add the missing )";
  return "each statement in the body needs its own ;, the last one too; then comes END;";
}

Error unterminated(std::string_view what) {
  return Error(ErrorCode::kSqlUnterminated,
               fmt::format("the {} that is opened here is never closed", what))
      .because("the file ends inside it")
      .advise(std::string(how_to_close(what)));
}

/// Why bytes are not UTF-8, and what to do.
Error encoding_error(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte == 0 || byte >= 0xFE) {
    return Error(ErrorCode::kNotUtf8, fmt::format("the SQL holds a byte 0x{:02X}", byte))
        .because("it is in UTF-16, or no text at all")
        .advise("convert it: `iconv -f UTF-16 -t UTF-8 OLD > NEW`");
  }
  return Error(ErrorCode::kNotUtf8, "the SQL is not UTF-8")
      .because(fmt::format("the byte 0x{:02X} cannot stand here", byte))
      .advise("convert it: `iconv -f LATIN1 -t UTF-8 OLD > NEW`");
}

/// Whether a sequence at the end of what was read so far may be completed by what follows.
bool may_be_cut(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
  return bytes.size() < size;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// The command at the start of `text`: a word, or one other character.
std::string_view command_name(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && (is_letter(text[size]) || (text[size] >= '0' && text[size] <= '9')))
    ++size;
  if (size == 0 && !text.empty() && text.front() > ' ') size = 1;
  return text.substr(0, size);
}

constexpr std::size_t kUndecided = std::string_view::npos;
/// How long the `\.` line at the start of `text` is: 0 when there is none, kUndecided when that
/// depends on what follows.
std::size_t end_mark_size(std::string_view text, bool last) {
  if (!text.starts_with("\\.")) {
    const bool may_become = text.empty() || text == "\\";
    return may_become && !last ? kUndecided : 0;
  }
  std::size_t size = 2;
  if (text.size() > size && text[size] == '\r') ++size;
  if (text.size() == size) return last ? size : kUndecided;
  return text[size] == '\n' ? size + 1 : 0;
}

}  // namespace

Source source_of(std::string_view text) {
  return [text]() mutable -> Result<std::string_view> {
    const std::string_view piece = text.substr(0, kPieceBytes);
    text.remove_prefix(piece.size());
    return piece;
  };
}

Source source_of(files::Reader reader) {
  // std::function copies what it holds; a reader cannot be copied.
  auto shared = std::make_shared<files::Reader>(std::move(reader));
  return [shared] { return shared->next(kPieceBytes); };
}

Splitter::Splitter(Source source, SplitOptions options)
    : source_(std::move(source)),
      options_(std::move(options)),
      lexer_(options_.flavor, {}, false),
      shape_(options_.flavor) {}

Error Splitter::at_place(Error error, std::uint32_t line, std::uint32_t column) const {
  return std::move(error).at(options_.file, line, column);
}

Result<std::optional<Statement>> Splitter::next() {
  while (copying_ && !failure_) {
    if (auto piece = next_copy_data(); !piece) return fail(std::move(piece).error());
  }
  if (failure_) return fail(*failure_);
  if (stopped_) return std::nullopt;
  auto statement = read_statement();
  if (!statement) failure_ = statement.error();
  return statement;
}

Result<std::optional<Statement>> Splitter::read_statement() {
  if (!started_) BEDSTONE_TRY(skip_byte_order_mark());
  shape_ = Shape(options_.flavor);
  std::uint64_t end = 0;
  Token token;
  for (;;) {
    const Lexer::Step step = lexer_.next(token);
    if (step == Lexer::Step::kNeedMore) {
      BEDSTONE_TRY(refill());
      continue;
    }
    if (step == Lexer::Step::kEnd) break;
    if (step == Lexer::Step::kUnterminated) {
      return fail(at_place(unterminated(what_opened(token.kind)), token.line, token.column));
    }
    if (token.is_comment()) {
      if (!options_.on_comment || options_.on_comment(token, start_.has_value())) continue;
      stopped_ = true;
      break;
    }
    if (token.kind == TokenKind::kSemicolon) {
      if (!start_) continue;
      if (shape_.semicolon_ends()) return finish(end, true);
    } else if (token.kind == TokenKind::kBackslash && options_.flavor == Flavor::kPostgres) {
      BEDSTONE_TRY(handle_backslash(token));
      continue;
    }
    if (!start_) {
      start_ = Start{token.offset, token.line, token.column};
      if (token.kind == TokenKind::kDot) {
        BEDSTONE_TRY(handle_dot());
        token.text = ".";  // Reading on may have moved the buffer.
      }
    }
    shape_.add(token);
    if (options_.hash) options_.hash->add(token);
    end = token.offset + token.text.size();
  }
  if (!start_) return std::nullopt;
  if (const auto open = shape_.open()) {
    return fail(at_place(unterminated(open->what), open->line, open->column));
  }
  return finish(end, false);
}

Result<std::optional<Statement>> Splitter::finish(std::uint64_t end, bool terminated) {
  const std::size_t size = end - start_->offset;
  if (size > options_.limit_bytes) return fail(too_large());
  const std::size_t from = start_->offset - (lexer_.offset() - lexer_.position());
  Statement statement{.text = buffer_.substr(from, size),
                      .line = start_->line,
                      .column = start_->column,
                      .offset = start_->offset,
                      .number = ++count_,
                      .copy_data = shape_.is_copy_from_stdin(),
                      .terminated = terminated};
  if (options_.hash) options_.hash->end_statement();
  follow_settings(statement);
  if (statement.copy_data) BEDSTONE_TRY(enter_copy_data(terminated));
  start_.reset();
  return statement;
}

/// Dumps of long ago turn standard_conforming_strings off; psql then reads on as the server does.
void Splitter::follow_settings(const Statement& statement) {
  const bool may_set = statement.text.front() == 'S' || statement.text.front() == 's';
  if (!may_set || options_.flavor != Flavor::kPostgres) return;
  const StatementClass what = classify(statement.text, options_.flavor);
  if (what.verb != Verb::kSet || what.name.name != "standard_conforming_strings") return;
  lexer_.set_backslash_escapes(text::parse_bool(what.value) == false);
}

/// Drops what is done with and reads on. What the lexer has not taken is at least doubled, so that
/// looking at a long token again from its start stays linear in all.
Status Splitter::refill() {
  if (fault_) return fail(misencoded_ ? at_end_of_sure_text(*fault_) : *fault_);
  const std::uint64_t base = lexer_.offset() - lexer_.position();
  const std::size_t keep = start_ ? start_->offset - base : lexer_.position();
  if (buffer_.size() - keep > options_.limit_bytes) return fail(too_large());
  const std::size_t position = lexer_.position() - keep;
  buffer_.erase(0, keep);
  checked_ -= keep;
  const std::size_t wanted = buffer_.size() + std::max<std::size_t>(buffer_.size() - position, 1);
  while (!exhausted_ && !fault_ && buffer_.size() < wanted) {
    auto piece = source_();
    if (!piece) {
      fault_ = std::move(piece).error();
    } else {
      exhausted_ = piece->empty();
      buffer_.append(*piece);
    }
  }
  check_encoding();
  lexer_.rebase(sure_text(), keep, exhausted_ && !fault_);
  return {};
}

/// Moves checked_ on. A character that the last piece cut waits for the next one.
void Splitter::check_encoding() {
  const std::string_view fresh = std::string_view(buffer_).substr(checked_);
  const std::size_t good = std::min(text::invalid_utf8(fresh).value_or(fresh.size()),
                                    std::min(fresh.find('\0'), fresh.size()));
  checked_ += good;
  if (fault_ || good == fresh.size()) return;
  if (!exhausted_ && may_be_cut(fresh.substr(good))) return;
  fault_ = encoding_error(fresh[good]);
  misencoded_ = true;
}

Error Splitter::at_end_of_sure_text(Error error) const {
  const std::string_view before = ahead();
  const auto lines = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t column =
      lines == 0 ? lexer_.column() + before.size() : before.size() - before.rfind('\n');
  return at_place(std::move(error), lexer_.line() + lines, static_cast<std::uint32_t>(column));
}

Status Splitter::skip_byte_order_mark() {
  started_ = true;
  while (buffer_.size() < kByteOrderMark.size() && !exhausted_ && !fault_)
    BEDSTONE_TRY(refill());
  if (sure_text().starts_with(kByteOrderMark)) lexer_.skip_mark(kByteOrderMark.size());
  return {};
}

Result<std::string_view> Splitter::rest_of_line() {
  for (;;) {
    const std::size_t end = ahead().find('\n');
    if (end != std::string_view::npos) return ahead().substr(0, end);
    if (exhausted_ && !fault_) return ahead();
    BEDSTONE_TRY(refill());
  }
}

Status Splitter::handle_backslash(const Token& token) {
  const std::uint32_t line = token.line;
  const std::uint32_t column = token.column;
  BEDSTONE_ASSIGN(const std::string_view rest, rest_of_line());
  const std::string_view name = command_name(rest);
  if (!start_ && (name == "restrict" || name == "unrestrict")) {
    // pg_dump writes this pair (since the fix of CVE-2025-8714) so that psql refuses every other
    // meta-command between; here all of them are refused anyway.
    lexer_.skip(rest.size());
    return {};
  }
  return fail(at_place(refuse_psql_command(name), line, column));
}

/// As the sqlite3 shell does, only where a statement would begin.
Status Splitter::handle_dot() {
  if (options_.flavor != Flavor::kSqlite) return {};
  BEDSTONE_ASSIGN(const std::string_view rest, rest_of_line());
  const std::string_view name = command_name(rest);
  if (name.empty() || !is_letter(name.front())) return {};
  return fail(at_place(refuse_shell_command(name), start_->line, start_->column));
}

/// psql reads data from the line behind the one where COPY ends.
Status Splitter::enter_copy_data(bool terminated) {
  copy_ = *start_;
  if (!terminated) return fail(copy_data_missing());
  BEDSTONE_ASSIGN(const std::string_view rest, rest_of_line());
  const std::string_view behind = text::trim(rest);
  if (!behind.empty() && !behind.starts_with("--")) {
    return fail(at_place(Error(ErrorCode::kSqlSyntax, "text follows COPY … FROM stdin; on its line")
                             .because("the data begin on the next line")
                             .advise("give that text a line of its own, behind the data"),
                         lexer_.line(), lexer_.column()));
  }
  lexer_.skip(std::min(rest.size() + 1, ahead().size()));
  copying_ = true;
  at_line_start_ = true;
  return {};
}

Result<std::string_view> Splitter::next_copy_data() {
  if (failure_) return fail(*failure_);
  if (!copying_) return std::string_view();
  auto piece = read_copy_data();
  if (!piece) failure_ = piece.error();
  return piece;
}

Result<std::string_view> Splitter::read_copy_data() {
  for (;;) {
    const std::string_view text = ahead();
    const bool last = exhausted_ && !fault_;
    std::size_t mark = 0;
    std::size_t at = 0;
    while (at < text.size() || at_line_start_) {
      if (at_line_start_ && (mark = end_mark_size(text.substr(at), last)) != 0) break;
      const std::size_t end = text.find('\n', at);
      at_line_start_ = end != std::string_view::npos;
      at = at_line_start_ ? end + 1 : text.size();
    }
    if (at > 0) {
      lexer_.skip(at);
      if (options_.hash) options_.hash->add_copy_data(text.substr(0, at));
      return text.substr(0, at);
    }
    if (mark != 0 && mark != kUndecided) {
      lexer_.skip(mark);
      copying_ = false;
      return std::string_view();
    }
    if (last) return fail(copy_data_missing());
    BEDSTONE_TRY(refill());
  }
}

Error Splitter::copy_data_missing() const {
  return at_place(Error(ErrorCode::kSqlUnterminated, "the data of this COPY … FROM stdin never end")
                      .because("the file ends before a line that holds only \\.")
                      .advise("end the statement with ; and its data with a line \\."),
                  copy_.line, copy_.column);
}

Error Splitter::too_large() const {
  const std::uint32_t line = start_ ? start_->line : lexer_.line();
  const std::uint32_t column = start_ ? start_->column : lexer_.column();
  return at_place(
      Error(ErrorCode::kStatementTooLarge,
            fmt::format("a statement is larger than {} bytes", options_.limit_bytes))
          .because("a whole statement must fit into memory")
          .advise("cut it into several; for rows write COPY … FROM stdin or a seed set"),
      line, column);
}

}  // namespace bedstone::sql
