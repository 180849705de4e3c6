/// Compiling, binding and reading: the conversations with one sqlite3_stmt.
#include "db/sqlite/statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

#include "base/text.hpp"
#include "db/sqlite/errors.hpp"

namespace bedstone::db::sqlite {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

Error refused(ErrorCode code, std::string message, std::string_view sql) {
  return Error(code, std::move(message))
      .with_statement(text::excerpt(sql))
      .with_sqlstate("SQLITE_MISUSE");
}

/// `$12` → 11.
std::optional<std::size_t> value_index(const char* name) {
  if (name == nullptr || name[0] != '$') return std::nullopt;
  const std::optional<std::int64_t> number = text::parse_integer(name + 1);
  if (!number || *number < 1) return std::nullopt;
  return static_cast<std::size_t>(*number - 1);
}

/// SQLite compiles the first statement and leaves the rest; dropping it silently would lose work.
Status check_rest(sqlite3* database, std::string_view sql, std::size_t end) {
  const std::size_t next = sql.find_first_not_of(" \t\r\n\f;", end);
  if (next == sql.npos) return {};
  const std::string_view rest = sql.substr(next);
  sqlite3_stmt* second = nullptr;
  const int code =
      sqlite3_prepare_v2(database, rest.data(), static_cast<int>(rest.size()), &second, nullptr);
  const StatementHandle owner(second);
  if (code == SQLITE_OK && second == nullptr) return {};
  return fail(refused(ErrorCode::kSqlSyntax, "more than one statement was sent at once", sql)
                  .at(place_of_offset(sql, static_cast<int>(next)))
                  .advise("send the statements one by one"));
}

Status map_parameters(std::string_view sql, Prepared& prepared) {
  const int count = sqlite3_bind_parameter_count(prepared.handle.get());
  prepared.values.reserve(static_cast<std::size_t>(count));
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(prepared.handle.get(), i);
    const std::optional<std::size_t> index = value_index(name);
    if (!index) {
      return fail(refused(ErrorCode::kSqlSyntax,
                          fmt::format("the statement has a parameter {}", name ? name : "?"), sql)
                      .because("values are bound to $1, $2, … only")
                      .advise("quote the text if it is no parameter"));
    }
    prepared.values.push_back(*index);
  }
  return {};
}

int bind_one(sqlite3_stmt* statement, int index, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    int operator()(Null) const { return sqlite3_bind_null(statement, index); }
    int operator()(bool flag) const { return sqlite3_bind_int(statement, index, flag ? 1 : 0); }
    int operator()(std::int64_t number) const {
      return sqlite3_bind_int64(statement, index, number);
    }
    int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
    int operator()(const std::string& text) const {
      return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    }
    int operator()(const Blob& blob) const {
      // A null pointer would bind NULL.
      const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
      return sqlite3_bind_blob64(statement, index, data, blob.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement, index}, value);
}

/// SQLite would store NULL in its place.
bool is_not_a_number(const Value& value) {
  const double* number = std::get_if<double>(&value);
  return number != nullptr && std::isnan(*number);
}

/// The shortest text that reads back as the same number, and as a real.
void add_real(double number, Rows& rows) {
  if (std::isinf(number)) return rows.add_cell(number > 0 ? "9e999" : "-9e999");
  std::array<char, 32> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size() - 2, number);
  char* end = written.ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  if (text.find_first_of(".e") == text.npos) {
    *end++ = '.';
    *end++ = '0';
  }
  rows.add_cell(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

void add_blob(const unsigned char* data, std::size_t size, Rows& rows) {
  std::string text = "\\x";
  text.reserve(2 + 2 * size);
  for (std::size_t i = 0; i < size; ++i) {
    text += kHexDigits[data[i] >> 4U];
    text += kHexDigits[data[i] & 15U];
  }
  rows.add_cell(text);
}

void add_integer(std::int64_t number, Rows& rows) {
  std::array<char, 24> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  rows.add_cell(
      std::string_view(digits.data(), static_cast<std::size_t>(written.ptr - digits.data())));
}

}  // namespace

