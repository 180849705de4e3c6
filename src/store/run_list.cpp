// The statements of run lists; the same text serves both engines.
#include "store/run_list.hpp"

#include <fmt/format.h>

#include "store/run_row.hpp"

namespace bedstone::store {
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
      connection.query(
          fmt::format(
              "SELECT {} FROM {} WHERE {} ORDER BY started_at DESC, run_id LIMIT $4 OFFSET $5",
              kRunColumns, table, kWanted),
          {project, query.outcome, query.command, query.limit, query.offset}));
  for (std::size_t i = 0; i < rows.size(); ++i)
    page.runs.push_back(run_row(rows, i));
  return page;
}

}  // namespace bedstone::store
