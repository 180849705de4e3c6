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

/// 64 bits of a text, or NULL. md5() has been there forever, and is refused by servers in FIPS
/// mode.
enum class TextHash { kExtended, kMd5 };

std::string hash_of_text(TextHash kind, const std::string& text) {
  if (kind == TextHash::kMd5) {
    return "('x' OPERATOR(pg_catalog.||) pg_catalog.substr(pg_catalog.md5(" + text +
           "), 1, 16))::pg_catalog.bit(64)::pg_catalog.int8";
  }
  // Under a nondeterministic collation the hash would be that of ICU's sort key.
  return "pg_catalog.hashtextextended(" + text + " COLLATE pg_catalog.\"C\", 0)";
}

/// As a balanced tree: a chain copies its bytes once for each part.
std::string concatenated(std::span<const std::string> parts) {
  if (parts.size() == 1) return "(" + parts.front() + ")";
  const std::size_t half = parts.size() / 2;
  return "(" + concatenated(parts.first(half)) + " OPERATOR(pg_catalog.||) " +
         concatenated(parts.subspan(half)) + ")";
}

class PostgresDialect final : public Dialect {
 public:
  explicit PostgresDialect(TextHash text_hash) : text_hash_(text_hash) {}

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

  std::string as_text(std::string_view expression) const override {
    return "(" + std::string(expression) + ")::pg_catalog.text";
  }

  std::string alike(std::string_view one, std::string_view other) const override {
    return as_text(one) + " COLLATE \"C\" IS NOT DISTINCT FROM " + as_text(other) +
           " COLLATE \"C\"";
  }

  std::string hashes(std::span<const std::string> expressions) const override {
    std::vector<std::string> parts;
    for (const std::string& one : expressions) {
      // Odd numbers for values, so that none has the hash of NULL, and none is zero.
      parts.push_back("pg_catalog.int8send(coalesce(" + hash_of_text(text_hash_, as_text(one)) +
                      " OPERATOR(pg_catalog.|) 1, 2))");
    }
    return join_bytes(parts);
  }

  std::string join_bytes(std::span<const std::string> expressions) const override {
    return expressions.empty() ? "''::pg_catalog.bytea" : concatenated(expressions);
  }

  std::string_view defer_constraints() const override { return "SET CONSTRAINTS ALL DEFERRED"; }
  std::string_view settle_constraints() const override { return "SET CONSTRAINTS ALL IMMEDIATE"; }

  std::vector<std::string> fixed_formats() const override {
    // One statement, and one that pipelines take, too. 3 digits more are what servers before 12
    // need to print reals exactly; later ones print the shortest exact text for each number above
    // 0.
    return {
        "SELECT pg_catalog.set_config('DateStyle', 'ISO, YMD', true),"
        " pg_catalog.set_config('TimeZone', 'UTC', true),"
        " pg_catalog.set_config('IntervalStyle', 'postgres', true),"
        " pg_catalog.set_config('bytea_output', 'hex', true),"
        " pg_catalog.set_config('extra_float_digits', '3', true),"
        " pg_catalog.set_config('lc_monetary', 'C', true),"
        " pg_catalog.set_config('xmloption', 'content', true),"
        " pg_catalog.set_config('quote_all_identifiers', 'off', true)"};
  }

 private:
  TextHash text_hash_;
};

}  // namespace

const Dialect& dialect() {
  static const PostgresDialect kDialect(TextHash::kExtended);
  return kDialect;
}

const Dialect& dialect_for(int server_version) {
  static const PostgresDialect kBefore11(TextHash::kMd5);
  return server_version > 0 && server_version < 110'000 ? kBefore11 : dialect();
}

}  // namespace bedstone::db::postgres
