// SQL of the results of health checks.
#include "store/checks.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "store/store.hpp"

namespace bedstone::store {
namespace {

double number(const db::Rows& rows, std::size_t row, std::size_t column) {
  return std::strtod(std::string(rows.text(row, column)).c_str(), nullptr);
}

}  // namespace

Status CheckTable::put(const std::vector<CheckRow>& rows) {
  BEDSTONE_ASSIGN(auto transaction, db::Transaction::begin(connection_));
  const std::string sql = fmt::format(
      "INSERT INTO {} (project, check_id, at, host, outcome, evidence, duration_seconds) VALUES "
      "($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
      table());
  for (const CheckRow& row : rows) {
    const auto written =
        connection_.execute(sql, {project_, row.check_id, row.at, row.host, row.outcome,
                                  row.evidence, row.duration_seconds});
    if (!written) return fail(written.error());
  }
  return transaction.commit();
}

Status CheckTable::prune(const std::string& before, std::int64_t rows) {
  const auto old = connection_.execute(
      fmt::format("DELETE FROM {} WHERE project = $1 AND at < $2", table()), {project_, before});
  if (!old) return fail(old.error());
  BEDSTONE_ASSIGN(const auto full,
                  connection_.query(fmt::format("SELECT check_id FROM {} WHERE project = $1 GROUP "
                                                "BY check_id HAVING count(*) > $2",
                                                table()),
                                    {project_, rows}));
  for (std::size_t i = 0; i < full.size(); ++i) {
    const std::string id(full.text(i, 0));
    const auto pruned = connection_.execute(
        fmt::format("DELETE FROM {0} WHERE project = $1 AND check_id = $2 AND at <= (SELECT at "
                    "FROM {0} WHERE project = $1 AND check_id = $2 ORDER BY at DESC LIMIT 1 OFFSET "
                    "$3)",
                    table()),
        {project_, id, rows});
    if (!pruned) return fail(pruned.error());
  }
  return {};
}

Result<std::vector<CheckSummary>> CheckTable::summary(const std::string& since) {
  const auto rows = connection_.query(
      fmt::format(
          "SELECT check_id, host, sum(CASE outcome WHEN 'pass' THEN 1 ELSE 0 END), sum(CASE "
          "outcome WHEN 'warn' THEN 1 ELSE 0 END), sum(CASE outcome WHEN 'fail' THEN 1 "
          "ELSE 0 END), min(at), max(at), avg(duration_seconds), max(duration_seconds), "
          "(SELECT l.outcome FROM {0} l WHERE l.project = c.project AND l.check_id = "
          "c.check_id AND l.host = c.host ORDER BY l.at DESC LIMIT 1) FROM {0} c WHERE "
          "project = $1 AND at >= $2 GROUP BY project, check_id, host ORDER BY check_id, "
          "host",
          table()),
      {project_, since});
  std::vector<CheckSummary> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    CheckSummary& one = result.emplace_back();
    one.check_id = rows->text(i, 0);
    one.host = rows->text(i, 1);
    one.passed = rows->integer(i, 2);
    one.warned = rows->integer(i, 3);
    one.failed = rows->integer(i, 4);
    one.first_at = rows->text(i, 5);
    one.last_at = rows->text(i, 6);
    one.mean_seconds = number(*rows, i, 7);
    one.longest_seconds = number(*rows, i, 8);
    one.last_outcome = rows->text(i, 9);
  }
  return result;
}

Result<std::vector<CheckUnit>> CheckTable::units(const std::string& since, std::int64_t digits,
                                                 const std::string& check_id) {
  // The length stands in the text: PostgreSQL would take two parameters for two expressions.
  const auto rows = connection_.query(
      fmt::format("SELECT check_id, substr(at, 1, {1}), sum(CASE outcome WHEN 'pass' THEN 1 ELSE 0 "
                  "END), sum(CASE outcome WHEN 'warn' THEN 1 ELSE 0 END), sum(CASE outcome WHEN "
                  "'fail' THEN 1 ELSE 0 END), sum(duration_seconds), max(duration_seconds) FROM "
                  "{0} WHERE project = $1 AND at >= $2 AND $3 IN ('', check_id) GROUP BY check_id, "
                  "substr(at, 1, {1}) ORDER BY 1, 2",
                  table(), digits),
      {project_, since, check_id});
  std::vector<CheckUnit> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    result.push_back({std::string(rows->text(i, 0)), std::string(rows->text(i, 1)),
                      rows->integer(i, 2), rows->integer(i, 3), rows->integer(i, 4),
                      number(*rows, i, 5), number(*rows, i, 6)});
  }
  return result;
}

Result<std::vector<CheckRow>> CheckTable::latest(const std::string& check_id,
                                                 const std::string& since) {
  const auto rows = connection_.query(
      fmt::format("SELECT check_id, at, host, outcome, evidence, duration_seconds FROM {0} c WHERE "
                  "project = $1 AND check_id = $2 AND at >= $3 AND at = (SELECT max(l.at) FROM {0} "
                  "l WHERE l.project = c.project AND l.check_id = c.check_id AND l.host = c.host) "
                  "ORDER BY host",
                  table()),
      {project_, check_id, since});
  std::vector<CheckRow> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    result.push_back({std::string(rows->text(i, 0)), std::string(rows->text(i, 1)),
                      std::string(rows->text(i, 2)), std::string(rows->text(i, 3)),
                      std::string(rows->text(i, 4)), number(*rows, i, 5)});
  }
  return result;
}

Result<std::vector<CheckChange>> CheckTable::changes(const std::string& since, std::int64_t limit) {
  const auto rows = connection_.query(
      fmt::format("SELECT check_id, host, at, before, outcome, evidence FROM (SELECT check_id, "
                  "host, at, outcome, evidence, lag(outcome) OVER (PARTITION BY check_id, host "
                  "ORDER BY at) AS before FROM {} WHERE project = $1) r WHERE before <> outcome "
                  "AND at >= $2 ORDER BY at DESC, check_id LIMIT $3",
                  table()),
      {project_, since, limit});
  std::vector<CheckChange> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    result.push_back({std::string(rows->text(i, 0)), std::string(rows->text(i, 1)),
                      std::string(rows->text(i, 2)), std::string(rows->text(i, 3)),
                      std::string(rows->text(i, 4)), std::string(rows->text(i, 5))});
  }
  return result;
}

}  // namespace bedstone::store
