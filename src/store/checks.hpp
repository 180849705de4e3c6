/// Checks: results of health checks over time, bounded by age and number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::store {

struct CheckRow {
  std::string check_id;
  std::string at;  ///< ISO 8601, UTC; by the clock of `host`.
  std::string host;
  std::string outcome;  ///< pass, warn, fail.
  std::string evidence;
  double duration_seconds = 0;
};

/// What became of one check on one host.
struct CheckSummary {
  std::string check_id;
  std::string host;
  std::int64_t passed = 0;
  std::int64_t warned = 0;
  std::int64_t failed = 0;
  std::string first_at;
  std::string last_at;
  std::string last_outcome;
  double mean_seconds = 0;
  double longest_seconds = 0;
};

/// A result that was not as the one before it on the same host.
struct CheckChange {
  std::string check_id;
  std::string host;
  std::string at;
  std::string before;
  std::string after;
  std::string evidence;
};

/// What became of one check within one unit of time, on all hosts.
struct CheckUnit {
  std::string check_id;
  std::string begin;  ///< ISO 8601, UTC, as far as the unit goes: "2026-11-22T01" of an hour.
  std::int64_t passed = 0;
  std::int64_t warned = 0;
  std::int64_t failed = 0;
  double sum_seconds = 0;
  double longest_seconds = 0;
};

/// Not thread-safe, as its connection. Reading functions answer "nothing there" when the tables are
/// missing; put() then fails with kObjectMissing.
class CheckTable {
 public:
  CheckTable(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}

  /// In one transaction. What is there already stays.
  Status put(const std::vector<CheckRow>& rows);
  /// Deletes what is older than `before` (ISO 8601, UTC), and of each check all but the newest
  /// `rows`.
  Status prune(const std::string& before, std::int64_t rows);

  /// Since a time; by check and host.
  Result<std::vector<CheckSummary>> summary(const std::string& since);
  /// Since a time, by check and by the first `digits` characters of the time: 10 are a day, 13 an
  /// hour, 15 ten minutes, 16 a minute. Of one check, or of all where it is empty.
  Result<std::vector<CheckUnit>> units(const std::string& since, std::int64_t digits,
                                       const std::string& check_id);
  /// The newest result of one check on each host, none older than `since`.
  Result<std::vector<CheckRow>> latest(const std::string& check_id, const std::string& since);
  /// Newest first.
  Result<std::vector<CheckChange>> changes(const std::string& since, std::int64_t limit);

 private:
  std::string table() const { return connection_.dialect().store_table("checks"); }

  db::Connection& connection_;
  std::string project_;
};

}  // namespace bedstone::store