Result<Prepared> prepare(sqlite3* database, std::string_view sql, bool keep, int& code) {
  code = SQLITE_OK;
  if (const std::size_t nul = sql.find('\0'); nul != sql.npos) {
    return fail(refused(ErrorCode::kSqlSyntax, "the statement holds a NUL byte", sql)
                    .at(place_of_offset(sql, static_cast<int>(nul))));
  }
  const int limit = sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, -1);
  if (sql.size() > static_cast<std::size_t>(limit)) {
    return fail(
        refused(ErrorCode::kStatementTooLarge,
                fmt::format("the statement has {} bytes, SQLite takes {}", sql.size(), limit), sql)
            .advise("split it into smaller statements"));
  }
  Prepared prepared;
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                            keep ? SQLITE_PREPARE_PERSISTENT : 0U, &handle, &tail);
  prepared.handle.reset(handle);
  if (code != SQLITE_OK || handle == nullptr) return prepared;
  BEDSTONE_TRY(check_rest(database, sql, static_cast<std::size_t>(tail - sql.data())));
  BEDSTONE_TRY(map_parameters(sql, prepared));
  return prepared;
}

Status bind_values(const Prepared& prepared, std::string_view sql, std::span<const Value> values) {
  const std::size_t wanted =
      prepared.values.empty()
          ? 0
          : *std::max_element(prepared.values.begin(), prepared.values.end()) + 1;
  if (wanted != values.size()) {
    return fail(
        refused(ErrorCode::kSqlFailed,
                fmt::format("the statement takes {}, and {} were given",
                            text::count(static_cast<std::int64_t>(wanted), "value"), values.size()),
                sql));
  }
  for (std::size_t i = 0; i < prepared.values.size(); ++i) {
    const Value& value = values[prepared.values[i]];
    if (is_not_a_number(value)) {
      return fail(refused(ErrorCode::kSqlFailed, "SQLite cannot store NaN", sql)
                      .advise("store NULL in its place"));
    }
    const int code = bind_one(prepared.handle.get(), static_cast<int>(i) + 1, value);
    if (code != SQLITE_OK) {
      return fail(Error(classify(code, {}),
                        fmt::format("value ${} cannot be bound", prepared.values[i] + 1))
                      .because(sqlite3_errstr(code))
                      .with_statement(text::excerpt(sql))
                      .with_sqlstate(std::string(result_name(code))));
    }
  }
  return {};
}

void read_columns(sqlite3_stmt* statement, Rows& rows) {
  const int count = sqlite3_column_count(statement);
  for (int i = 0; i < count; ++i)
    rows.add_column(sqlite3_column_name(statement, i));
}

void read_row(sqlite3_stmt* statement, Rows& rows) {
  const int count = sqlite3_column_count(statement);
  for (int i = 0; i < count; ++i) {
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_NULL:
        rows.add_null();
        break;
      case SQLITE_INTEGER:
        add_integer(sqlite3_column_int64(statement, i), rows);
        break;
      case SQLITE_FLOAT:
        add_real(sqlite3_column_double(statement, i), rows);
        break;
      case SQLITE_BLOB:
        add_blob(static_cast<const unsigned char*>(sqlite3_column_blob(statement, i)),
                 static_cast<std::size_t>(sqlite3_column_bytes(statement, i)), rows);
        break;
      default: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        rows.add_cell({text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i))});
      }
    }
  }
}

Prepared StatementCache::take(std::string_view sql) {
  for (Entry& entry : entries_) {
    if (entry.prepared.handle && entry.sql == sql) return std::exchange(entry.prepared, Prepared{});
  }
  return {};
}

void StatementCache::give_back(std::string_view sql, Prepared prepared) {
  auto oldest =
      std::min_element(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
        return (a.prepared.handle ? a.used : 0) < (b.prepared.handle ? b.used : 0);
      });
  oldest->sql = sql;
  oldest->prepared = std::move(prepared);
  oldest->used = ++clock_;
}

}  // namespace bedstone::db::sqlite
