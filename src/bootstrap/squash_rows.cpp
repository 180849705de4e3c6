// The engine writes its own literals.
#include "bootstrap/squash_rows.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace bedstone::bootstrap {
namespace {

class Reader {
 public:
  Reader(db::Connection& connection, const std::string& schema)
      : connection_(connection),
        schema_(schema),
        postgres_(connection.engine() == db::Engine::kPostgres) {}

  Result<std::int64_t> count(const std::string& table) {
    BEDSTONE_ASSIGN(const auto rows, connection_.query("SELECT count(*) FROM " + from(table)));
    return rows.integer(0, 0);
  }

  Result<std::string> insert(const std::string& table) {
    BEDSTONE_ASSIGN(const auto columns, columns_of(table));
    std::string names, values, order;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string name = quoted(columns[i]);
      const std::string_view comma = i == 0 ? "" : ", ";
      names += fmt::format("{}{}", comma, name);
      order += fmt::format("{}{}", comma, i + 1);
      values += postgres_ ? fmt::format("{}pg_catalog.quote_nullable({}::text)", comma, name)
                          : fmt::format("{}quote({})", comma, name);
    }
    BEDSTONE_ASSIGN(const auto rows, connection_.query(fmt::format("SELECT {} FROM {} ORDER BY {}",
                                                                   values, from(table), order)));
    std::string sql = fmt::format("INSERT INTO {} ({}) {}VALUES", quoted(table), names,
                                  postgres_ ? "OVERRIDING SYSTEM VALUE " : "");
    for (std::size_t row = 0; row < rows.size(); ++row) {
      sql += row == 0 ? "\n  (" : ",\n  (";
      for (std::size_t column = 0; column < columns.size(); ++column)
        sql += fmt::format("{}{}", column == 0 ? "" : ", ", rows.text(row, column));
      sql += ")";
    }
    return sql;
  }

  Result<std::vector<std::string>> counters() { return postgres_ ? sequences() : autoincrements(); }

 private:
  std::string quoted(std::string_view name) const {
    return connection_.dialect().quote_identifier(name);
  }
  /// Rows of partitions and children are read there.
  std::string from(const std::string& table) const {
    return postgres_ ? "ONLY " + connection_.dialect().qualified(schema_, table)
                     : connection_.dialect().qualified("main", table);
  }

  Result<std::vector<std::string>> columns_of(const std::string& table) {
    const auto rows =
        postgres_
            ? connection_.query(
                  "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = "
                  "pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped AND "
                  "coalesce(pg_catalog.to_jsonb(pg_attribute) ->> 'attgenerated', '') = '' "
                  "ORDER BY attnum",
                  {connection_.dialect().qualified(schema_, table)})
            : connection_.query(
                  "SELECT name FROM pragma_table_xinfo($1) WHERE hidden = 0 ORDER BY cid", {table});
    if (!rows) return fail(rows.error());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows->size(); ++i)
      names.emplace_back(rows->text(i, 0));
    return names;
  }

  Result<std::vector<std::string>> sequences() {
    std::vector<std::string> result;
    BEDSTONE_ASSIGN(const auto names,
                    connection_.query("SELECT sequencename, start_value FROM "
                                      "pg_catalog.pg_sequences WHERE schemaname = $1 ORDER BY 1",
                                      {schema_}));
    for (std::size_t i = 0; i < names.size(); ++i) {
      BEDSTONE_ASSIGN(const auto at, connection_.query("SELECT last_value, is_called FROM " +
                                                       connection_.dialect().qualified(
                                                           schema_, names.text(i, 0))));
      const bool called = at.boolean(0, 1);
      if (!called && at.integer(0, 0) == names.integer(i, 1)) continue;
      result.push_back(fmt::format("SELECT pg_catalog.setval({}, {}, {})",
                                   connection_.dialect().quote_literal(quoted(names.text(i, 0))),
                                   at.integer(0, 0), called));
    }
    return result;
  }

  Result<std::vector<std::string>> autoincrements() {
    std::vector<std::string> result;
    BEDSTONE_ASSIGN(const auto there,
                    connection_.query("SELECT count(*) FROM main.sqlite_schema WHERE name = "
                                      "'sqlite_sequence'"));
    if (there.integer(0, 0) == 0) return result;
    BEDSTONE_ASSIGN(const auto rows,
                    connection_.query("SELECT quote(name), seq FROM main.sqlite_sequence WHERE seq "
                                      "> 0 AND name NOT LIKE 'bedstone\\_%' ESCAPE '\\' ORDER BY "
                                      "1"));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      result.push_back(fmt::format("DELETE FROM sqlite_sequence WHERE name = {}", rows.text(i, 0)));
      result.push_back(fmt::format("INSERT INTO sqlite_sequence (name, seq) VALUES ({}, {})",
                                   rows.text(i, 0), rows.integer(i, 1)));
    }
    return result;
  }

  db::Connection& connection_;
  const std::string& schema_;
  bool postgres_;
};

}  // namespace

Result<CarriedRows> read_carried_rows(db::Connection& connection, const std::string& schema,
                                      const std::vector<std::string>& tables,
                                      std::int64_t max_rows) {
  Reader reader(connection, schema);
  CarriedRows result;
  for (const std::string& table : tables) {
    BEDSTONE_ASSIGN(const std::int64_t rows, reader.count(table));
    if (rows > 0) result.tables.push_back({table, rows});
    result.rows += rows;
  }
  if (result.rows > max_rows) return result;
  for (const SquashReport::Table& one : result.tables) {
    BEDSTONE_ASSIGN(auto sql, reader.insert(one.name));
    result.inserts.emplace(one.name, std::move(sql));
  }
  BEDSTONE_ASSIGN(result.counters, reader.counters());
  return result;
}

}  // namespace bedstone::bootstrap
