/// A file of SQLite's that grows from front to back, written in few long writes.
#pragma once

#include <sqlite3.h>

namespace bedstone::db::sqlite {

/// The name of a VFS (https://www.sqlite.org/vfs.html) that is the default one but for the database
/// file: pages that follow one another are collected and written together, which is worth a fifth
/// of the time of a copy. For files that nobody else has yet. Thread-safe.
const char* long_writes_vfs();

/// Writes what is still collected; what SQLite says of a failure. `errno` says more. Needed before
/// the connection is closed, since closing tells no errors.
int finish_long_writes(sqlite3* database);

}  // namespace bedstone::db::sqlite
