// SQL over what went wrong, run by run.
#include "store/events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace bedstone::store {
namespace {

using db::Value;

Value text(std::string_view value) {
  return std::string(value);
}

}  // namespace

Result<std::vector<EventRow>> EventTable::list(const std::string& since, std::int64_t limit) {
  const auto rows = connection_.query(
      fmt::format("SELECT e.run_id, e.at, e.severity, e.code, e.message, e.cause, e.hint, e.file, "
                  "e.line, e.statement, r.host, r.command FROM {} e LEFT JOIN {} r ON r.project = "
                  "e.project AND r.run_id = e.run_id WHERE e.project = $1 AND e.at >= $2 ORDER BY "
                  "e.at DESC, e.run_id, e.event DESC LIMIT $3",
                  table("events"), table("runs")),
      {text(project_), text(since), limit});
  std::vector<EventRow> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    EventRow& one = result.emplace_back();
    one.run_id = rows->text(i, 0);
    one.at = rows->text(i, 1);
    one.severity = rows->text(i, 2);
    one.code = rows->text(i, 3);
    one.message = rows->text(i, 4);
    one.cause = rows->text(i, 5);
    one.hint = rows->text(i, 6);
    one.file = rows->text(i, 7);
    one.line = rows->integer(i, 8);
    one.statement = rows->text(i, 9);
    one.host = rows->text(i, 10);
    one.command = rows->text(i, 11);
  }
  std::reverse(result.begin(), result.end());
  return result;
}

Result<std::vector<RunRow>> EventTable::runs(const std::string& since, std::int64_t limit) {
  const auto rows = connection_.query(
      fmt::format("SELECT run_id, command, started_at, finished_at, outcome, host, "
                  "duration_seconds, error_code, error_message FROM {} WHERE project = $1 AND "
                  "started_at >= $2 ORDER BY started_at DESC, run_id LIMIT $3",
                  table("runs")),
      {text(project_), text(since), limit});
  std::vector<RunRow> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    RunRow& one = result.emplace_back();
    one.run_id = rows->text(i, 0);
    one.command = rows->text(i, 1);
    one.started_at = rows->text(i, 2);
    one.finished_at = rows->text(i, 3);
    one.outcome = rows->text(i, 4);
    one.host = rows->text(i, 5);
    one.duration_seconds = std::strtod(std::string(rows->text(i, 6)).c_str(), nullptr);
    one.error_code = rows->text(i, 7);
    one.error_message = rows->text(i, 8);
  }
  std::reverse(result.begin(), result.end());
  return result;
}

/// Ids of the runs that go; $1 is the project, $2 the time, $3 the number.
std::string EventTable::old_runs() const {
  return fmt::format(
      "SELECT run_id FROM {0} WHERE project = $1 AND outcome <> 'running' AND (started_at < $2 OR "
      "started_at <= coalesce((SELECT started_at FROM {0} WHERE project = $1 ORDER BY started_at "
      "DESC LIMIT 1 OFFSET $3), '')) AND run_id NOT IN (SELECT run_id FROM {1} WHERE project = $1) "
      "AND run_id NOT IN (SELECT run_id FROM {2} WHERE project = $1)",
      table("runs"), table("migrations"), table("seed_sets"));
}

std::vector<Bound> EventTable::prune(const Retention& retention) const {
  std::vector<Bound> statements;
  // The runs last: the others are found by them.
  for (const std::string_view name : {"events", "steps", "runs"}) {
    statements.push_back({fmt::format("DELETE FROM {} WHERE project = $1 AND run_id IN ({})",
                                      table(name), old_runs()),
                          {text(project_), text(retention.before), retention.keep}});
  }
  return statements;
}

Result<std::int64_t> EventTable::count_old(const Retention& retention) {
  const auto rows =
      connection_.query(fmt::format("SELECT count(*) FROM ({}) AS old_runs", old_runs()),
                        {text(project_), text(retention.before), retention.keep});
  if (!rows && is_missing(rows.error())) return 0;
  if (!rows) return fail(rows.error());
  return rows->integer(0, 0);
}

}  // namespace bedstone::store
