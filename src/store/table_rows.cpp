// SQL over tables of the project; identifiers quoted, values bound.
#include "store/table_rows.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace bedstone::store {

/// More than one row is none: `key` was no key, and nothing is written.
Result<std::int64_t> TableRows::carry_out(const std::string& sql,
                                          const std::vector<db::Value>& values) {
  if (connection_.engine() == db::Engine::kSqlite) {
    // It belongs to the session, and cannot be set within a transaction.
    const auto enforced = connection_.execute("PRAGMA foreign_keys = ON");
    if (!enforced) return fail(enforced.error());
  }
  BEDSTONE_ASSIGN(db::Transaction transaction, db::Transaction::begin(connection_));
  for (const std::string& formats : connection_.dialect().fixed_formats()) {
    const auto set = connection_.query(formats);
    if (!set) return fail(set.error());
  }
  BEDSTONE_ASSIGN(const std::int64_t rows, connection_.execute(db::Statement{sql, values}));
  if (rows > 1) return 0;
  BEDSTONE_TRY(transaction.commit());
  return rows;
}

Status TableRows::add(const Cells& cells) {
  std::vector<std::string> columns;
  std::vector<std::string> places;
  std::vector<db::Value> values;
  for (const auto& [column, value] : cells) {
    columns.push_back(quoted(column));
    values.push_back(value);
    places.push_back(fmt::format("${}", values.size()));
  }
  const std::string sql = cells.empty()
                              ? fmt::format("INSERT INTO {} DEFAULT VALUES", name_)
                              : fmt::format("INSERT INTO {} ({}) VALUES ({})", name_,
                                            text::join(columns, ", "), text::join(places, ", "));
  const auto added = carry_out(sql, values);
  return added ? Status() : fail(added.error());
}

std::string TableRows::where(const Cells& key, const Cells& before,
                             std::vector<db::Value>& values) const {
  const db::Dialect& dialect = connection_.dialect();
  std::vector<std::string> tests;
  for (const auto& [column, value] : key) {
    values.push_back(value);
    tests.push_back(fmt::format("{} = ${}", quoted(column), values.size()));
  }
  for (const auto& [column, value] : before) {
    values.push_back(value);
    tests.push_back(
        dialect.alike(dialect.as_text(quoted(column)), fmt::format("${}", values.size())));
  }
  return text::join(tests, " AND ");
}

Result<std::int64_t> TableRows::change(const Cells& key, const Cells& before, const Cells& cells) {
  std::vector<std::string> sets;
  std::vector<db::Value> values;
  for (const auto& [column, value] : cells) {
    values.push_back(value);
    sets.push_back(fmt::format("{} = ${}", quoted(column), values.size()));
  }
  const std::string condition = where(key, before, values);
  const std::string sql =
      fmt::format("UPDATE {} SET {} WHERE {}", name_, text::join(sets, ", "), condition);
  return carry_out(sql, values);
}

Result<std::int64_t> TableRows::remove(const Cells& key, const Cells& before) {
  std::vector<db::Value> values;
  const std::string condition = where(key, before, values);
  const std::string sql = fmt::format("DELETE FROM {} WHERE {}", name_, condition);
  return carry_out(sql, values);
}

}  // namespace bedstone::store
