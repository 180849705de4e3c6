// SQL over the table of instances; the same text serves both engines.
#include "store/instances.hpp"

#include <fmt/format.h>

#include "store/store.hpp"

namespace bedstone::store {

Status InstanceTable::put(const InstanceRow& row, const std::string& unseen_since) {
  const std::string now(connection_.dialect().now_expression());
  const std::string sql = fmt::format(
      "INSERT INTO {0} (project, instance_id, program, host, pid, bedstone_version, started_at, "
      "seen_at, revision, problem, keys) VALUES ($1, $2, $3, $4, $5, $6, {1}, {1}, $7, $8, $9) ON "
      "CONFLICT (project, instance_id) DO UPDATE SET seen_at = excluded.seen_at, revision = "
      "excluded.revision, problem = excluded.problem, keys = excluded.keys",
      table(), now);
  const auto written = connection_.execute(sql, {project_, row.id, row.program, row.host, row.pid,
                                                 row.version, row.revision, row.problem, row.keys});
  if (!written) return fail(written.error());
  const auto pruned = connection_.execute(
      fmt::format("DELETE FROM {} WHERE project = $1 AND seen_at < $2", table()),
      {project_, unseen_since});
  return pruned ? Status() : fail(pruned.error());
}

Status InstanceTable::remove(const std::string& id) {
  const auto removed = connection_.execute(
      fmt::format("DELETE FROM {} WHERE project = $1 AND instance_id = $2", table()),
      {project_, id});
  return removed ? Status() : fail(removed.error());
}

Result<std::vector<InstanceRow>> InstanceTable::list() {
  const auto rows = connection_.query(
      fmt::format("SELECT instance_id, program, host, pid, bedstone_version, started_at, seen_at, "
                  "revision, problem, keys FROM {} WHERE project = $1 ORDER BY started_at, "
                  "instance_id",
                  table()),
      {project_});
  std::vector<InstanceRow> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    InstanceRow& row = result.emplace_back();
    row.id = rows->text(i, 0);
    row.program = rows->text(i, 1);
    row.host = rows->text(i, 2);
    row.pid = rows->integer(i, 3);
    row.version = rows->text(i, 4);
    row.started_at = rows->text(i, 5);
    row.seen_at = rows->text(i, 6);
    row.revision = rows->integer(i, 7);
    row.problem = rows->text(i, 8);
    row.keys = rows->text(i, 9);
  }
  return result;
}

Result<std::string> InstanceTable::now() {
  BEDSTONE_ASSIGN(const auto rows, connection_.query(fmt::format(
                                       "SELECT {}", connection_.dialect().now_expression())));
  return std::string(rows.text(0, 0));
}

}  // namespace bedstone::store
