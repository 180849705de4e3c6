/// Compare: what the project's files and the database's history say of each other. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/results.hpp"
#include "migrate/folder.hpp"
#include "migrate/outline.hpp"
#include "store/rows.hpp"

namespace bedstone::migrate {

/// The checksums of a file, by its version (repeatables: by their name).
using Checksums = std::map<std::string, Outline, std::less<>>;

struct CompareInput {
  const Folder& folder;
  /// Needed for applied files, and for all where the history has versions without files.
  const Checksums& versioned;
  const Checksums& repeatables;  ///< For all of them.
  const std::vector<store::MigrationRow>& history;
  const std::vector<store::JournalRow>& journal;
  bool strict_order = false;
  /// These very files were brought up here before, and others after them: an older release.
  bool older_release = false;
};

/// A migration to run.
struct Pending {
  const MigrationFile* file = nullptr;
  bool late = false;     ///< Older than some that are applied.
  bool partial = false;  ///< Some of its units are done, or an outcome is open.
};

struct Comparison {
  std::vector<Pending> versioned;    ///< In the order to run.
  std::vector<Pending> repeatables;  ///< After all of those.
  std::vector<Error> problems;       ///< What makes the state `diverged`.
  std::vector<Error> warnings;
  std::vector<MigrationEntry> entries;  ///< In order of version; repeatables last.
  bool ahead = false;  ///< The history knows versions that the project lacks, nothing is pending.
  bool interrupted = false;  ///< Some pending migration is partial.
  std::string current_version;
  std::string latest_version;

  bool nothing_pending() const { return versioned.empty() && repeatables.empty(); }
};

Comparison compare(const CompareInput& input);

/// What callers see of a row.
AppliedMigration to_applied(const store::MigrationRow& row);

}  // namespace bedstone::migrate
