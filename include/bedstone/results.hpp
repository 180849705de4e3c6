/// What the library's calls answer. Plain values, safe to copy; none of them holds a secret.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/error.hpp"
#include "bedstone/state.hpp"

namespace bedstone {

/// One step of a plan or of a run.
struct Step {
  std::string kind;  ///< create_database, extension, settle, migrate, repeatable, grant, verify …
  std::string subject;  ///< "20261120093000_create_accounts"
  std::string detail;   ///< For people: "3 statements, 1 of them outside a transaction".
  std::string file;     ///< Relative to the project's folder; may be empty.
  bool destructive = false;
  bool transactional = true;
  std::string outcome;  ///< Plans: empty. Runs: done, skipped, failed, interrupted, undone.
  double duration_seconds = 0;
  std::string error_code;  ///< "BED0406" when it failed.
};

/// A migration as the database remembers it.
struct AppliedMigration {
  std::string version;  ///< Digits; for repeatables their name.
  std::string name;
  std::string kind;  ///< versioned, repeatable, baseline.
  std::string checksum;
  std::string applied_at;  ///< ISO 8601, UTC.
  double duration_seconds = 0;
  std::string run_id;
  std::string applied_by;
  std::string host;
  std::string bedstone_version;
  bool has_down = false;
  std::string fingerprint;  ///< The schema's, where this migration ended a run.
};

/// A migration as `migrate history` and `status` list it.
struct MigrationEntry {
  std::string version;
  std::string name;
  std::string kind;
  std::string status;  ///< applied, pending, late, changed, missing, partial, baseline, superseded.
  std::string file;    ///< Empty when the project lacks it.
  std::optional<AppliedMigration> applied;
};

/// One difference between the recorded schema and the live one.
struct SchemaDifference {
  std::string kind;    ///< table, column, index …
  std::string object;  ///< "accounts.email"
  std::string change;  ///< missing, extra, different
  std::string expected;
  std::string actual;
};

/// The ordered steps from the present state to the desired one.
struct Plan {
  DatabaseState state = DatabaseState::kUnreachable;
  std::vector<Step> steps;
  std::vector<Error> problems;  ///< What a person must decide first; then `steps` is empty.
  std::vector<Error> warnings;
};

/// Who holds the lock.
struct LockHolder {
  std::string host;
  std::int64_t pid = 0;
  std::string since;  ///< ISO 8601, UTC.
  std::string step;
};

/// The project's settings as they stand in the database.
struct SettingsStatus {
  std::int64_t declared = 0;
  std::int64_t stored = 0;    ///< Of those declared.
  std::int64_t revision = 0;  ///< 0: nothing was ever stored.
  /// Names of those that the next `up` imports from variables, makes, or encrypts.
  std::vector<std::string> due;
  std::vector<Error> missing;  ///< What keeps the application from being CONFIGURED.
  bool has_setup = false;      ///< `bedstone config setup` knows what its flags stand for.
};

/// `bedstone status`.
struct StatusReport {
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string database_type;
  std::string server_version;
  DatabaseState state = DatabaseState::kUnreachable;
  Lifecycle lifecycle = Lifecycle::kNoDatabase;
  std::string current_version;  ///< The highest applied.
  std::string latest_version;   ///< The project's highest.
  std::vector<MigrationEntry> migrations;
  std::vector<SchemaDifference> drift;
  std::vector<Error> problems;
  std::vector<Error> warnings;
  std::optional<LockHolder> lock;
  std::int64_t seed_sets = 0;              ///< That count in this environment.
  std::vector<std::string> seeds_due;      ///< Those of them that the next `up` carries out.
  std::optional<SettingsStatus> settings;  ///< Nothing: the project declares none.
  bool pooled = false;
  ExitCode exit_code = ExitCode::kDone;
};

/// What a run did to settings. Names only.
struct SettingsOutcome {
  std::optional<std::int64_t> revision;  ///< Nothing: the project has no settings, or no table yet.
  std::vector<std::string> imported;
  std::vector<std::string> made;
  std::vector<std::string> encrypted;  ///< Secrets that stood in the clear.
  std::vector<Error> missing;          ///< What keeps the application from being CONFIGURED.
};

/// `bedstone up`, `DatabaseInitializer::initialize`.
struct InitializationResult {
  bool success = false;
  std::vector<std::string> steps_completed;
  std::vector<Error> errors;
  std::vector<Error> warnings;
  double duration = 0;  ///< Seconds.
  std::string database_type;
  std::string database;  ///< The URL without secrets.
  std::string project;

