/// Rows become lines of COPY's text format (PostgreSQL's manual, COPY, "Text Format"): one each, so
/// that the server's line is the row's number.
#include "db/postgres/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "db/postgres/copy.hpp"
#include "db/postgres/dialect.hpp"

namespace bedstone::db::postgres {
namespace {

constexpr std::size_t kChunkBytes = 128U << 10;

/// What stands behind the backslash for a byte that needs one; 0: it needs none.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  escapes['\\'] = '\\';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\0'] = '0';
  return escapes;
}();

/// False when there is a NUL byte, which no text in PostgreSQL can hold.
bool add_text(std::string_view bytes, std::string& chunk) {
  const char* plain = bytes.data();
  const char* const end = plain + bytes.size();
  for (const char* at = plain; at != end; ++at) {
    const char escape = kEscapes[static_cast<unsigned char>(*at)];
    if (escape == 0) [[likely]]
      continue;
    if (*at == '\0') return false;
    chunk.append(plain, at);
    chunk += '\\';
    chunk += escape;
    plain = at + 1;
  }
  chunk.append(plain, end);
  return true;
}

/// `\x…`, its backslash escaped.
void add_blob(std::string_view bytes, std::string& chunk) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  chunk += "\\\\x";
  for (const char byte : bytes) {
    chunk += kDigits[static_cast<unsigned char>(byte) >> 4U];
    chunk += kDigits[static_cast<unsigned char>(byte) & 15U];
  }
}

class Lines {
 public:
  Lines(const LoadTarget& target, const RowFeed& feed) : target_(target), feed_(feed) {
    chunk_.reserve(kChunkBytes + kChunkBytes / 4);
  }

  Result<std::string_view> next_chunk() {
    chunk_.clear();
    while (chunk_.size() < kChunkBytes && !ended_) {
      BEDSTONE_ASSIGN(const std::span<const LoadCell> cells, feed_());
      ended_ = cells.empty();
      if (!ended_) BEDSTONE_TRY(add_row(cells));
      if (row_ % kTickRows == 0 && target_.tick) target_.tick();
    }
    return chunk_;
  }

  /// The row that could not be written as a line; 0: there was none.
  std::int64_t refused() const { return refused_; }

 private:
  Status add_row(std::span<const LoadCell> cells) {
    ++row_;
    if (cells.size() != target_.columns.size()) {
      return fail(Error(ErrorCode::kInternal, fmt::format("a row has {} cells for {} columns",
                                                          cells.size(), target_.columns.size())));
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) chunk_ += '\t';
      if (cells[i].kind == LoadCell::Kind::kNull) {
        chunk_ += "\\N";
      } else if (cells[i].kind == LoadCell::Kind::kBlob) {
        add_blob(cells[i].bytes, chunk_);
      } else if (!add_text(cells[i].bytes, chunk_)) {
        refused_ = row_;
        return fail(
            Error(ErrorCode::kBadValue, fmt::format("the value of column {} holds a NUL byte",
                                                    dialect().quote_identifier(target_.columns[i])))
                .because("PostgreSQL's text types cannot store it")
                .advise("remove the byte, or store the value in a bytea column"));
      }
    }
    chunk_ += '\n';
    return {};
  }

  const LoadTarget& target_;
  const RowFeed& feed_;
  std::string chunk_;
  bool ended_ = false;
  std::int64_t row_ = 0;
  std::int64_t refused_ = 0;
};

std::string copy_statement(const LoadTarget& target) {
  std::string sql = "COPY " + target.table + " (";
  for (std::size_t i = 0; i < target.columns.size(); ++i) {
    sql += (i > 0 ? ", " : "") + dialect().quote_identifier(target.columns[i]);
  }
  return sql + ") FROM STDIN";
}

/// Without schema and quotes, as the server prints it.
std::string bare_name(std::string_view quoted) {
  std::string name;
  bool inside = false;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '"') {
      const bool doubled = inside && quoted.substr(i + 1, 1) == "\"";
      if (doubled) name += quoted[++i];
      if (!doubled) inside = !inside;
    } else if (quoted[i] == '.' && !inside) {
      name.clear();
    } else {
      name += quoted[i];
    }
  }
  return name;
}

}  // namespace

namespace {

/// ", line 3, column c2: …" behind the table's name, or nothing. The first that fits: the value
/// behind the line's number may look like another context.
std::string_view behind_table(std::string_view context, std::string_view table) {
  const std::string start = "COPY " + bare_name(table);
  const std::size_t at = context.starts_with(start) ? 0 : context.find('\n' + start);
  if (at == context.npos) return {};
  return context.substr(at + start.size() + (at == 0 ? 0 : 1));
}

}  // namespace

std::string column_in_context(std::string_view context, std::string_view table) {
  std::string_view rest = behind_table(context, table);
  // ", line 3" and then ", column c2: …"
  const std::size_t digits = std::min(rest.find_first_of("0123456789"), rest.size());
  rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", digits), rest.size()));
  if (!rest.starts_with(", ")) return {};
  rest.remove_prefix(2);
  rest.remove_prefix(std::min(rest.find(' '), rest.size()));
  const std::size_t end = rest.find(':');
  return end == rest.npos ? std::string() : std::string(text::trim(rest.substr(0, end)));
}

std::int64_t line_in_context(std::string_view context, std::string_view table) {
  constexpr std::string_view kDigits = "0123456789";
  const std::string_view rest = behind_table(context, table);
  const std::size_t at = std::min(rest.find_first_of(kDigits), rest.size());
  const std::size_t end = std::min(rest.find_first_not_of(kDigits, at), rest.size());
  return text::parse_integer(rest.substr(at, end - at)).value_or(0);
}

Result<std::int64_t> load(Session& session, const LoadTarget& target, const RowFeed& feed,
                          std::int64_t* failed) {
  Lines lines(target, feed);
  bool fed = true;
  const auto next_chunk = [&] {
    auto chunk = lines.next_chunk();
    fed = chunk.has_value();
    return chunk;
  };
  CopyEnd end;
  Status status = copy_in(session, copy_statement(target), next_chunk, &end);
  if (status) return end.rows;
  const Error& error = status.error();
  if (failed != nullptr) {
    const bool blames_a_row =
        !error.retryable && !error.connection_lost && error.code != ErrorCode::kInterrupted;
    *failed = !fed           ? lines.refused()
              : blames_a_row ? line_in_context(end.context, target.table)
                             : 0;
  }
  Error refused = std::move(status).error();
  const std::string column = column_in_context(end.context, target.table);
  if (!column.empty()) refused.cause = "column " + column;
  return fail(std::move(refused));
}

}  // namespace bedstone::db::postgres
