/// EventTable: what went wrong in all runs, for looking over a time; and the end of what is old.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace bedstone::store {

/// An error or a warning of a run.
struct EventRow {
  std::string run_id;
  std::string at;
  std::string severity;  ///< error, warning.
  std::string code;
  std::string message;
  std::string cause;
  std::string hint;
  std::string file;
  std::int64_t line = 0;
  std::string statement;
  std::string host;     ///< Of its run, as what follows.
  std::string command;  ///< "up"
};

/// How long the record of runs is kept; what is older or beyond the number goes.
struct Retention {
  std::string before;     ///< ISO 8601, UTC: what began earlier goes.
  std::int64_t keep = 0;  ///< So many runs stay at most.
};

/// Not thread-safe, as its connection. Reading answers "nothing" where the tables are missing.
class EventTable {
 public:
  EventTable(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// Since a time (ISO 8601, UTC), the oldest first; of very many the newest `limit`.
  Result<std::vector<EventRow>> list(const std::string& since, std::int64_t limit);
  /// Runs that began since then, the oldest first; of very many the newest `limit`.
  Result<std::vector<RunRow>> runs(const std::string& since, std::int64_t limit);

  /// Statements that drop runs with their steps and events, for one transaction. A run stays that
  /// still works, or that the history of migrations or a seed set names.
  std::vector<Bound> prune(const Retention& retention) const;
  /// How many runs prune() would drop now.
  Result<std::int64_t> count_old(const Retention& retention);

 private:
  std::string table(std::string_view name) const { return connection_.dialect().store_table(name); }
  std::string old_runs() const;

  db::Connection& connection_;
  std::string project_;
};

}  // namespace bedstone::store
