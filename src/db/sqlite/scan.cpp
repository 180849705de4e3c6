// A statement of its own, stepped as rows are asked for.
#include "db/sqlite/scan.hpp"

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "db/sqlite/connection.hpp"

namespace bedstone::db::sqlite {
namespace {

/// Longer than any number that to_chars() writes.
constexpr std::size_t kNumberBytes = 32;
using NumberText = std::array<char, kNumberBytes>;

std::string_view integer_text(std::int64_t number, NumberText& text) {
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

std::string_view real_text(double number, NumberText& text) {
  if (std::isinf(number)) return number < 0 ? "-Inf" : "Inf";
  char* end = std::to_chars(text.data(), text.data() + text.size() - 2, number).ptr;
  const std::string_view plain(text.data(), static_cast<std::size_t>(end - text.data()));
  if (plain.find_first_of(".e") == std::string_view::npos) {
    *end++ = '.';
    *end++ = '0';
  }
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

class StatementScan final : public Scan {
 public:
  StatementScan(SqliteConnection& connection, std::string sql, Prepared prepared)
      : connection_(connection), sql_(std::move(sql)), prepared_(std::move(prepared)) {
    const auto columns = static_cast<std::size_t>(sqlite3_column_count(prepared_.handle.get()));
    cells_.resize(columns);
    numbers_.resize(columns);
  }

  Result<std::span<const ScanCell>> next() override {
    sqlite3_stmt* const statement = prepared_.handle.get();
    if (ended_) return std::span<const ScanCell>();
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) {
      ended_ = true;
      return std::span<const ScanCell>();
    }
    if (code != SQLITE_ROW) return fail(connection_.failure(code, sql_));
    for (std::size_t i = 0; i < cells_.size(); ++i)
      cells_[i] = read(statement, static_cast<int>(i), numbers_[i]);
    return std::span<const ScanCell>(cells_);
  }

 private:
  static ScanCell read(sqlite3_stmt* statement, int column, NumberText& number) {
    switch (sqlite3_column_type(statement, column)) {
      case SQLITE_INTEGER:
        return {ScanCell::Kind::kInteger,
                integer_text(sqlite3_column_int64(statement, column), number)};
      case SQLITE_FLOAT:
        return {ScanCell::Kind::kReal, real_text(sqlite3_column_double(statement, column), number)};
      case SQLITE_TEXT: {
        const auto* const text =
            reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        return {ScanCell::Kind::kText,
                {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))}};
      }
      case SQLITE_BLOB: {
        const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return {ScanCell::Kind::kBlob,
                size == 0 ? std::string_view("") : std::string_view(bytes, size)};
      }
      default:
        return {};
    }
  }

  SqliteConnection& connection_;
  std::string sql_;
  Prepared prepared_;
  std::vector<ScanCell> cells_;
  std::vector<NumberText> numbers_;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<Scan>> scan(Connection& connection, std::string select) {
  auto& own = static_cast<SqliteConnection&>(connection);
  int code = SQLITE_OK;
  BEDSTONE_ASSIGN(Prepared prepared, prepare(own.handle(), select, true, code));
  if (code != SQLITE_OK) return fail(own.failure(code, select, sqlite3_error_offset(own.handle())));
  return std::make_unique<StatementScan>(own, std::move(select), std::move(prepared));
}

}  // namespace bedstone::db::sqlite
