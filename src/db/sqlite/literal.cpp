// SQLite's readers of numbers differ between versions in the last bit: what is written is tried
// out.
#include "db/sqlite/literal.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "base/text.hpp"

namespace bedstone::db::sqlite {
namespace {

constexpr std::int64_t kLargePower = std::int64_t{1} << 62;

/// An integer below 2^53 times powers of two: each step is exact in binary floating point.
std::string exact_product(double magnitude) {
  int exponent = 0;
  const double fraction = std::frexp(magnitude, &exponent);
  auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  exponent -= 53;
  // Without its factors of two, no step of a division falls below the smallest number.
  const int twos = std::countr_zero(static_cast<std::uint64_t>(mantissa));
  mantissa >>= twos;
  exponent += twos;
  std::string sql = fmt::format("(CAST({} AS REAL)", mantissa);
  const char sign = exponent < 0 ? '/' : '*';
  for (int left = std::abs(exponent); left > 0; left -= 62) {
    sql += fmt::format("{}{}", sign, left >= 62 ? kLargePower : std::int64_t{1} << left);
  }
  return sql + ')';
}

bool fits_a_script(std::string_view text) {
  return text.find('\0') == text.npos && text.find('\r') == text.npos && !text::invalid_utf8(text);
}

std::string_view blob_of(sqlite3_stmt* row, int column) {
  const void* bytes = sqlite3_column_blob(row, column);
  const int size = sqlite3_column_bytes(row, column);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

void append_quoted(std::string& sql, std::string_view text) {
  sql += '\'';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t quote = std::min(text.find('\'', at), text.size());
    sql.append(text.substr(at, quote - at));
    if (quote < text.size()) sql += "''";
    at = quote + 1;
  }
  sql += '\'';
}

}  // namespace

void append_hex(std::string& sql, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  sql += "X'";
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    sql += kDigits[value >> 4];
    sql += kDigits[value & 15];
  }
  sql += '\'';
}

Result<Literals> Literals::create(sqlite3* database) {
  Literals literals;
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(database, "PRAGMA encoding", -1, &raw, nullptr) == SQLITE_OK) {
    const StatementHandle encoding(raw);
    if (sqlite3_step(raw) == SQLITE_ROW) {
      const unsigned char* name = sqlite3_column_text(raw, 0);
      literals.utf8_ =
          name == nullptr || std::strcmp(reinterpret_cast<const char*>(name), "UTF-8") == 0;
    }
  }
  raw = nullptr;
  const int code = sqlite3_prepare_v2(database, "SELECT CAST(?1 AS REAL)", -1, &raw, nullptr);
  if (code != SQLITE_OK) {
    return fail(Error(ErrorCode::kBackupFailed, "numbers cannot be written as SQL")
                    .because(sqlite3_errmsg(database))
                    .advise("use the file form: bedstone backup FILE.db"));
  }
  literals.parse_.reset(raw);
  return literals;
}

bool Literals::reads_back(const std::string& digits, double value) {
  sqlite3_stmt* parse = parse_.get();
  sqlite3_bind_text(parse, 1, digits.data(), static_cast<int>(digits.size()), SQLITE_STATIC);
  const bool same = sqlite3_step(parse) == SQLITE_ROW &&
                    std::bit_cast<std::uint64_t>(sqlite3_column_double(parse, 0)) ==
                        std::bit_cast<std::uint64_t>(value);
  sqlite3_reset(parse);
  sqlite3_clear_bindings(parse);
  return same;
}

void Literals::append_real(std::string& sql, double value) {
  if (std::isinf(value)) {
    sql += value < 0 ? "-9e999" : "9e999";
    return;
  }
  if (std::signbit(value)) sql += '-';
  const double magnitude = std::abs(value);
  if (magnitude == 0) {
    sql += "0.0";
    return;
  }
  for (const int digits : {15, 16, 17}) {
    std::string text = fmt::format("{:.{}g}", magnitude, digits);
    if (text.find_first_of(".e") == text.npos) text += ".0";
    if (!reads_back(text, magnitude)) continue;
    sql += text;
    return;
  }
  sql += exact_product(magnitude);
}

void Literals::append(std::string& sql, sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER: {
      const std::int64_t number = sqlite3_column_int64(row, column);
      // The smallest integer's digits alone would be read as a real number.
      sql += number == INT64_MIN ? "(-9223372036854775807-1)" : fmt::to_string(number);
      return;
    }
    case SQLITE_FLOAT:
      append_real(sql, sqlite3_column_double(row, column));
      return;
    case SQLITE_BLOB:
      append_hex(sql, blob_of(row, column));
      return;
    case SQLITE_TEXT: {
      // Before it is converted: what CAST makes a text of are the bytes as they are stored.
      const std::string stored = utf8_ ? std::string() : std::string(blob_of(row, column));
      const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
      const std::string_view text(bytes == nullptr ? "" : bytes, size);
      const bool replaced = !utf8_ && text.find("\xEF\xBF\xBD") != text.npos;
      if (fits_a_script(text) && !replaced) {
        append_quoted(sql, text);
        return;
      }
      sql += "CAST(";
      append_hex(sql, utf8_ ? text : std::string_view(stored));
      sql += " AS TEXT)";
      return;
    }
    default:
      sql += "NULL";
  }
}

}  // namespace bedstone::db::sqlite
