// What stands in sqlite_schema, and the rows, as statements in an order that loads.
#include "db/sqlite/text_backup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/dialect.hpp"
#include "db/sqlite/errors.hpp"
#include "db/sqlite/literal.hpp"

namespace bedstone::db::sqlite {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::int64_t kRowsPerReport = 10'000;

struct Table {
  std::string name;
  std::string sql;
  bool is_virtual = false;
};

class Dumper {
 public:
  Dumper(SqliteConnection& connection, const TextSink& sink,
         const std::function<void(std::int64_t)>& progress, Literals literals)
      : connection_(connection), sink_(sink), progress_(progress), literals_(std::move(literals)) {}

  Status write() {
    BEDSTONE_TRY(write_head());
    BEDSTONE_TRY(write_tables());
    BEDSTONE_TRY(write_sequences());
    BEDSTONE_TRY(write_statistics());
    BEDSTONE_TRY(write_rest());
    return write_end();
  }

 private:
  Status put(std::string_view text) {
    buffer_ += text;
    return buffer_.size() < kPieceBytes ? Status() : flush();
  }
  Status flush() {
    const Status taken = buffer_.empty() ? Status() : sink_(buffer_);
    buffer_.clear();
    return taken;
  }

  std::string quoted(std::string_view name) const { return dialect().quote_identifier(name); }

  Result<std::int64_t> pragma(std::string_view name) {
    BEDSTONE_ASSIGN(const Rows rows, connection_.query(fmt::format("PRAGMA {}", name)));
    return rows.integer(0, 0);
  }

  Status write_head() {
    BEDSTONE_TRY(put("PRAGMA foreign_keys=OFF;\n"));
    BEDSTONE_ASSIGN(const Rows encoding, connection_.query("PRAGMA encoding"));
    if (encoding.text(0, 0) != "UTF-8") {
      BEDSTONE_TRY(put(fmt::format("PRAGMA encoding='{}';\n", encoding.text(0, 0))));
    }
    BEDSTONE_ASSIGN(const std::int64_t page_size, pragma("page_size"));
    BEDSTONE_TRY(put(fmt::format("PRAGMA page_size={};\n", page_size)));
    BEDSTONE_ASSIGN(const std::int64_t vacuum, pragma("auto_vacuum"));
    if (vacuum != 0) BEDSTONE_TRY(put(fmt::format("PRAGMA auto_vacuum={};\n", vacuum)));
    return put("BEGIN TRANSACTION;\n");
  }

  Status write_tables() {
    BEDSTONE_ASSIGN(
        const Rows found,
        connection_.query("SELECT name, sql, rootpage = 0 FROM sqlite_schema WHERE type "
                          "= 'table' AND sql IS NOT NULL ORDER BY rowid"));
    bool any_virtual = false;
    for (std::size_t row = 0; row < found.size(); ++row) {
      const Table table{std::string(found.text(row, 0)), std::string(found.text(row, 1)),
                        found.boolean(row, 2)};
      if (table.name.starts_with("sqlite_")) continue;
      if (table.is_virtual) {
        BEDSTONE_TRY(write_virtual(table, any_virtual));
        any_virtual = true;
        continue;
      }
      BEDSTONE_TRY(put(table.sql + ";\n"));
      BEDSTONE_TRY(write_rows(table.name));
    }
    // From here on the virtual tables are known: triggers may speak of them.
    return any_virtual ? put("PRAGMA writable_schema=RESET;\n") : Status();
  }

  /// CREATE VIRTUAL TABLE would make the tables behind it, which come with their rows by
  /// themselves.
  Status write_virtual(const Table& table, bool again) {
    if (!again) {
      BEDSTONE_TRY(put("PRAGMA writable_schema=ON;\n"));
    }
    return put(
        fmt::format("INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql) "
                    "VALUES('table',{0},{0},0,{1});\n",
                    dialect().quote_literal(table.name), dialect().quote_literal(table.sql)));
  }

  /// A name by which the row's id can be set, or "" where it is a column or cannot be named.
  Result<std::string> rowid_name(const std::string& table,
                                 const std::vector<std::string>& all_columns) {
    BEDSTONE_ASSIGN(const Rows without,
                    connection_.query("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND "
                                      "name = $1",
                                      {Value(table)}));
    if (without.boolean(0, 0)) return std::string();
    BEDSTONE_ASSIGN(
        const Rows key,
        connection_.query("SELECT (SELECT count(*) FROM pragma_table_xinfo($1) WHERE pk > 0), "
                          "(SELECT count(*) FROM pragma_index_list($1) WHERE origin = 'pk')",
                          {Value(table)}));
    // A primary key without an index is the row's id.
    if (key.integer(0, 0) > 0 && key.integer(0, 1) == 0) return std::string();
    for (const char* name : {"rowid", "_rowid_", "oid"}) {
      const bool taken =
          std::any_of(all_columns.begin(), all_columns.end(),
                      [name](const std::string& column) { return text::to_lower(column) == name; });
      if (!taken) return std::string(name);
    }
    return std::string();
  }

