/// SQLite with everything off that could refuse a row.
#include "db/sqlite/salvage_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "db/sqlite/dialect.hpp"

namespace bedstone::db::sqlite {
namespace {

std::string quoted(std::string_view name) {
  return dialect().quote_identifier(name);
}

std::string column_text(sqlite3_stmt* statement, int column) {
  const auto* text = sqlite3_column_text(statement, column);
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

/// https://www.sqlite.org/datatype3.html#determination_of_column_affinity
char affinity_of(std::string_view type) {
  const std::string lower = text::to_lower(type);
  const auto has = [&lower](std::string_view word) {
    return lower.find(word) != std::string::npos;
  };
  if (has("int")) return 'n';
  if (has("char") || has("clob") || has("text")) return 't';
  if (lower.empty() || has("blob")) return 'a';
  if (has("real") || has("floa") || has("doub")) return 'n';
  // Dates, decimals and the like are as often texts.
  return 'a';
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6U);
    out += static_cast<char>(0x80 | (code & 0x3fU));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12U);
    out += static_cast<char>(0x80 | (code >> 6U & 0x3fU));
    out += static_cast<char>(0x80 | (code & 0x3fU));
  } else {
    out += static_cast<char>(0xf0 | code >> 18U);
    out += static_cast<char>(0x80 | (code >> 12U & 0x3fU));
    out += static_cast<char>(0x80 | (code >> 6U & 0x3fU));
    out += static_cast<char>(0x80 | (code & 0x3fU));
  }
}

}  // namespace

std::string utf8_from_16(std::string_view bytes, bool big) {
  std::string out;
  const auto unit = [&](std::size_t at) {
    const auto a = static_cast<unsigned char>(bytes[at]);
    const auto b = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint32_t>(big ? a << 8U | b : b << 8U | a);
  };
  for (std::size_t at = 0; at + 2 <= bytes.size(); at += 2) {
    std::uint32_t code = unit(at);
    if (code >= 0xd800 && code < 0xdc00 && at + 4 <= bytes.size()) {
      const std::uint32_t low = unit(at + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
        at += 2;
      }
    }
    append_utf8(out, code);
  }
  return out;
}

Status SalvageTarget::failed(const std::string& what) const {
  return fail(Error(ErrorCode::kSalvageFailed, what)
                  .because(sqlite3_errmsg(handle_.get()))
                  .advise("make room on the disk, or look at it, then run the same command again"));
}

Result<SalvageTarget> SalvageTarget::open(const std::string& path, const PageFile& file) {
  SalvageTarget target;
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  target.handle_.reset(handle);
  target.encoding_ = file.encoding();
  if (code != SQLITE_OK) return fail(target.failed("the new file cannot be opened").error());
  static constexpr std::array<std::string_view, 4> kEncodings = {"UTF-8", "UTF-8", "UTF-16le",
                                                                 "UTF-16be"};
  const std::array<std::string, 11> settings = {
      fmt::format("PRAGMA page_size = {}", file.page_bytes()),
      fmt::format("PRAGMA auto_vacuum = {}", file.auto_vacuum()),
      fmt::format("PRAGMA encoding = '{}'", kEncodings[static_cast<std::size_t>(file.encoding())]),
      "PRAGMA journal_mode = MEMORY",
      "PRAGMA synchronous = OFF",
      "PRAGMA foreign_keys = OFF",
      "PRAGMA ignore_check_constraints = ON",
      "PRAGMA legacy_alter_table = ON",
      "PRAGMA trusted_schema = OFF",
      fmt::format("PRAGMA user_version = {}", static_cast<std::int32_t>(file.user_version())),
      fmt::format("PRAGMA application_id = {}", static_cast<std::int32_t>(file.application_id()))};
  for (const std::string& sql : settings)
    BEDSTONE_TRY(target.execute(sql));
  BEDSTONE_TRY(target.execute("BEGIN"));
  return target;
}

