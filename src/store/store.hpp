/// Store: Bedstone's own tables, read and written on somebody else's connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "store/rows.hpp"

namespace bedstone::store {

/// A statement with its values, ready to go into a batch.
struct Bound {
  std::string sql;
  std::vector<db::Value> values;
  db::Statement statement() const { return {sql, values}; }
};

/// All functions work for one project of one database. Reading functions write nothing, and answer
/// "nothing there" when the tables are missing. Not thread-safe, as its connection.
class Store {
 public:
  Store(db::Connection& connection, std::string project);

  const std::string& project() const { return project_; }

  /// The layout found: 0 when there are no tables; kStoreNewer when a newer Bedstone made them,
  /// kStoreDamaged when some are missing.
  Result<int> layout();
  /// Makes or upgrades the tables, in the open transaction.
  Status upgrade(int from);

  /// What a start needs to know, as one query's worth of text: columns digest, stamp, and then
  /// `extra`'s columns. Fails with kObjectMissing where there is no store.
  Result<db::Rows> ready(std::string_view stamp_expression, std::string_view extra);

  Result<std::optional<std::string>> meta(std::string_view key);
  Bound set_meta(std::string_view key, std::string_view value) const;

  /// Other projects whose objects live in the same schema ("" for SQLite).
  Result<bool> shares_schema(std::string_view schema);

  /// In order of application.
  Result<std::vector<MigrationRow>> migrations();
  Result<bool> is_applied(std::string_view kind, std::string_view version);
  Result<std::optional<std::string>> down_sql(std::string_view version);
  /// Inserts, or replaces the row of a repeatable. In PostgreSQL the duration recorded is that of
  /// the open transaction, as the server sees it, when `row` says none.
  Bound record(const MigrationRow& row) const;
  /// Makes every repeatable due again: what a way back dropped may have been theirs.
  Bound expire_repeatables() const;
  Bound forget(std::string_view kind, std::string_view version) const;
  Bound set_checksums(std::string_view kind, std::string_view version,
                      const MigrationRow& row) const;
  Bound set_fingerprint(std::string_view version, std::string_view fingerprint) const;

  Result<std::vector<JournalRow>> journal();
  /// Inserts or replaces one unit's row.
  Bound journal_put(const JournalRow& row) const;
  Bound journal_clear(std::string_view kind, std::string_view version) const;
  Bound journal_remove(std::string_view kind, std::string_view version, std::int64_t unit) const;

  Bound run_put(const RunRow& row) const;
  /// Runs that say "running" but whose process no longer holds the lock.
  Bound close_dead_runs(std::string_view except, std::string_view now) const;
  Result<std::vector<RunRow>> runs(const std::optional<std::string>& run_id, std::int64_t limit);
  Result<std::optional<RunRow>> running();
  Bound step_put(std::string_view run_id, std::int64_t number, const StepRow& row) const;
  Result<std::vector<StepRow>> steps(std::string_view run_id);
  Bound event_put(std::string_view run_id, std::int64_t number, std::string_view at,
                  std::string_view severity, const Error& error) const;
  Result<std::vector<Error>> events(std::string_view run_id);

  /// In order of first sight.
  Result<std::vector<ReleaseRow>> releases();
  Bound release_put(const ReleaseRow& row, std::string_view bedstone_version) const;

  Result<std::optional<std::string>> snapshot(std::string_view fingerprint);
  /// Keeps this snapshot and drops the project's others.
  std::vector<Bound> snapshot_put(std::string_view fingerprint, std::string_view body,
                                  std::string_view now) const;

  /// Runs the statements in one transaction.
  Status write(const std::vector<Bound>& statements);

 private:
  Result<std::vector<std::string>> tables_there();
  Status provide_schema();
  std::string table(std::string_view name) const;
  Bound bound(std::string sql, std::vector<db::Value> values) const;

  db::Connection& connection_;
  std::string project_;
};

/// Whether an error says that Bedstone's tables are not there.
bool is_missing(const Error& error);

}  // namespace bedstone::store
