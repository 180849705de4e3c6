/// Quoting and fixed SQL text for PostgreSQL.
#include "db/postgres/dialect.hpp"

#include <algorithm>
#include <array>

namespace bedstone::db::postgres {
namespace {

std::string quoted(std::string_view text, char quote, bool double_backslashes) {
  std::string result(1, quote);
  result.reserve(text.size() + 2);
  for (const char c : text) {
    if (c == quote || (double_backslashes && c == '\\')) result += c;
    result += c;
  }
  result += quote;
  return result;
}

class PostgresDialect final : public Dialect {
 public:
  Engine engine() const override { return Engine::kPostgres; }

  std::string quote_identifier(std::string_view name) const override {
    return quoted(name, '"', false);
  }

  std::string quote_literal(std::string_view text) const override {
    // What a backslash means in '…' depends on standard_conforming_strings; in E'…' it does not.
    if (text.find('\\') == std::string_view::npos) return quoted(text, '\'', false);
    return " E" + quoted(text, '\'', true);
  }

  std::string store_table(std::string_view name) const override {
    return "\"bedstone\"." + quote_identifier(name);
  }

  std::string qualified(std::string_view schema, std::string_view table) const override {
    if (schema.empty()) return quote_identifier(table);
    return quote_identifier(schema) + "." + quote_identifier(table);
  }

  bool is_transient(std::string_view sqlstate) const override {
    // Sorted: serialization_failure, deadlock_detected, too_many_connections, object_in_use,
    // lock_not_available, cannot_connect_now. PostgreSQL's manual, appendix A.
    static constexpr std::array<std::string_view, 6> kTransient = {"40001", "40P01", "53300",
                                                                   "55006", "55P03", "57P03"};
    return std::binary_search(kTransient.begin(), kTransient.end(), sqlstate);
  }

  std::string_view begin_write() const override { return "BEGIN"; }

  std::string_view now_expression() const override {
    return "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
  }
};

}  // namespace

const Dialect& dialect() {
  static const PostgresDialect kDialect;
  return kDialect;
}

}  // namespace bedstone::db::postgres
