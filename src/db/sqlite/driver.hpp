/// The SQLite driver's door.
#pragma once

#include <memory>

#include "db/connection.hpp"

namespace bedstone::db::sqlite {

/// Opens the file of `url`; relative paths start at the current folder. With `create` a missing
/// file is made (mode 0600, WAL), however many processes try at once. kDatabaseMissing,
/// kCannotCreateDatabase, kCannotOpenDatabase, kNotAFile, kDatabaseBusy, kInterrupted. A file that
/// is no database is found out by the first statement (kNotADatabase), as SQLite reads nothing
/// before it. A file that takes no writes opens, and refuses the first write (kReadOnlyDatabase).
Result<std::unique_ptr<Connection>> open(const Url& url, const OpenOptions& options);

/// Opens a file that nobody else has open or will write, such as a backup: read-only, without locks
/// and without journals beside it. What stands in a -wal is not seen.
Result<std::unique_ptr<Connection>> open_sealed(const std::string& path,
                                                const OpenOptions& options);

}  // namespace bedstone::db::sqlite
