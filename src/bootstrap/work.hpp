/// Work: one attempt at changing a database, from the connection to the record of the run.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bootstrap/generated.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/observe.hpp"
#include "bootstrap/prepare.hpp"
#include "bootstrap/settings_step.hpp"
#include "migrate/runner.hpp"
#include "store/transitions.hpp"

namespace bedstone::bootstrap {

/// What a run has done so far; outlives the attempts that a broken connection costs.
struct Account {
  std::string run_id;
  std::string started_at;
  Stopwatch watch;
  std::optional<DatabaseState> state_before;
  std::optional<Lifecycle> lifecycle_before;
  std::vector<Step> steps;
  std::vector<Error> warnings;
  std::vector<std::string> applied;  ///< Labels of migrations, in order.
  std::vector<std::string> reverted;
  std::map<std::string, std::int64_t> records_created;  ///< By table, as all four.
  std::map<std::string, std::int64_t> records_updated;
  std::map<std::string, std::int64_t> records_skipped;
  std::map<std::string, std::int64_t> records_kept;
  std::vector<std::string> generated;  ///< What was made up, without what it is.
  Generated made_up;                   ///< … and what it is.
  std::vector<std::string> degraded;   ///< Seed sets, settings: what failed where it may.
  bool seeded = false;                 ///< All seed sets are as their files say.
  bool settled = false;                ///< All settings are as far as a run can bring them.
  SettingsOutcome settings;            ///< What the run did to them.
  std::string settings_mark;           ///< mark_of() what it left.
  std::vector<store::Transition> transitions;
  std::string backup_file;       ///< Made before the first change; empty: none.
  std::int64_t backup_mark = 0;  ///< SQLite's data_version just before it.
  bool backup_restored = false;
  bool created_database = false;
  bool recorded = false;   ///< The runs table knows this run.
  bool slowed = false;     ///< It has waited because the last runs failed.
  bool transfers = false;  ///< The run is a transfer into this database.

  explicit Account(const Clock& clock);
};

/// The parts are made in the order of the functions below; each needs the ones before it.
class Work {
 public:
  Work(const Host& host, const Project& project, const Release& release, const UpOptions& options,
       Account& account);
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  /// Waits for the database, makes it if it may.
  Status connect();
  Result<FastAnswer> ask_ready();
  /// Reads the state; may be called at any time after connect().
  Status look();
  /// Takes the lock (through the direct URL if there is one), sets the session up, makes or
  /// upgrades Bedstone's own tables, and reads the state again. With `foreign_too` a foreign
  /// database gets those tables as well: for taking it over.
  Status lock(bool foreign_too = false);

  /// Records that this run is at work.
  Status begin_run();
  Status apply(const std::vector<Prepared>& pending);
  /// Whether a migration can be undone, without doing it: kNoDownSection, kIrreversible, or what is
  /// wrong with the SQL of its way back.
  Status check_way_back(const store::MigrationRow& row) const;
  Status revert(const store::MigrationRow& row);
  Status provide();
  Status grant();
  /// Records schema, release and steps, durably, and closes the run. Drift that was there before
  /// the run stays drift; `seen.drift` is what is left of it. Returns the state reached:
  /// `intended`, or drifted where that says current.
  Result<DatabaseState> finish(DatabaseState intended);
  /// From here on the live schema is the right one.
  void accept_drift();
  /// An object that was there before this run, and drift, counts as made by it.
  void count_as_made(std::string_view kind, std::string_view name);
  /// Closes the run alone, durably: neither the schema nor the release is recorded.
  Status finish_run(DatabaseState state_after);
  /// Records a failure as well as it still can.
  void record_failure(const std::vector<Error>& errors);

  /// Empty, or what must begin each transaction under the lock.
  std::function<Status()> begin_function() const;
  /// Whether what `up` brings is all there: nothing is left for the next start to do.
  bool is_complete() const {
    return (account.seeded || !release.has_seeds) && (account.settled || !release.has_settings);
  }
  /// Why to stop now, if the caller asked for that.
  std::optional<Error> interruption() const;
  void note(Step step);
  /// Told and logged.
  void note_transition(const store::Transition& transition);
  /// Records what the application is, if that is not what was recorded last. A role that may not
  /// write loses nothing but the record.
  void record_lifecycle(Lifecycle now, std::string_view cause);
  void progress(std::string_view step, std::string_view subject, std::size_t done,
                std::size_t total) const;
  /// One transaction of ours under the lock.
  Status write(const std::vector<store::Bound>& statements);

  const Host& host;
  const Project& project;
  const Release& release;
  const UpOptions& options;
  Account& account;
  std::unique_ptr<db::Connection> connection;
  std::optional<store::Store> store;
  bool pooled = false;
  bool look_closely = false;  ///< Read the live schema even when its stamp did not move.
  Observation seen;
  Application application;
  std::optional<SettingsSources> settings;  ///< Once they were needed.

 private:
  Status detect_pooler();
  Status use_direct_url();
  Status provide_store();
  bool is_foreign() const;
  migrate::RunnerOptions runner_options() const;
  Result<std::string> down_place(const store::MigrationRow& row, std::string& shown,
                                 std::uint32_t& line) const;
  struct Recording;
  Result<Recording> record_schema();
  store::RunRow run_row(std::string_view outcome) const;
  void add_run_end(DatabaseState state_after, std::vector<store::Bound>& statements) const;
  void add_steps(std::vector<store::Bound>& statements) const;
  void add_pruning(std::vector<store::Bound>& statements) const;

  std::unique_ptr<RunLock> lock_;
  std::optional<migrate::Runner> runner_;
  std::string database_user_;
  std::int64_t sequence_ = 0;
  /// The schema that should have been there when the lock was taken, and the one that was.
  struct Drift {
    std::string recorded;
    std::string live;
  };
  std::optional<Drift> drift_;
};

}  // namespace bedstone::bootstrap
