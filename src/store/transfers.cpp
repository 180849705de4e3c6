// SQL over the table of transfers.
#include "store/transfers.hpp"

#include <fmt/format.h>

namespace bedstone::store {

Result<std::map<std::string, TransferRow>> TransferTable::read(std::string_view condition) {
  std::map<std::string, TransferRow> result;
  const auto rows = connection_.query(
      fmt::format("SELECT table_name, state, rows, hash, source, started_at, finished_at FROM {} "
                  "WHERE project = $1{}",
                  table(), condition),
      {project_});
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    TransferRow row;
    row.table = rows->text(i, 0);
    row.state = rows->text(i, 1);
    row.rows = rows->integer(i, 2);
    row.hash = rows->text(i, 3);
    row.source = rows->text(i, 4);
    row.started_at = rows->text(i, 5);
    row.finished_at = rows->text(i, 6);
    result.emplace(row.table, std::move(row));
  }
  return result;
}

Result<std::map<std::string, TransferRow>> TransferTable::list() {
  return read("");
}

Result<std::optional<TransferRow>> TransferTable::whole() {
  BEDSTONE_ASSIGN(auto rows, read(" AND table_name = ''"));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.begin()->second);
}

Bound TransferTable::put(const TransferRow& row) const {
  return {fmt::format("INSERT INTO {} (project, table_name, state, rows, hash, source, started_at, "
                      "finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (project, "
                      "table_name) DO UPDATE SET state = excluded.state, rows = excluded.rows, "
                      "hash = excluded.hash, source = excluded.source, finished_at = "
                      "excluded.finished_at",
                      table()),
          {project_, row.table, row.state, row.rows, row.hash, row.source, row.started_at,
           row.finished_at}};
}

}  // namespace bedstone::store
