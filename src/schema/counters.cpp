/// Sequences that fell behind the rows: somebody wrote values by hand, or copied rows.
#include "db/catalog.hpp"
#include "schema/mend.hpp"

namespace bedstone::schema {

Result<std::vector<Counter>> read_counters(db::Connection& connection, const std::string& schema) {
  std::vector<Counter> counters;
  const std::string sql = db::catalog_counters(connection.engine());
  if (sql.empty()) return counters;
  BEDSTONE_ASSIGN(const db::Rows rows, connection.query(sql, {schema}));
  const db::Dialect& dialect = connection.dialect();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Counter counter;
    counter.table = rows.text(i, 0);
    counter.column = rows.text(i, 1);
    counter.sequence = rows.text(i, 2);
    counter.increment = rows.integer(i, 3, 1);
    const std::string question = db::catalog_counter(
        dialect.qualified(schema, counter.table), dialect.quote_identifier(counter.column),
        dialect.qualified(schema, counter.sequence), counter.increment < 0);
    BEDSTONE_ASSIGN(const db::Rows answer, connection.query(question));
    counter.used = !answer.is_null(0, 0);
    counter.highest = answer.integer(0, 0);
    counter.next =
        answer.is_null(0, 1) ? answer.integer(0, 2) : answer.integer(0, 1) + counter.increment;
    counters.push_back(std::move(counter));
  }
  return counters;
}

}  // namespace bedstone::schema
