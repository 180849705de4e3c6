/// Place: where backups stand, how they are named, how much room there is, which may go.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backup/manifest.hpp"
#include "base/clock.hpp"

namespace bedstone::backup {

/// ".db", ".sql", ".dump", "" for folders.
std::string_view extension_of(Form form);

/// The form that a file's name asks for; SQLite: `.sql` or a database file, PostgreSQL: `.sql`,
/// `.dump`, or a folder when the name ends with `/` or has no extension. kUsage for names that fit
/// neither.
Result<Form> form_for(const std::string& path, db::Engine engine);

/// "hub-20261121T090000Z.db", the first such name in `folder` that is free ("…Z-2.db").
std::string default_name(const std::string& folder, const std::string& project, Form form,
                         WallTime now);
/// Whether default_name() makes such names for this project.
bool is_default_name(std::string_view name, const std::string& project);

/// Makes the folder, for its owner alone, where it is missing.
Status provide_folder(const std::string& folder);

/// kBackupSpace where the folder's file system has less than `bytes` left.
Status check_room(const std::string& folder, std::uint64_t bytes);

/// Deletes all but the newest `keep` backups of this project in `folder`: those that have a name of
/// default_name() and a manifest that says so, and no others. Returns the names deleted.
Result<std::vector<std::string>> prune(const std::string& folder, const std::string& project,
                                       std::int64_t keep);

/// Deletes a backup, file or folder, and its manifest, where they are.
void remove_backup(const std::string& path);

/// A name beside `path` that nobody else uses, for what is not whole yet.
std::string unfinished_name(const std::string& path);
/// Deletes what killed processes left in the folder of `path` under such names, a day ago or more.
void remove_unfinished(const std::string& path);

/// Gives the finished file or folder `beside` its name; never takes another's place (kFileExists).
Status put_in_place(const std::string& beside, const std::string& path);

}  // namespace bedstone::backup