  Status write_rows(const std::string& table) {
    BEDSTONE_ASSIGN(
        const Rows columns,
        connection_.query("SELECT name, hidden FROM pragma_table_xinfo($1) ORDER BY cid",
                          {Value(table)}));
    std::vector<std::string> all, names;
    for (std::size_t row = 0; row < columns.size(); ++row) {
      all.emplace_back(columns.text(row, 0));
      // 2 and 3: generated.
      if (columns.integer(row, 1) < 2) names.push_back(quoted(columns.text(row, 0)));
    }
    BEDSTONE_ASSIGN(const std::string id, rowid_name(table, all));
    if (!id.empty()) names.insert(names.begin(), id);
    return copy_rows(table, names);
  }

  Status copy_rows(const std::string& table, const std::vector<std::string>& names) {
    const std::string list = text::join(names, ",");
    const std::string select = fmt::format("SELECT {} FROM {}", list, quoted(table));
    sqlite3_stmt* raw = nullptr;
    const int prepared = sqlite3_prepare_v2(connection_.handle(), select.data(),
                                            static_cast<int>(select.size()), &raw, nullptr);
    const StatementHandle statement(raw);
    if (prepared != SQLITE_OK) return fail(connection_.failure(prepared, select));
    const std::string head = fmt::format("INSERT INTO {}({}) VALUES(", quoted(table), list);
    for (;;) {
      if (connection_.canceled()) return fail(interrupted_error(select));
      const int code = sqlite3_step(raw);
      if (code == SQLITE_DONE) return {};
      if (code != SQLITE_ROW) return fail(connection_.failure(code, select));
      buffer_ += head;
      for (int column = 0; column < static_cast<int>(names.size()); ++column) {
        if (column > 0) buffer_ += ',';
        literals_.append(buffer_, raw, column);
      }
      BEDSTONE_TRY(put(");\n"));
      if (progress_ && ++rows_ % kRowsPerReport == 0) progress_(rows_);
    }
  }

  Result<bool> has_table(std::string_view name) {
    BEDSTONE_ASSIGN(
        const Rows rows,
        connection_.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
                          {Value(std::string(name))}));
    return !rows.empty();
  }

  /// AUTOINCREMENT's counters: the inserts above have moved them to the highest id that is there.
  Status write_sequences() {
    BEDSTONE_ASSIGN(const bool any, has_table("sqlite_sequence"));
    if (!any) return {};
    BEDSTONE_ASSIGN(const Rows made,
                    connection_.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND sql "
                                      "LIKE '%AUTOINCREMENT%' LIMIT 1"));
    // Once there, that table stays when the last one that needs it is gone.
    if (made.empty()) return {};
    BEDSTONE_TRY(put("DELETE FROM sqlite_sequence;\n"));
    return copy_rows("sqlite_sequence", {"name", "seq"});
  }

  Status write_statistics() {
    bool announced = false;
    for (const char* name : {"sqlite_stat1", "sqlite_stat4"}) {
      BEDSTONE_ASSIGN(const bool there, has_table(name));
      if (!there) continue;
      // Makes the tables where they are missing.
      if (!announced) BEDSTONE_TRY(put("ANALYZE sqlite_schema;\n"));
      announced = true;
      BEDSTONE_TRY(put(fmt::format("DELETE FROM {};\n", name)));
      BEDSTONE_TRY(write_rows(name));
    }
    return {};
  }

  Status write_rest() {
    BEDSTONE_ASSIGN(const Rows found,
                    connection_.query("SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql "
                                      "IS NOT NULL ORDER BY type = 'trigger', rowid"));
    for (std::size_t row = 0; row < found.size(); ++row) {
      BEDSTONE_TRY(put(fmt::format("{};\n", found.text(row, 0))));
    }
    return {};
  }

  Status write_end() {
    for (const char* name : {"user_version", "application_id"}) {
      BEDSTONE_ASSIGN(const std::int64_t value, pragma(name));
      if (value != 0) BEDSTONE_TRY(put(fmt::format("PRAGMA {}={};\n", name, value)));
    }
    BEDSTONE_TRY(put("COMMIT;\n"));
    return flush();
  }

  SqliteConnection& connection_;
  const TextSink& sink_;
  const std::function<void(std::int64_t)>& progress_;
  Literals literals_;
  std::string buffer_;
  std::int64_t rows_ = 0;
};

}  // namespace

Status dump_database(Connection& connection, const TextSink& sink,
                     const std::function<void(std::int64_t rows)>& progress) {
  // Every connection of this driver is one of these.
  auto& own = static_cast<SqliteConnection&>(connection);
  BEDSTONE_ASSIGN(Literals literals, Literals::create(own.handle()));
  return Dumper(own, sink, progress, std::move(literals)).write();
}

}  // namespace bedstone::db::sqlite
