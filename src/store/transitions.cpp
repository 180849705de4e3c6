// SQL over the application's transitions and its living instances.
#include "store/transitions.hpp"

#include <fmt/format.h>

#include "store/store.hpp"

namespace bedstone::store {
namespace {

using db::Value;

Value text(std::string_view value) {
  return std::string(value);
}

}  // namespace

Result<std::vector<Transition>> Transitions::list(std::int64_t limit) {
  const auto rows = connection_.query(
      fmt::format("SELECT transition, at, from_state, to_state, cause, run_id FROM {} WHERE "
                  "project = $1 ORDER BY transition DESC LIMIT $2",
                  table()),
      {text(project_), limit});
  std::vector<Transition> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    Transition& one = result.emplace_back();
    one.number = rows->integer(i, 0);
    one.at = rows->text(i, 1);
    one.from = rows->text(i, 2);
    one.to = rows->text(i, 3);
    one.cause = rows->text(i, 4);
    one.run_id = rows->text(i, 5);
  }
  return result;
}

Result<std::optional<Transition>> Transitions::last() {
  BEDSTONE_ASSIGN(auto newest, list(1));
  if (newest.empty()) return std::nullopt;
  return std::move(newest.front());
}

Result<std::optional<Transition>> Transitions::record(Lifecycle from, Lifecycle to,
                                                      std::string_view cause,
                                                      std::string_view run_id) {
  BEDSTONE_ASSIGN(const auto before, last());
  Transition next;
  next.number = before ? before->number + 1 : 1;
  next.from = before ? before->to : lifecycle_name(from);
  next.to = lifecycle_name(to);
  next.cause = cause;
  next.run_id = run_id;
  if (next.from == next.to) return std::nullopt;
  // Whoever takes the number first recorded it for everybody.
  BEDSTONE_ASSIGN(
      const std::int64_t recorded,
      connection_.execute(
          fmt::format("INSERT INTO {} (project, transition, at, from_state, to_state, cause, "
                      "run_id) VALUES ($1, $2, {}, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                      table(), connection_.dialect().now_expression()),
          {text(project_), next.number, text(next.from), text(next.to), text(cause),
           text(run_id)}));
  if (recorded == 0) return std::nullopt;
  return next;
}

Result<std::optional<Transition>> Transitions::note_instances(std::string_view cause,
                                                              WallTime now) {
  BEDSTONE_ASSIGN(const auto before, last());
  if (!before) return std::nullopt;
  const bool was_running = before->to == lifecycle_name(Lifecycle::kRunning);
  if (!was_running && before->to != lifecycle_name(Lifecycle::kConfigured)) return std::nullopt;
  BEDSTONE_ASSIGN(const bool running, is_running(now));
  if (running == was_running) return std::nullopt;
  const Lifecycle to = running ? Lifecycle::kRunning : Lifecycle::kConfigured;
  return record(to, to, cause, "");
}

Result<bool> Transitions::is_running(WallTime now) {
  const auto rows = connection_.query("SELECT " + running_expression(connection_.dialect(), now),
                                      {text(project_)});
  if (!rows && is_missing(rows.error())) return false;
  if (!rows) return fail(rows.error());
  return rows->boolean(0, 0);
}

std::string Transitions::running_expression(const db::Dialect& dialect, WallTime now) {
  return fmt::format("EXISTS (SELECT 1 FROM {} WHERE project = $1 AND seen_at >= {})",
                     dialect.store_table("instances"),
                     dialect.quote_literal(to_iso(now - kInstanceLife)));
}

std::string Transitions::last_expression(const db::Dialect& dialect) {
  return fmt::format(
      "(SELECT to_state FROM {} WHERE project = $1 ORDER BY transition DESC LIMIT 1)",
      dialect.store_table("transitions"));
}

}  // namespace bedstone::store
