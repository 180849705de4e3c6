// The statements of run lists; the same text serves both engines.
#include "store/run_list.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace bedstone::store {
namespace {

RunRow run_of(const db::Rows& rows, std::size_t i) {
  RunRow row;
  row.run_id = rows.text(i, 0);
  row.command = rows.text(i, 1);
  row.started_at = rows.text(i, 2);
  row.finished_at = rows.text(i, 3);
  row.outcome = rows.text(i, 4);
  row.host = rows.text(i, 5);
  row.pid = rows.integer(i, 6);
  row.user = rows.text(i, 7);
  row.bedstone_version = rows.text(i, 8);
  row.state_before = rows.text(i, 9);
  row.state_after = rows.text(i, 10);
  row.duration_seconds = std::strtod(std::string(rows.text(i, 11)).c_str(), nullptr);
  row.error_code = rows.text(i, 12);
  row.error_message = rows.text(i, 13);
  return row;
}

}  // namespace

Result<RunPage> run_page(db::Connection& connection, const std::string& project,
                         const RunQuery& query) {
  RunPage page;
  const std::string table = connection.dialect().store_table("runs");
  constexpr std::string_view kWanted =
      "project = $1 AND ($2 = '' OR outcome = $2) AND ($3 = '' OR command = $3)";
  const auto counted = connection.query(
      fmt::format("SELECT outcome, command, count(*), sum(CASE WHEN {} THEN 1 ELSE 0 END) FROM {} "
                  "WHERE project = $1 GROUP BY outcome, command",
                  kWanted, table),
      {project, query.outcome, query.command});
  if (!counted && is_missing(counted.error())) return page;
  if (!counted) return fail(counted.error());
  for (std::size_t i = 0; i < counted->size(); ++i) {
    page.outcomes[std::string(counted->text(i, 0))] += counted->integer(i, 2);
    page.commands[std::string(counted->text(i, 1))] += counted->integer(i, 2);
    page.total += counted->integer(i, 3);
  }
  BEDSTONE_ASSIGN(
      const auto rows,
      connection.query(fmt::format("SELECT run_id, command, started_at, finished_at, outcome, "
                                   "host, pid, os_user, bedstone_version, state_before, "
                                   "state_after, duration_seconds, error_code, error_message FROM "
                                   "{} WHERE {} ORDER BY started_at DESC, run_id LIMIT $4 OFFSET "
                                   "$5",
                                   table, kWanted),
                       {project, query.outcome, query.command, query.limit, query.offset}));
  for (std::size_t i = 0; i < rows.size(); ++i)
    page.runs.push_back(run_of(rows, i));
  return page;
}

}  // namespace bedstone::store
