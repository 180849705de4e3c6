/// Backups: a database into a file that can be trusted, and back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/library.hpp"
#include "bedstone/options.hpp"
#include "bedstone/results.hpp"

namespace bedstone {

/// What `bedstone backup` takes.
struct BackupOptions {
  /// Where to; the name's ending says which form. Empty: a name with the time, in `backup.dir`.
  std::string file;
  /// "file" and "sql" (SQLite), "sql", "archive" and "folder" (PostgreSQL); empty: as the name
  /// says, else a file or an archive.
  std::string form;
  /// Keep so many of the backups with such names, and delete older ones. Unset: `backup.keep`.
  std::optional<std::int64_t> keep;
  std::optional<std::chrono::milliseconds> wait;
  std::function<void(const Progress&)> on_progress;  ///< Called on the caller's thread.
};

struct BackupResult {
  bool success = false;
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string database_type;
  std::string database_version;
  std::string file;      ///< Relative to the current folder.
  std::string manifest;  ///< Beside it.
  std::string form;      ///< file, sql, archive, folder.
  std::string taken_at;  ///< ISO 8601, UTC: the moment that it holds.
  std::string version;   ///< The highest applied migration; may be empty.
  std::string fingerprint;
  std::string checksum;  ///< XXH3-128, as `xxh128sum` prints it.
  std::uint64_t bytes = 0;
  std::map<std::string, std::int64_t> rows;  ///< By table.
  std::vector<std::string> pruned;           ///< Older backups that were deleted.
  std::vector<Error> errors;
  std::vector<Error> warnings;
  double duration = 0;  ///< Seconds.
  ExitCode exit_code = ExitCode::kFailed;
};

/// What `bedstone restore` takes.
struct RestoreOptions {
  std::string file;
  bool replace = false;  ///< A database that is not empty is kept under another name.
  std::optional<std::chrono::milliseconds> wait;
  std::optional<std::chrono::milliseconds> lock_timeout;
  std::function<void(const Progress&)> on_progress;  ///< Called on the caller's thread.
};

struct RestoreResult {
  bool success = false;
  std::string project;
  std::string database;  ///< The URL without secrets.
  std::string database_type;
  std::string file;
  std::string form;
  std::string taken_at;   ///< As the manifest says; may be empty.
  std::string version;    ///< The highest migration that came along; may be empty.
  std::string kept;       ///< The old database's new name; empty where there was none.
  bool verified = false;  ///< Schema and rows are those of the manifest; without one: false.
  std::map<std::string, std::int64_t> rows;
  std::vector<Error> errors;
  std::vector<Error> warnings;
  double duration = 0;  ///< Seconds.
  ExitCode exit_code = ExitCode::kFailed;
};

/// Never throws. Others may use the database meanwhile; nothing in it changes.
BackupResult backup_database(const ProjectOptions& project, const BackupOptions& options = {},
                             const LibraryOptions& library = {});
std::future<BackupResult> backup_database_async(ProjectOptions project, BackupOptions options = {},
                                                LibraryOptions library = {});

/// Never throws. What fails leaves the database as it was. The program must have no connection of
/// its own to the database.
RestoreResult restore_database(const ProjectOptions& project, const RestoreOptions& options,
                               const LibraryOptions& library = {});
std::future<RestoreResult> restore_database_async(ProjectOptions project, RestoreOptions options,
                                                  LibraryOptions library = {});

}  // namespace bedstone
