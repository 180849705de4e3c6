/// Backup and restore: what the commands and `up` call.
#pragma once

#include "backup/manifest.hpp"
#include "bedstone/backup.hpp"
#include "bootstrap/commands.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

/// Reads the database only; waits for no lock.
BackupResult backup(const Host& host, const ProjectOptions& project, const BackupOptions& options);

/// Fills an empty or missing database, or replaces one.
RestoreResult restore(const Host& host, const ProjectOptions& project,
                      const RestoreOptions& options);

/// The same as backup(), for a database that is open already and has no transaction open.
BackupResult backup_of(const Host& host, const Project& project, db::Connection& connection,
                       const BackupOptions& options);

/// "bedstone restore backups/hub-20261121T090000Z.db --replace", for this project.
std::string restore_command(const Project& project, const std::string& file);

}  // namespace bedstone::bootstrap
