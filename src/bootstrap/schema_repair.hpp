/// bedstone schema repair: makes the live schema what was last recorded of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootstrap/schema_commands.hpp"
#include "db/sqlite/salvage.hpp"
#include "schema/mend.hpp"

namespace bedstone::bootstrap {

struct SchemaRepairOptions {
  bool dry_run = false;      ///< Reads only, waits for no lock.
  bool destructive = false;  ///< Also what can lose something.
  UpOptions run;             ///< wait, lock_timeout, on_progress.
};

struct SchemaRepairStep {
  schema::MendStep step;
  std::string outcome;  ///< planned, done, failed, left.
  std::optional<Error> error;
};

/// What `--salvage` did.
struct SalvageReport {
  std::string kept;  ///< The damaged file's new name; empty: it is whole, nothing was done.
  db::sqlite::Salvaged found;
};

struct SchemaRepairReport {
  SchemaSource source;
  bool dry_run = false;
  std::vector<SchemaRepairStep> steps;
  std::vector<SchemaDifference> left;  ///< What still differs, or would.
  std::optional<SalvageReport> salvage;
  std::string run_id;  ///< Empty: nothing was written.
  double duration = 0;
  std::vector<Error> warnings;
  /// kRepairConsent for what needs the flag, kRepairFailed for what did not succeed or cannot.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kDone;
};

/// Under the lock, as a run with its steps. Exit 3 when something is left that a person must decide
/// about, 1 when a statement failed; what was mended before that stays.
SchemaRepairReport schema_repair(const Host& host, const ProjectOptions& project,
                                 const SchemaRepairOptions& options);

/// SQLite: reads what can be read of a damaged file into a new one, and puts that in its place. The
/// old one is kept beside. Does nothing when the file is whole. Exit 3 (kSalvageLosses) when
/// something is missing or its place is not known.
SchemaRepairReport schema_salvage(const Host& host, const ProjectOptions& project,
                                  const UpOptions& options);

/// For the library: a sentence for each step that was done.
RepairResult to_result(const SchemaRepairReport& report);

}  // namespace bedstone::bootstrap
