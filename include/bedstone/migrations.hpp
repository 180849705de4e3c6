/// MigrationRunner: the history and the files of a project, from a program.
#pragma once

#include <future>
#include <string>
#include <vector>

#include "bedstone/library.hpp"
#include "bedstone/result.hpp"
#include "bedstone/results.hpp"

namespace bedstone {

/// What `bedstone migrate …` does, as calls. The promises of DatabaseInitializer hold here too.
class MigrationRunner {
 public:
  explicit MigrationRunner(ProjectOptions project, LibraryOptions library = {});

  /// Labels ("20261120093000_create_accounts") in the order in which they would run. Writes
  /// nothing.
  Result<std::vector<std::string>> check_pending_migrations() const;
  std::future<Result<std::vector<std::string>>> check_pending_migrations_async() const;

  MigrationResult run_migrations(const UpOptions& options = {}) const;
  std::future<MigrationResult> run_migrations_async(UpOptions options = {}) const;

  /// Reverts every migration above `version`, newest first; "base" reverts all.
  MigrationResult rollback_migration(const std::string& version) const;
  std::future<MigrationResult> rollback_migration_async(std::string version) const;

  /// In order of application. Writes nothing.
  Result<std::vector<AppliedMigration>> get_migration_history() const;
  std::future<Result<std::vector<AppliedMigration>>> get_migration_history_async() const;

 private:
  ProjectOptions project_;
  LibraryOptions library_;
};

}  // namespace bedstone
