/// Backup: a SQLite database as a whole, copied while others use it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::db::sqlite {

/// So many of so many pages are copied. May be empty.
using PageProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Copies what `from` holds at one moment, whatever others write meanwhile, into the new file `to`
/// (owner-only; kFileExists where something stands), which the caller syncs. With WAL nobody waits;
/// with a rollback journal writers wait for the copy's end. After a failure the file is gone again.
/// kInterrupted, kDiskFull, the errors of reading.
Status copy_database(Connection& from, const std::string& to, const PageProgress& progress);

/// Makes `into` hold what the file `from` holds, as one transaction: others see the old database or
/// the new one. `unless_changed_since` is a PRAGMA data_version of `into`: when others have
/// committed since then, nothing is done and the answer is false.
Result<bool> overwrite_database(Connection& into, const std::string& from,
                                std::int64_t unless_changed_since);

/// What PRAGMA data_version says: it moves when another connection commits.
Result<std::int64_t> data_version(Connection& connection);

/// The database's size in bytes.
Result<std::uint64_t> database_bytes(Connection& connection);

struct Check {
  std::vector<std::string> damage;    ///< What integrity_check found; the first 20 lines.
  std::int64_t orphans = 0;           ///< Rows whose parent is missing, by foreign_key_check.
  std::vector<std::string> orphaned;  ///< Their tables.
};
/// Reads everything; changes nothing. Damage is an answer; an error is a file that cannot be read.
Result<Check> check_database(Connection& connection);

/// Makes sure that nobody else has the database open, takes its journal into the file and closes
/// it. Afterwards the file alone is the database. kDatabaseInUse names who has it open where the
/// system tells. `connection` is null afterwards.
Status close_alone(std::unique_ptr<Connection>& connection, const std::string& path);

/// "process 4711 (uvicorn)" for each other process of this user that has the file open.
std::vector<std::string> users_of_file(const std::string& path);

}  // namespace bedstone::db::sqlite
