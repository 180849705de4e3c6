/// The SQL functions that this driver's sessions have beyond SQLite's own.
#pragma once

#include <sqlite3.h>

namespace bedstone::db::sqlite {

/// For Dialect::hashes(), and for statements alone: no view, trigger, index or constraint can use
/// them, so that no file depends on them.
///   bedstone_hashes(value…)  a blob of eight bytes for each value
///   bedstone_joined(blob…)   blobs one behind the other
/// Returns SQLite's result code.
int register_functions(sqlite3* database);

}  // namespace bedstone::db::sqlite
