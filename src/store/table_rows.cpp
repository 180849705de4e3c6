// SQL over tables of the project; identifiers quoted, values bound.
#include "store/table_rows.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace bedstone::store {
namespace {

/// For LIKE … ESCAPE '!'.
std::string pattern_of(std::string_view search) {
  std::string pattern = "%";
  for (const char c : text::to_lower(search)) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

Result<RowPage> TableRows::page(const PageRequest& request) {
  const db::Dialect& dialect = connection_.dialect();
  std::vector<std::string> columns;
  for (const std::string& column : request.columns)
    columns.push_back(dialect.as_text(quoted(column)));
  std::vector<db::Value> values;
  std::string condition;
  if (!request.search.empty() && !request.searched.empty()) {
    values.emplace_back(pattern_of(request.search));
    std::vector<std::string> tests;
    for (const std::string& column : request.searched)
      tests.push_back(fmt::format("lower({}) LIKE $1 ESCAPE '!'", dialect.as_text(quoted(column))));
    condition = fmt::format(" WHERE {}", text::join(tests, " OR "));
  }
  std::vector<std::string> order;
  for (const std::string& column : request.order) {
    const bool down = request.descending && order.empty();
    order.push_back(quoted(column) + (down ? " DESC" : ""));
  }
  const std::string sql = fmt::format(
      "SELECT {} FROM {}{}{} LIMIT {} OFFSET {}", text::join(columns, ", "), name_, condition,
      order.empty() ? "" : " ORDER BY " + text::join(order, ", "), request.limit, request.offset);
  RowPage page;
  BEDSTONE_ASSIGN(page.rows, connection_.query(db::Statement{sql, values}));
  const std::string count = fmt::format("SELECT count(*) FROM {}{}", name_, condition);
  BEDSTONE_ASSIGN(const auto total, connection_.query(db::Statement{count, values}));
  page.total = total.integer(0, 0);
  return page;
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
  const auto added = connection_.execute(db::Statement{sql, values});
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
  return connection_.execute(db::Statement{sql, values});
}

Result<std::int64_t> TableRows::remove(const Cells& key, const Cells& before) {
  std::vector<db::Value> values;
  const std::string condition = where(key, before, values);
  const std::string sql = fmt::format("DELETE FROM {} WHERE {}", name_, condition);
  return connection_.execute(db::Statement{sql, values});
}

}  // namespace bedstone::store
