/// The database's file seen from outside: by stat() and access() only, because opening and closing
/// it beside SQLite would drop SQLite's locks (https://www.sqlite.org/howtocorrupt.html, 2.2.1).
#pragma once

#include <string>

#include "bedstone/result.hpp"

namespace bedstone::db::sqlite {

enum class FileState { kMissing, kEmpty, kFilled };

/// kNotAFile for folders and devices, kCannotOpenDatabase where it cannot even be looked at.
Result<FileState> look_at(const std::string& path);

/// Makes an empty file that only its owner can read, or finds that another process just did.
Status create_private(const std::string& path);

/// Why the file cannot be read, or written together with its journals, in words; empty: no reason.
std::string obstacle_to_reading(const std::string& path);
std::string obstacle_to_writing(const std::string& path);
/// The same for the journals alone: a reader of a WAL database needs them too.
std::string obstacle_to_journals(const std::string& path, bool writing);

/// Without symbolic links, as SQLite names its journals.
std::string real_path(const std::string& path);

/// The folder of `path`; "." where none is named.
std::string folder_of(const std::string& path);

/// Syncs a file's bytes, or a folder's entries. A missing file is fine.
/// Must never be given the database's own file.
Status sync_to_disk(const std::string& path);

}  // namespace bedstone::db::sqlite