Status SalvageTarget::execute(const std::string& sql) {
  char* message = nullptr;
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, &message);
  if (code == SQLITE_OK) return {};
  Error error(ErrorCode::kSalvageFailed, message == nullptr ? "it cannot be made" : message);
  sqlite3_free(message);
  return fail(std::move(error));
}

Result<std::string> SalvageTarget::make_table(const std::string& sql) {
  const auto tables = [this] {
    std::vector<std::string> names;
    sqlite3_stmt* raw = nullptr;
    sqlite3_prepare_v2(handle_.get(), "SELECT name FROM sqlite_schema WHERE type = 'table'", -1,
                       &raw, nullptr);
    const StatementHandle statement(raw);
    while (raw != nullptr && sqlite3_step(raw) == SQLITE_ROW)
      names.push_back(column_text(raw, 0));
    return names;
  };
  const std::vector<std::string> before = tables();
  BEDSTONE_TRY(execute(sql));
  for (const std::string& name : tables()) {
    if (name.starts_with("sqlite_")) continue;
    if (std::find(before.begin(), before.end(), name) == before.end()) return name;
  }
  return fail(Error(ErrorCode::kSalvageFailed, "it makes no table"));
}

/// Its tables are there already; only the entry is missing.
Status SalvageTarget::make_virtual(const std::string& name, const std::string& sql) {
  BEDSTONE_TRY(execute("PRAGMA writable_schema = ON"));
  const std::string literal = dialect().quote_literal(name);
  const Status done =
      execute(fmt::format("INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)"
                          " VALUES ('table', {0}, {0}, 0, {1})",
                          literal, dialect().quote_literal(sql)));
  const Status off = execute("PRAGMA writable_schema = OFF");
  return done ? off : done;
}

Result<TargetTable> SalvageTarget::describe(const std::string& name) {
  TargetTable table;
  table.name = name;
  const std::string literal = dialect().quote_literal(name);
  sqlite3_stmt* raw = nullptr;
  // Of a table without row ids the key comes first, in its index's order.
  std::string sql =
      fmt::format("SELECT wr FROM pragma_table_list WHERE name = {} AND schema = 'main'", literal);
  sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &raw, nullptr);
  StatementHandle listed(raw);
  if (raw != nullptr && sqlite3_step(raw) == SQLITE_ROW)
    table.with_rowid = sqlite3_column_int(raw, 0) == 0;
  const std::string order =
      table.with_rowid
          ? "SELECT name, type, \"notnull\", pk, hidden, 0 FROM pragma_table_xinfo({0})"
            " WHERE hidden <> 2 ORDER BY cid"
          : "SELECT x.name, x.type, x.\"notnull\", x.pk, x.hidden, i.seqno"
            " FROM pragma_index_list({0}) AS l, pragma_index_xinfo(l.name) AS i,"
            " pragma_table_xinfo({0}) AS x WHERE l.origin = 'pk' AND x.cid = i.cid"
            " ORDER BY i.seqno";
  sql = fmt::format(fmt::runtime(order), literal);
  if (sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    return fail(failed("a table cannot be described").error());
  const StatementHandle columns(raw);
  int keys = 0;
  std::vector<bool> integer_keys;
  while (sqlite3_step(raw) == SQLITE_ROW) {
    TargetColumn column;
    column.name = column_text(raw, 0);
    const std::string type = column_text(raw, 1);
    column.not_null = sqlite3_column_int(raw, 2) != 0;
    const bool key = sqlite3_column_int(raw, 3) > 0;
    column.computed = sqlite3_column_int(raw, 4) == 3;
    column.affinity = affinity_of(type);
    keys += key ? 1 : 0;
    column.alias = key && text::to_lower(type) == "integer";
    table.columns.push_back(std::move(column));
  }
  // "INTEGER PRIMARY KEY DESC" is none: then there is an index of its own.
  sql = fmt::format("SELECT 1 FROM pragma_index_list({}) WHERE origin = 'pk'", literal);
  sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &raw, nullptr);
  const StatementHandle own(raw);
  const bool has_index = raw != nullptr && sqlite3_step(raw) == SQLITE_ROW;
  for (TargetColumn& column : table.columns)
    column.alias = column.alias && keys == 1 && table.with_rowid && !has_index;
  if (!table.with_rowid) return table;
  for (const std::string_view candidate : {"rowid", "_rowid_", "oid"}) {
    const bool taken = std::any_of(
        table.columns.begin(), table.columns.end(),
        [&candidate](const TargetColumn& c) { return text::to_lower(c.name) == candidate; });
    if (taken) continue;
    table.rowid = candidate;
    break;
  }
  return table;
}

