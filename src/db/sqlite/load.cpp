/// Loading rows: one INSERT, compiled once, its values bound where they lie.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/dialect.hpp"
#include "db/sqlite/errors.hpp"
#include "db/sqlite/read_ahead.hpp"

namespace bedstone::db::sqlite {
namespace {

std::string insert_statement(const LoadTarget& target) {
  std::string columns, values;
  for (std::size_t i = 0; i < target.columns.size(); ++i) {
    const std::string_view comma = i > 0 ? ", " : "";
    columns.append(comma).append(dialect().quote_identifier(target.columns[i]));
    values.append(comma).append(fmt::format("${}", i + 1));
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", target.table, columns, values);
}

template <typename Number>
bool reads_as(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

/// SQLITE_MISMATCH for a text that is no number, or one that no real can hold.
int bind_number(sqlite3_stmt* statement, int index, std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t integer = 0;
  if (reads_as(text, integer)) return sqlite3_bind_int64(statement, index, integer);
  double real = 0;
  // How rows that are read show infinity.
  if (text == "9e999" || text == "-9e999") {
    real = std::numeric_limits<double>::infinity();
    return sqlite3_bind_double(statement, index, text.front() == '-' ? -real : real);
  }
  // SQLite would store NULL in the place of NaN.
  if (!reads_as(text, real) || std::isnan(real)) return SQLITE_MISMATCH;
  return sqlite3_bind_double(statement, index, real);
}

/// By reference: the bytes must stay until the statement is reset.
int bind_cell(sqlite3_stmt* statement, int index, const LoadCell& cell) {
  // A null pointer would bind NULL.
  const char* const bytes = cell.bytes.empty() ? "" : cell.bytes.data();
  switch (cell.kind) {
    case LoadCell::Kind::kNull:
      return sqlite3_bind_null(statement, index);
    case LoadCell::Kind::kNumber:
      return bind_number(statement, index, cell.bytes);
    case LoadCell::Kind::kBlob:
      return sqlite3_bind_blob64(statement, index, bytes, cell.bytes.size(), SQLITE_STATIC);
    case LoadCell::Kind::kText:
      break;
  }
  return sqlite3_bind_text64(statement, index, bytes, cell.bytes.size(), SQLITE_STATIC,
                             SQLITE_UTF8);
}

Error refused_cell(int code, std::string_view sql, const std::string& column) {
  const std::string name = dialect().quote_identifier(column);
  const bool no_number = code == SQLITE_MISMATCH;
  return Error(classify(code, {}),
               no_number ? fmt::format("the value of column {} is no number", name)
                         : fmt::format("the value of column {} cannot be bound", name))
      .because(no_number ? "or no integer of 64 bits, and too large or too small for a real"
                         : sqlite3_errstr(code))
      .with_statement(text::excerpt(sql))
      .with_sqlstate(std::string(result_name(code)));
}

}  // namespace

Result<std::int64_t> SqliteConnection::load(const LoadTarget& target, const RowFeed& feed,
                                            std::int64_t* failed) {
  if (failed != nullptr) *failed = 0;
  const bool inside = in_transaction();
  // Without a transaction around it this begins one, and RELEASE commits it.
  BEDSTONE_TRY(perform({"SAVEPOINT bedstone_load"}, nullptr));
  auto loaded = insert_rows(target, feed, failed);
  if (loaded) {
    Status released = end_transaction("RELEASE bedstone_load");
    if (released) return loaded;
    loaded = fail(std::move(released).error());
  }
  // Not by perform(), which would refuse to run after the token has fired.
  const std::string undo = inside ? "ROLLBACK TO bedstone_load; RELEASE bedstone_load" : "ROLLBACK";
  // SQLite has ended the transaction by itself after some failures.
  if (in_transaction()) {
    sqlite3_exec(database_.get(), undo.c_str(), nullptr, nullptr, nullptr);
  }
  return loaded;
}

Result<std::int64_t> SqliteConnection::insert_rows(const LoadTarget& target, const RowFeed& feed,
                                                   std::int64_t* failed) {
  const std::string sql = insert_statement(target);
  int code = SQLITE_OK;
  BEDSTONE_ASSIGN(const Prepared insert, prepare(database_.get(), sql, true, code));
  if (code != SQLITE_OK) {
    return fail(failure(code, sql, sqlite3_error_offset(database_.get())));
  }
  const auto go_on = [&]() -> Status {
    if (canceled()) return fail(interrupted_error(sql));
    if (target.tick) target.tick();
    return {};
  };
  ReadAhead rows(feed);
  std::int64_t added = 0;
  for (std::int64_t row = 1;; ++row) {
    if (canceled()) return fail(interrupted_error(sql));
    BEDSTONE_ASSIGN(const std::span<const LoadCell> cells, rows.next(go_on));
    if (row % kTickRows == 0) BEDSTONE_TRY(go_on());
    if (cells.empty()) return added;
    auto inserted = insert_row(insert.handle.get(), sql, target, cells);
    if (inserted) {
      added += *inserted;
      continue;
    }
    const Error& error = inserted.error();
    const bool blames_the_row = !error.retryable && error.code != ErrorCode::kInterrupted;
    if (failed != nullptr && blames_the_row) *failed = row;
    return inserted;
  }
}

Result<std::int64_t> SqliteConnection::insert_row(sqlite3_stmt* insert, std::string_view sql,
                                                  const LoadTarget& target,
                                                  std::span<const LoadCell> cells) {
  if (cells.size() != target.columns.size()) {
    return fail(Error(ErrorCode::kInternal, fmt::format("a row has {} cells for {} columns",
                                                        cells.size(), target.columns.size())));
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const int code = bind_cell(insert, static_cast<int>(i) + 1, cells[i]);
    if (code != SQLITE_OK) return fail(refused_cell(code, sql, target.columns[i]));
  }
  const int code = sqlite3_step(insert);
  if (code != SQLITE_DONE) return fail(failure(code, sql));
  const std::int64_t added = sqlite3_changes64(database_.get());
  sqlite3_reset(insert);
  return added;
}

}  // namespace bedstone::db::sqlite
