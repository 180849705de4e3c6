/// Observe: reads everything that decides which state a database is in. Writes nothing.
#pragma once

#include <string>
#include <vector>

#include "bedstone/results.hpp"
#include "bootstrap/target.hpp"
#include "migrate/compare.hpp"

namespace bedstone::bootstrap {

struct ObserveOptions {
  bool strict_order = false;
  bool check_schema = true;   ///< Compare the live schema with the recorded one.
  bool force_schema = false;  ///< … even when the cheap stamp says that nothing moved.
};

struct Observation {
  DatabaseState state = DatabaseState::kEmpty;
  int layout = 0;  ///< Of Bedstone's own tables; 0: none.
  migrate::Folder folder;
  migrate::Checksums versioned;
  migrate::Checksums repeatables;
  std::vector<store::MigrationRow> history;
  std::vector<store::JournalRow> journal;
  std::vector<store::ReleaseRow> releases;
  bool release_known = false;  ///< These very files were brought up here before.
  bool older_release = false;  ///< … and others after them.
  migrate::Comparison comparison;
  std::vector<SchemaDifference> drift;
  std::string recorded_schema;  ///< Where there is drift: what should be there,
  std::string live_schema;      ///< and what is.
  /// The history moved on after the schema was recorded: a run died in between. What differs may be
  /// its doing, so nothing is called drift.
  bool schema_unrecorded = false;
  std::vector<Error> problems;  ///< A person must decide.
  std::vector<Error> warnings;
};

Result<Observation> observe(db::Connection& connection, store::Store& store, const Project& project,
                            const Release& release, const ObserveOptions& options);

/// What is recorded together with the schema, so that one can tell whether the history moved since.
std::string history_mark(const std::vector<store::MigrationRow>& history,
                         const std::vector<store::JournalRow>& journal);

/// Takes out what another project in the same schema may have made.
Status forgive_neighbours(store::Store& store, const Project& project,
                          std::vector<SchemaDifference>& drift);

/// How the store names the place where a project's objects live: the schema, or "" in SQLite.
std::string schema_key(const Project& project);

/// What the settings and the instances say of an application.
struct Application {
  bool configured = true;
  bool running = false;
};

/// NO_DATABASE … RUNNING, from the state.
Lifecycle lifecycle_of(const Observation& seen, const Application& application);

}  // namespace bedstone::bootstrap