std::vector<std::string> SalvageTarget::index_columns(const std::string& sql,
                                                      const std::string& name) {
  std::vector<std::string> names;
  // What a constraint made is there with its table; others are made for a moment.
  if (!sql.empty()) {
    (void)execute("SAVEPOINT look");
    (void)execute(sql);
  }
  const std::string question =
      fmt::format("SELECT name FROM pragma_index_xinfo({}) WHERE key ORDER BY seqno",
                  dialect().quote_literal(name));
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(handle_.get(), question.c_str(), -1, &raw, nullptr);
  {
    const StatementHandle statement(raw);
    while (raw != nullptr && sqlite3_step(raw) == SQLITE_ROW)
      names.push_back(column_text(raw, 0));
  }
  if (!sql.empty()) {
    (void)execute("ROLLBACK TO look");
    (void)execute("RELEASE look");
  }
  return names;
}

Result<sqlite3_stmt*> SalvageTarget::statement(const std::string& key, const std::string& sql) {
  StatementHandle& kept = statements_[key];
  if (!kept) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v3(handle_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &raw,
                           nullptr) != SQLITE_OK) {
      return fail(failed("rows cannot be written").error());
    }
    kept.reset(raw);
  }
  sqlite3_reset(kept.get());
  return kept.get();
}

void SalvageTarget::bind(sqlite3_stmt* statement, int at, const Field& field) const {
  if (const auto* number = std::get_if<std::int64_t>(&field)) {
    sqlite3_bind_int64(statement, at, *number);
  } else if (const auto* real = std::get_if<double>(&field)) {
    sqlite3_bind_double(statement, at, *real);
  } else if (const auto* text = std::get_if<TextBytes>(&field)) {
    const unsigned char encoding = encoding_ == 1   ? SQLITE_UTF8
                                   : encoding_ == 2 ? SQLITE_UTF16LE
                                                    : SQLITE_UTF16BE;
    sqlite3_bind_text64(statement, at, text->bytes.data(), text->bytes.size(), SQLITE_TRANSIENT,
                        encoding);
  } else if (const auto* blob = std::get_if<BlobBytes>(&field)) {
    sqlite3_bind_blob64(statement, at, blob->bytes.empty() ? "" : blob->bytes.data(),
                        blob->bytes.size(), SQLITE_TRANSIENT);
  } else {
    sqlite3_bind_null(statement, at);
  }
}

