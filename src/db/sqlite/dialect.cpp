/// SQLite's quoting and spelling (https://www.sqlite.org/lang_keywords.html).
#include "db/sqlite/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>

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

/// The least that a build of SQLite allows a function unless it was asked for less.
constexpr std::size_t kMaxArguments = 100;

/// Calls with as many arguments as a function may have.
std::vector<std::string> calls(std::string_view function, std::span<const std::string> arguments) {
  std::vector<std::string> result;
  do {
    const auto some = arguments.first(std::min(kMaxArguments, arguments.size()));
    arguments = arguments.subspan(some.size());
    result.push_back(fmt::format("{}({})", function, fmt::join(some, ", ")));
  } while (!arguments.empty());
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

  std::string as_text(std::string_view expression) const override {
    return "CAST(" + std::string(expression) + " AS TEXT)";
  }

  // The functions are the driver's own (functions.cpp).
  std::string alike(std::string_view one, std::string_view other) const override {
    return std::string(one) + " IS " + std::string(other) + " COLLATE BINARY";
  }

  std::string hashes(std::span<const std::string> expressions) const override {
    const std::vector<std::string> parts = calls("bedstone_hashes", expressions);
    return parts.size() == 1 ? parts.front() : join_bytes(parts);
  }

  std::string join_bytes(std::span<const std::string> expressions) const override {
    std::vector<std::string> parts = calls("bedstone_joined", expressions);
    while (parts.size() > 1)
      parts = calls("bedstone_joined", parts);
    return parts.front();
  }

  std::vector<std::string> fixed_formats() const override { return {}; }
  std::string_view defer_constraints() const override { return "PRAGMA defer_foreign_keys = ON"; }
  std::string_view settle_constraints() const override { return {}; }
};

}  // namespace

const Dialect& dialect() {
  static const SqliteDialect kDialect;
  return kDialect;
}

}  // namespace bedstone::db::sqlite
