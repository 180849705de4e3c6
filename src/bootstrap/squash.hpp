/// Squash: one migration in place of many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

struct SquashOptions {
  std::optional<std::string> to;     ///< The last version that is replaced; default: the newest.
  std::string name = "squashed";     ///< Of the new file, behind its version.
  std::string output;                ///< Write it here, and leave the old files where they are.
  bool dry_run = false;              ///< Write nothing.
  bool remove = false;               ///< Delete the old files instead of moving them aside.
  bool leave_out = false;            ///< Statements that cannot be carried over become comments.
  std::int64_t max_rows = 1000;      ///< That migrations wrote, and that are carried as INSERTs.
  std::optional<Milliseconds> wait;  ///< For the server to answer.
};

struct SquashReport {
  struct Table {
    std::string name;
    std::int64_t rows = 0;
  };
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string database_type;
  std::string version;                ///< Of the new migration.
  std::string file;                   ///< The new one, for people; empty: nothing was written.
  std::vector<std::string> replaced;  ///< The old ones, for people, in order.
  std::string moved_to;               ///< Where those are now; empty: where they were, or deleted.
  std::int64_t statements = 0;
  std::vector<Table> tables;             ///< Whose rows are carried over.
  std::vector<std::string> not_carried;  ///< "migrations/3_grants.sql:4: GRANT …"
  std::string fingerprint;               ///< Of the schema that both make.
  std::string text;                      ///< The new file's.
  bool dry_run = false;
  std::vector<Error> errors;
  double duration = 0;
  ExitCode exit_code = ExitCode::kFailed;
};

/// Runs the migrations in an empty database made for it, writes what is there then as one
/// migration, runs that in another, and compares. Touches neither the project's database nor,
/// before all is found equal, its files.
SquashReport migrate_squash(const Host& host, const ProjectOptions& project,
                            const SquashOptions& options);

}  // namespace bedstone::bootstrap
