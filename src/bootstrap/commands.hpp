/// What the command line, the server and the public classes call: one function per command.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "base/clock.hpp"
#include "base/environment.hpp"
#include "base/log.hpp"
#include "bedstone/options.hpp"
#include "bedstone/results.hpp"
#include "bedstone/secret.hpp"

namespace bedstone::bootstrap {

/// The world outside, handed in. Everything must outlive the call.
struct Host {
  const Clock& clock;
  const Environment& environment;
  Log& log;
  const CancelToken* cancel = nullptr;  ///< Fires → roll back, release, exit 130.
  std::string command = "up";           ///< Recorded with the run.
};

/// Any state → ready. Never throws; every failure found is in `errors`.
InitializationResult up(const Host& host, const ProjectOptions& project, const UpOptions& options);

/// Reads only, waits for no lock. `--dry-run` of `up` is this.
struct PlanReport {
  std::string project;
  std::string database;
  std::string database_type;
  Plan plan;
  ExitCode exit_code = ExitCode::kDone;
};
PlanReport plan(const Host& host, const ProjectOptions& project, const UpOptions& options);

/// Reads only. `verify_all` reads every migration's file even when nothing moved.
StatusReport status(const Host& host, const ProjectOptions& project, bool verify_all = false);

/// Carries out seed sets, or says exactly what that would do. Conflicts are exit 3.
SeedingResult seed(const Host& host, const ProjectOptions& project, const SeedOptions& options);

/// Reads only.
SeedStatusReport seed_status(const Host& host, const ProjectOptions& project);

/// Files of a seed set that were written.
struct SeedFiles {
  std::string table;
  std::vector<std::string> files;           ///< Relative to the current folder.
  std::int64_t rows = 0;                    ///< In them.
  std::vector<std::string> secret_columns;  ///< By their names; the files are their owner's alone.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};
/// Writes a set to start from, as the live table asks for. `output`: where; empty: the next number
/// in the folder of seeds. Reads the database only.
SeedFiles seed_new(const Host& host, const ProjectOptions& project, const std::string& table,
                   const std::string& output);

enum class SeedFormat { kYaml, kCsv, kNdjson };
struct SeedExportOptions {
  std::string table;
  SeedFormat format = SeedFormat::kYaml;
  std::string output;            ///< The set's file; data of other formats stands beside it.
  std::vector<std::string> key;  ///< Empty: the table's own.
};
/// Writes the live rows into a set that gives exactly them. Reads the database only, page by page.
SeedFiles seed_export(const Host& host, const ProjectOptions& project,
                      const SeedExportOptions& options);

enum class WaitUntil { kReachable, kCurrent };
struct WaitReport {
  bool reached = false;
  DatabaseState state = DatabaseState::kUnreachable;
  double duration = 0;
  std::string database;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};
/// Reads only; works with a role that may not change anything.
WaitReport wait(const Host& host, const ProjectOptions& project, WaitUntil until,
                std::optional<Milliseconds> limit);

/// Applies what is pending, up to and including `target` when given.
MigrationResult migrate_up(const Host& host, const ProjectOptions& project,
                           const UpOptions& options);
/// Goes forward or back until `target` is the highest applied version; "base" reverts all, "head"
/// applies all.
MigrationResult migrate_to(const Host& host, const ProjectOptions& project,
                           const UpOptions& options, const std::string& target);
/// Reverts the last `steps` applied migrations.
MigrationResult migrate_down(const Host& host, const ProjectOptions& project,
                             const UpOptions& options, std::int64_t steps);
/// Reverts and applies the last migration again, or runs the named repeatable again.
MigrationResult migrate_redo(const Host& host, const ProjectOptions& project,
                             const UpOptions& options, const std::optional<std::string>& name);
/// Records every version up to `version` (default: all) as applied without running it.
MigrationResult migrate_baseline(const Host& host, const ProjectOptions& project,
                                 const UpOptions& options,
                                 const std::optional<std::string>& version);

/// Ways out of `diverged` and `interrupted` that a person has to choose.
struct RepairOptions {
  std::vector<std::string> accept;  ///< Versions whose changed file is right: record its checksum.
  std::vector<std::string> forget;  ///< Versions to take out of the history (missing for good).
  std::optional<std::string>
      done;  ///< VERSION[:STATEMENT] of an undecidable statement: it took effect.
  std::optional<std::string> retry;  ///< VERSION[:STATEMENT]: it did not; run it again.
  std::vector<std::string> applied;  ///< Pending versions to record without running them.
  bool accept_drift = false;         ///< Record the live schema as the right one.
};
RepairResult migrate_repair(const Host& host, const ProjectOptions& project,
                            const UpOptions& options, const RepairOptions& repair);

/// Compares every file with the history and the schema with what was recorded. Reads only.
StatusReport migrate_verify(const Host& host, const ProjectOptions& project);

struct NewMigration {
  std::vector<std::string> files;  ///< Relative to the project's folder.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};
/// Writes the template of a new migration; touches no database. `per_dialect`: one file per engine.
NewMigration migrate_new(const Host& host, const ProjectOptions& project,
                         const std::string& message, bool per_dialect, bool repeatable);

struct RunsReport {
  std::vector<RunRecord> runs;  ///< Newest first; steps and errors only when one was asked for.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};
RunsReport runs(const Host& host, const ProjectOptions& project,
                const std::optional<std::string>& run_id, std::int64_t limit);

/// What became of secrets, and with which keys. Nothing in it is secret.
struct SecretReport {
  struct Value {
    std::string name;    ///< A setting; "accounts.token of row ada@example.com".
    std::string status;  ///< set, unchanged, imported, kept; sealed, locked, clear, unreadable.
  };
  std::string project;
  std::string database;
  std::string key;            ///< Where the key comes from: "the key file /etc/hub.key".
  std::string fingerprint;    ///< Of that key; empty when it was not needed.
  std::string data_key;       ///< The id of the data key that writes; empty: none was ever made.
  std::vector<Value> values;  ///< Of `verify`: also those in rows, but not the good ones of them.
  std::int64_t settings = 0;  ///< Sealed values that were looked at, or sealed anew.
  std::int64_t history = 0;
  std::int64_t rows = 0;
  std::int64_t rewrapped = 0;        ///< Data keys.
  std::vector<std::string> retired;  ///< Ids of data keys that were deleted.
  std::vector<Error> warnings;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

/// Encrypts and stores a setting's value. A text of several lines keeps its line ends.
SecretReport secret_set(const Host& host, const ProjectOptions& project, const std::string& name,
                        const Secret& text);

/// Tries to open every sealed value, and looks for secret settings that are not sealed. Reads only.
SecretReport secret_verify(const Host& host, const ProjectOptions& project);

struct SecretRotateOptions {
  /// Sources as config::parse_key_source() reads them. With one of them the data keys are wrapped
  /// anew; without, there is a new data key.
  std::string old_key;
  std::string new_key;
  bool old_key_lost = false;
  std::optional<Milliseconds> wait;  ///< For other instances; default: 5 minutes.
};
SecretReport secret_rotate(const Host& host, const ProjectOptions& project,
                           const SecretRotateOptions& options);

struct FernetOptions {
  Secret key;
  /// A YAML or JSON mapping from settings to tokens; nullopt: what stands in the database.
  std::optional<std::string> text;
  std::string shown;   ///< The text's file, for people.
  bool force = false;  ///< Also over values that are there.
};
SecretReport secret_import_fernet(const Host& host, const ProjectOptions& project,
                                  const FernetOptions& options);

/// A setting, or one row's column of a table that seed sets fill. Reads only.
struct RevealOptions {
  std::string name;  ///< The setting, or the table.
  std::string column;
  std::string key;  ///< The row's key, several parts with `|` between them.
};
struct RevealedSecret {
  Secret value;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};
RevealedSecret secret_reveal(const Host& host, const ProjectOptions& project,
                             const RevealOptions& options);

}  // namespace bedstone::bootstrap