  DatabaseState state_before = DatabaseState::kUnreachable;
  DatabaseState state_after = DatabaseState::kUnreachable;
  Lifecycle lifecycle = Lifecycle::kNoDatabase;
  std::vector<Step> steps;
  std::vector<std::string> migrations_applied;          ///< "20261120093000_create_accounts"
  std::map<std::string, std::int64_t> records_created;  ///< By table, as all four.
  std::map<std::string, std::int64_t> records_updated;
  std::map<std::string, std::int64_t> records_skipped;
  std::map<std::string, std::int64_t> records_kept;
  std::vector<std::string> degraded;   ///< What failed under on_failure: continue.
  std::vector<std::string> generated;  ///< "accounts ada@example.org password": what was made up.
  std::string generated_file;          ///< Where that stands, for its owner alone.
  std::vector<SchemaDifference> drift;
  SettingsOutcome settings;
  std::string backup;            ///< The backup that was made first; empty: none.
  bool backup_restored = false;  ///< … and brought back, after a failure in the middle.
  std::string run_id;            ///< Empty when nothing had to be done.
  bool fast_path = false;        ///< Found ready by one query.
  ExitCode exit_code = ExitCode::kFailed;
};

/// `MigrationRunner::run_migrations`, `migrate up|to|down|redo`.
struct MigrationResult {
  bool success = false;
  std::vector<std::string> migrations_applied;
  std::vector<std::string> migrations_reverted;
  std::optional<std::string> failed_migration;
  std::optional<std::string> error_message;
  bool rollback_performed = false;
  std::vector<Error> errors;
  std::vector<Error> warnings;
  std::vector<Step> steps;
  double duration = 0;
  std::string run_id;
  ExitCode exit_code = ExitCode::kFailed;
};

enum class Severity { kInfo, kWarning, kError, kCritical };

struct ValidationResult {
  bool valid = false;
  std::vector<std::string> issues;
  std::vector<std::string> suggestions;
  Severity severity = Severity::kInfo;
};

/// One value of a seeded row, where it is written or is not what the file says.
struct SeedCell {
  std::string column;
  std::string verdict;  ///< set, kept, conflict (both changed it), foreign (never ours).
  std::optional<std::string> before;  ///< As text; nothing: NULL, or the row is new.
  std::optional<std::string> after;   ///< What the file says.
  bool hidden = false;                ///< It may be a secret: neither value is told.
};

/// A row that a set makes or changes, or that an operator changed.
struct SeedRow {
  std::string action;  ///< create, update, keep, stays_deleted, delete.
  std::string key;     ///< Several columns are separated by `|`.
  Place place;         ///< In the file; empty for rows that left it.
  std::vector<SeedCell> cells;
};

/// What became of one seed set.
struct SeedSetResult {
  std::string set;
  std::string table;
  std::string file;
  std::string outcome;    ///< done, unchanged, skipped (see `reason`), planned, failed.
  std::string reason;     ///< Why it was skipped: "the table is not empty".
  std::int64_t rows = 0;  ///< In the file, as all that follow.
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t skipped = 0;            ///< Are as they should be.
  std::int64_t kept = 0;               ///< Have only values to keep that an operator changed.
  std::int64_t conflicts = 0;          ///< Have values that both the file and an operator changed.
  std::int64_t deleted = 0;            ///< Rows that left the file.
  std::int64_t stays_deleted = 0;      ///< An operator deleted them.
  std::int64_t left_file = 0;          ///< Rows that `--prune` would delete.
  std::int64_t left_changed = 0;       ///< Rows that left the file, and that an operator changed.
  std::int64_t adopted = 0;            ///< Rows that were there already, and count as ours now.
  std::vector<SeedRow> listed;         ///< The first rows of note.
  std::vector<std::string> generated;  ///< "accounts ada@example.org password": what was made up.
  std::vector<Error> errors;
  double duration_seconds = 0;
};

/// `bedstone seed`, `DataSeeder::seed_initial_data`.
struct SeedingResult {
  bool success = false;
  std::map<std::string, std::int64_t> records_created;  ///< By table, as all four.
  std::map<std::string, std::int64_t> records_updated;
  std::map<std::string, std::int64_t> records_skipped;
  std::map<std::string, std::int64_t> records_kept;
  std::vector<SeedSetResult> sets;
  std::vector<Error> errors;
  std::vector<Error> warnings;
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string run_id;    ///< Empty when nothing was written.
  double duration = 0;   ///< Seconds.
  ExitCode exit_code = ExitCode::kFailed;
};

/// A seed set as `seed status` lists it.
struct SeedSetStatus {
  std::string set;
  std::string table;
  std::string file;
  std::string mode;        ///< insert, update, sync, script.
  std::string status;      ///< new, changed, applied, elsewhere (other environments), broken.
  std::string applied_at;  ///< ISO 8601, UTC; empty: never.
  std::string run_id;
  std::int64_t rows = 0;  ///< In the ledger.
  /// The data file that need not be there, and is not: until it comes, the set writes nothing.
  std::string missing_file;
};

struct SeedStatusReport {
  std::string project;
  std::string database;
  std::vector<SeedSetStatus> sets;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

struct RepairResult {
  bool success = false;
  std::vector<std::string> repairs;  ///< What was mended, a sentence each.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

/// `bootstrap_database`: the accounts and the models that a first start made.
struct BootstrapResult {
  bool success = false;
  std::int64_t users_created = 0;
  std::int64_t models_created = 0;
  std::vector<Error> errors;
  std::vector<Error> warnings;
};

/// DDL as it would be typed, by name of the object.
struct SchemaDefinition {
  std::map<std::string, std::string> tables;
  std::map<std::string, std::string> indexes;
  std::map<std::string, std::string> constraints;
};

/// `bedstone runs`.
struct RunRecord {
  std::string run_id;
  std::string command;
  std::string started_at;
  std::string finished_at;  ///< Empty while it runs, or when it died.
  std::string outcome;      ///< running, done, failed, interrupted.
  std::string host;
  std::int64_t pid = 0;
  std::string user;
  std::string bedstone_version;
  std::string state_before;
  std::string state_after;
  double duration_seconds = 0;
  std::string error_code;
  std::string error_message;
  std::vector<Step> steps;
  std::vector<Error> errors;
};

}  // namespace bedstone