Result<bool> SalvageTarget::insert(const TargetTable& table, const FoundRow& row) {
  if (row.fields.size() > table.columns.size()) return false;
  const std::size_t given = row.fields.size();
  std::string names, places;
  const auto add = [&](const std::string& name) {
    names += (names.empty() ? "" : ", ") + name;
    places += places.empty() ? "?" : ", ?";
  };
  const bool alias = std::any_of(table.columns.begin(), table.columns.end(),
                                 [](const TargetColumn& column) { return column.alias; });
  const bool by_rowid = table.with_rowid && !table.rowid.empty() && !alias;
  if (by_rowid) add(table.rowid);
  // Columns that were added after the row have their default.
  for (std::size_t i = 0; i < given || (i < table.columns.size() && table.columns[i].alias); ++i) {
    if (!table.columns[i].computed) add(quoted(table.columns[i].name));
  }
  const std::string key = fmt::format("{} {}", table.name, given);
  const std::string sql =
      names.empty() ? fmt::format("INSERT OR IGNORE INTO {} DEFAULT VALUES", quoted(table.name))
                    : fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES ({})", quoted(table.name),
                                  names, places);
  BEDSTONE_ASSIGN(sqlite3_stmt* const statement, this->statement(key, sql));
  int at = 1;
  if (by_rowid) sqlite3_bind_int64(statement, at++, row.id);
  for (std::size_t i = 0; i < given || (i < table.columns.size() && table.columns[i].alias); ++i) {
    if (table.columns[i].computed) continue;
    if (table.columns[i].alias) {
      sqlite3_bind_int64(statement, at++, row.id);
    } else {
      bind(statement, at++, row.fields[i]);
    }
  }
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  if (code == SQLITE_FULL || code == SQLITE_IOERR)
    return fail(failed("a row cannot be written").error());
  return code == SQLITE_DONE && sqlite3_changes64(handle_.get()) > 0;
}

Status SalvageTarget::widen_lost(std::size_t fields) {
  if (lost_.empty()) {
    for (int number = 0;; ++number) {
      const std::string name =
          number == 0 ? "lost_and_found" : fmt::format("lost_and_found_{}", number);
      if (!execute(fmt::format(
              "CREATE TABLE {} (rootpgno INTEGER, pgno INTEGER, nfield INTEGER, id INTEGER)",
              name))) {
        continue;
      }
      lost_ = name;
      break;
    }
  }
  // No table has more columns.
  constexpr std::size_t kMost = 1990;
  for (; lost_fields_ < std::min(fields, kMost); ++lost_fields_)
    BEDSTONE_TRY(execute(fmt::format("ALTER TABLE {} ADD COLUMN c{}", lost_, lost_fields_)));
  return {};
}

Status SalvageTarget::insert_lost(std::uint32_t root, std::uint32_t page, const FoundRow& row) {
  if (lost_.empty() || row.fields.size() > lost_fields_)
    BEDSTONE_TRY(widen_lost(row.fields.size()));
  const std::size_t given = std::min(row.fields.size(), lost_fields_);
  std::string names, places;
  for (std::size_t i = 0; i < given; ++i) {
    names += fmt::format(", c{}", i);
    places += ", ?";
  }
  BEDSTONE_ASSIGN(
      sqlite3_stmt* const statement,
      this->statement(
          fmt::format(" {}", given),
          fmt::format("INSERT INTO {} (rootpgno, pgno, nfield, id{}) VALUES (?, ?, ?, ?{})", lost_,
                      names, places)));
  sqlite3_bind_int64(statement, 1, root);
  sqlite3_bind_int64(statement, 2, page);
  sqlite3_bind_int64(statement, 3, static_cast<std::int64_t>(row.fields.size()));
  sqlite3_bind_int64(statement, 4, row.id);
  for (std::size_t i = 0; i < given; ++i)
    bind(statement, static_cast<int>(i) + 5, row.fields[i]);
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  return code == SQLITE_DONE ? Status{} : failed("a row cannot be written");
}

Status SalvageTarget::set_counter(const std::string& table, std::int64_t value) {
  const std::string name = dialect().quote_literal(table);
  // Where no table that counts came back, there is nothing to set.
  if (!execute(fmt::format("DELETE FROM sqlite_sequence WHERE name = {}", name))) return {};
  return execute(
      fmt::format("INSERT INTO sqlite_sequence (name, seq) VALUES ({}, {})", name, value));
}

Status SalvageTarget::finish(const PageFile& file) {
  statements_.clear();
  BEDSTONE_TRY(execute("COMMIT"));
  // The schema is read anew, with what was written into it by hand.
  BEDSTONE_TRY(execute("PRAGMA writable_schema = RESET"));
  if (file.uses_wal()) BEDSTONE_TRY(execute("PRAGMA journal_mode = WAL"));
  return {};
}

}  // namespace bedstone::db::sqlite
