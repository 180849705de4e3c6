/// Runner: carries migrations out, forward and back, exactly once each.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "db/connection.hpp"
#include "migrate/folder.hpp"
#include "migrate/outline.hpp"
#include "migrate/session.hpp"
#include "store/store.hpp"
#include "store/unbuilt.hpp"

namespace bedstone::migrate {

/// Who runs what, and how patiently.
struct RunnerOptions {
  std::string run_id;
  std::string applied_by;
  std::string host;
  SessionSettings session;
  /// How long in all a migration is tried again when other sessions keep its tables locked.
  std::chrono::milliseconds patience{300'000};
  /// Where nothing outlives a transaction (poolers): begins one and takes the lock in it. Empty
  /// elsewhere: the session holds the lock.
  std::function<Status()> begin_locked;
  /// Tells waiting processes what runs now; returns a statement to send along, or "". May be empty.
  std::function<std::string(const std::string& label)> announce;
};

/// What a migration's run did.
struct RunReport {
  double duration_seconds = 0;
  std::uint64_t statements = 0;
  std::size_t bare = 0;                      ///< Statements that ran outside of transactions.
  bool skipped = false;                      ///< Somebody else had applied it (poolers only).
  std::vector<store::UnbuiltIndex> unbuilt;  ///< Optional indexes whose building failed.
};

/// Works on one connection, whose session prepare() has set up. Not thread-safe.
class Runner {
 public:
  Runner(db::Connection& connection, store::Store& store, const Clock& clock, Log& log,
         const CancelToken* cancel, RunnerOptions options);

  /// Sets the session up. Call once, before the first migration.
  Status prepare();

  /// Applies a migration from its first unit that is not done. `outline` is the file's, `sequence`
  /// its place in the order of application. On failure the unit that failed is undone and those
  /// before it are journaled; connection_lost means that the outcome must be read from the history.
  Result<RunReport> apply(const MigrationFile& file, Outline outline,
                          const std::vector<store::JournalRow>& journal, std::int64_t sequence);

  /// Runs a way back, and takes the migration out of the history with it. `sql` stands in the file
  /// `shown` from line `first_line`.
  Result<RunReport> revert(const store::MigrationRow& row, const std::string& sql,
                           const std::string& shown, std::uint32_t first_line,
                           const std::vector<store::JournalRow>& journal);

 private:
  struct Job;

  Result<RunReport> run(Job& job);
  Status run_units(Job& job);
  Status run_transaction(Job& job, std::size_t unit);
  Status attempt_transaction(Job& job, std::size_t unit);
  Status send_statements(Job& job, std::size_t unit, class Batch& batch);
  Status build_optional(Job& job, const sql::Statement& statement, const sql::StatementClass& what);
  Status run_bare(Job& job, std::size_t unit);
  Status execute_bare(Job& job, std::size_t unit, const std::string& sql);
  Status take_back(Job& job, const Unit& what, const store::JournalRow& intent);
  Status begin_bare(Milliseconds lock_timeout);
  Status end_bare();
  Status settle_intent(Job& job, std::size_t unit);
  Status mark_done(Job& job, std::size_t unit);
  Status restore_session(Job& job, std::size_t unit);
  void add_closing(Job& job, std::size_t unit, Batch& batch);
  std::vector<store::Bound> with_our_rights(const Job& job,
                                            std::vector<store::Bound> statements) const;
  Status check_done_units(const Job& job) const;
  Result<bool> done_by_another(Job& job, std::size_t unit);
  bool wait_to_retry(const Error& error, const Stopwatch& watch, int attempt);
  Status drop_transaction(Error error);
  std::string announcement(const Job& job) const;

  db::Connection& connection_;
  store::Store& store_;
  const Clock& clock_;
  Log& log_;
  const CancelToken* cancel_;
  RunnerOptions options_;
};

}  // namespace bedstone::migrate
