/// SQLite's quoting and spelling (https://www.sqlite.org/lang_keywords.html).
#include "db/sqlite/dialect.hpp"

namespace bedstone::db::sqlite {

namespace {

std::string quoted(std::string_view text, char quote) {
  std::string result;
  result.reserve(text.size() + 2);
  result += quote;
  for (const char byte : text) {
    if (byte == quote) result += quote;
    result += byte;
  }
  result += quote;
  return result;
}

class SqliteDialect final : public Dialect {
 public:
  Engine engine() const override { return Engine::kSqlite; }

  std::string quote_identifier(std::string_view name) const override { return quoted(name, '"'); }

  std::string quote_literal(std::string_view text) const override { return quoted(text, '\''); }

  std::string store_table(std::string_view name) const override {
    return quote_identifier("bedstone_" + std::string(name));
  }

  // A file is one schema: the project's name for it has no counterpart.
  std::string qualified(std::string_view, std::string_view table) const override {
    return quote_identifier(table);
  }

  bool is_transient(std::string_view sqlstate) const override {
    return sqlstate.starts_with("SQLITE_BUSY") || sqlstate == "SQLITE_PROTOCOL" ||
           sqlstate == "SQLITE_LOCKED_SHAREDCACHE";
  }

  std::string_view begin_write() const override { return "BEGIN IMMEDIATE"; }

  // SQLite's clock ends at milliseconds; the zeros keep one width in both engines.
  std::string_view now_expression() const override {
    return "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')";
  }
};

}  // namespace

const Dialect& dialect() {
  static const SqliteDialect kDialect;
  return kDialect;
}

}  // namespace bedstone::db::sqlite
