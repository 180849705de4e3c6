/// Opening SQLite files: what stands there, who may make it, and how read-only is made possible.
#include "db/sqlite/driver.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/errors.hpp"
#include "db/sqlite/file.hpp"
#include "db/sqlite/functions.hpp"
#include "db/url_parts.hpp"

namespace bedstone::db {

void tune_process() {
  // SQLite refuses when it is at work already; nothing is lost then.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace bedstone::db

namespace bedstone::db::sqlite {

namespace {

Error missing(const std::string& path, const OpenOptions& options) {
  return Error(ErrorCode::kDatabaseMissing, fmt::format("there is no database {}", path))
      .advise(options.access == Access::kReadOnly
                  ? "`bedstone up` makes it; check the path in the URL"
                  : "`bedstone up --create` makes it; check the path in the URL");
}

/// What to hand to SQLite: Debian's build takes names that begin with "file:" for URIs.
std::string file_name_for_sqlite(const std::string& path) {
  return path.starts_with("file:") ? "./" + path : path;
}

/// A name that tells SQLite to take the file as it is, without locks and journals.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char byte : path) {
    uri += byte == '/' ? "/" : percent_encode(std::string_view(&byte, 1));
  }
  return uri + "?immutable=1";
}

Result<DatabaseHandle> open_handle(const std::string& name, const std::string& path, int flags) {
  sqlite3* raw = nullptr;
  // NOMUTEX: a connection belongs to one thread.
  int code = sqlite3_open_v2(name.c_str(), &raw,
                             flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  DatabaseHandle handle(raw);
  if (code == SQLITE_OK) code = register_functions(raw);
  if (code == SQLITE_OK) return handle;
  Report report;
  report.code = code;
  report.message = raw != nullptr ? sqlite3_errmsg(raw) : sqlite3_errstr(code);
  report.system_errno = raw != nullptr ? sqlite3_system_errno(raw) : 0;
  report.path = path;
  report.obstacle = obstacle_to_reading(path);
  return fail(statement_error(report, {}));
}

using Opened = std::unique_ptr<SqliteConnection>;

Result<Opened> open_file(const std::string& path, const OpenOptions& options, int flags) {
  BEDSTONE_ASSIGN(DatabaseHandle handle, open_handle(file_name_for_sqlite(path), path, flags));
  return std::make_unique<SqliteConnection>(std::move(handle), path, options);
}

/// With SQLite's own read-only mode a WAL database that nobody has open would be left with new
/// -wal and -shm files, of a user who perhaps should not own them. A session that could write and
/// does not leaves everything as it was.
Result<Opened> open_quiet(const std::string& path, const OpenOptions& options) {
  BEDSTONE_ASSIGN(Opened connection, open_file(path, options, SQLITE_OPEN_READWRITE));
  BEDSTONE_TRY(connection->execute("PRAGMA query_only = ON"));
  return connection;
}

/// Readers of a WAL file keep its index, in a file beside it. Where the folder forbids that and
/// nobody has written (no -wal, or an empty one), the file alone is the whole database, and stays
/// as it is unless somebody with more rights comes.
Result<Opened> open_immutable(const std::string& path, const OpenOptions& options) {
  if (options.on_notice) {
    options.on_notice(fmt::format(
        "the folder of {} is read-only: changes that others make now stay unseen", path));
  }
  BEDSTONE_ASSIGN(DatabaseHandle handle,
                  open_handle(immutable_uri(path), path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
  return std::make_unique<SqliteConnection>(std::move(handle), path, options);
}

Result<Opened> open_for_reading(const std::string& path, const OpenOptions& options) {
  BEDSTONE_ASSIGN(const FileState wal, look_at(real_path(path) + "-wal"));
  const bool sealed = !obstacle_to_writing(path).empty();
  if (wal == FileState::kMissing && !sealed) return open_quiet(path, options);
  BEDSTONE_ASSIGN(Opened connection, open_file(path, options, SQLITE_OPEN_READONLY));
  if (wal == FileState::kFilled || !sealed) return connection;
  const auto probe = connection->query("PRAGMA schema_version");
  // SQLITE_READONLY_DIRECTORY, or SQLITE_CANTOPEN, as the system answered.
  const bool works = probe || (probe.error().code != ErrorCode::kReadOnlyDatabase &&
                               probe.error().code != ErrorCode::kCannotOpenDatabase);
  return works ? std::move(connection) : open_immutable(path, options);
}

Result<Opened> open_new(const std::string& path, const OpenOptions& options) {
  BEDSTONE_TRY(create_private(path));
  BEDSTONE_ASSIGN(Opened connection, open_file(path, options, SQLITE_OPEN_READWRITE));
  BEDSTONE_ASSIGN(const std::string mode, connection->switch_to_wal());
  if (mode != "wal" && options.on_notice) {
    options.on_notice(fmt::format(
        "{} uses a rollback journal: the file system has no shared memory for WAL", path));
  }
  return connection;
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sealed(const std::string& path,
                                                const OpenOptions& options) {
  BEDSTONE_ASSIGN(DatabaseHandle handle,
                  open_handle(immutable_uri(path), path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
  return std::make_unique<SqliteConnection>(std::move(handle), path, options);
}

Result<std::unique_ptr<Connection>> open(const Url& url, const OpenOptions& options) {
  const std::string& path = url.path();
  if (url.is_memory()) {
    BEDSTONE_ASSIGN(DatabaseHandle handle, open_handle(path, path, SQLITE_OPEN_READWRITE));
    return std::make_unique<SqliteConnection>(std::move(handle), path, options);
  }
  const bool may_create = options.create && options.access == Access::kReadWrite;
  BEDSTONE_ASSIGN(const FileState state, look_at(path));
  if (state == FileState::kMissing && !may_create) return fail(missing(path, options));
  // An empty file is new as well: its maker may have died before it became a database.
  if (state != FileState::kFilled && may_create) return open_new(path, options);
  if (options.access == Access::kReadOnly) return open_for_reading(path, options);
  return open_file(path, options, SQLITE_OPEN_READWRITE);
}

}  // namespace bedstone::db::sqlite
