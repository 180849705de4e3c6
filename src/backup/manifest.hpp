/// Manifest: what a backup holds and how it was made, in a JSON file beside it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "bedstone/result.hpp"
#include "db/url.hpp"

namespace bedstone::backup {

/// How a backup is written.
enum class Form {
  kFile,     ///< SQLite: a database file.
  kSql,      ///< Text that sqlite3 or psql loads.
  kArchive,  ///< PostgreSQL: pg_dump's custom format.
  kFolder,   ///< PostgreSQL: pg_dump's directory format.
};

/// "file", "sql", "archive", "folder".
std::string_view form_name(Form form);

struct Manifest {
  std::string file;  ///< The backup's name, without folders.
  Form form = Form::kFile;
  std::string project;
  db::Engine engine = db::Engine::kSqlite;
  std::string engine_version;
  std::string client_version;  ///< Of pg_dump; empty for SQLite.
  std::string bedstone_version;
  std::string taken_at;  ///< ISO 8601, UTC: the moment whose rows it holds.
  std::uint64_t bytes = 0;
  std::string checksum;                      ///< XXH3-128 of the file, as `xxh128sum` prints it.
  std::string schema;                        ///< PostgreSQL: where the project's objects live.
  std::string fingerprint;                   ///< Of the schema.
  std::string canonical;                     ///< The schema as text.
  std::string version;                       ///< The highest applied migration; may be empty.
  std::map<std::string, std::int64_t> rows;  ///< By table; in PostgreSQL "schema.table".
};

/// "FILE.manifest.json".
std::string manifest_path(const std::string& backup);

/// Owner-only, whole or not at all.
Status write_manifest(const std::string& path, const Manifest& manifest);
/// kFileMissing where there is none; kBackupDamaged for what is no manifest.
Result<Manifest> read_manifest(const std::string& path);

struct Sum {
  std::uint64_t bytes = 0;
  std::string checksum;
};
/// Of a file; of a folder that of its files' names and checksums. Reads everything.
Result<Sum> sum_of(const std::string& path);

}  // namespace bedstone::backup
