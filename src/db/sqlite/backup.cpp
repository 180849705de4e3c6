// SQLite's online backup, both ways, and the checks around it:
// https://www.sqlite.org/c3ref/backup_finish.html
#include "db/sqlite/backup.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/driver.hpp"
#include "db/sqlite/errors.hpp"
#include "db/sqlite/file.hpp"
#include "db/sqlite/long_writes.hpp"

namespace bedstone::db::sqlite {
namespace {

/// Four MiB of pages of the usual size between two looks at the token.
constexpr int kPagesPerStep = 1024;
constexpr std::size_t kDamageLines = 20;

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};
using BackupHandle = std::unique_ptr<sqlite3_backup, FinishBackup>;

/// Every connection of this driver is one of these.
SqliteConnection& own(Connection& connection) {
  return static_cast<SqliteConnection&>(connection);
}

Error failed(sqlite3* database, int code, const std::string& path) {
  const int number = errno;
  Report report;
  report.code = code;
  // A step that fails tells its connection nothing.
  const bool told = sqlite3_errcode(database) != SQLITE_OK;
  report.message = told ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  report.system_errno = told ? sqlite3_system_errno(database) : number;
  report.path = path;
  return statement_error(report, {});
}

Error interrupted() {
  return Error(ErrorCode::kInterrupted, "interrupted while copying the database")
      .advise("nothing was changed; run the same command again");
}

/// The copy is nobody's yet: no journal, and one sync at the end instead of many.
Result<DatabaseHandle> open_copy(const std::string& path) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      long_writes_vfs());
  DatabaseHandle handle(raw);
  if (code != SQLITE_OK) return fail(failed(raw, code, path));
  const int set = sqlite3_exec(raw, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nullptr,
                               nullptr, nullptr);
  if (set != SQLITE_OK) return fail(failed(raw, set, path));
  return handle;
}

/// The disk writes while the copy grows, so that the sync at the end has little left to wait for.
class EarlyWriting {
 public:
  explicit EarlyWriting(const std::string& path)
      : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~EarlyWriting() {
    if (file_ >= 0) ::close(file_);
  }
  EarlyWriting(const EarlyWriting&) = delete;
  EarlyWriting& operator=(const EarlyWriting&) = delete;

  /// Waits for nothing, promises nothing.
  void start() const { (void)::sync_file_range(file_, 0, 0, SYNC_FILE_RANGE_WRITE); }

 private:
  int file_;
};

Status copy_pages(SqliteConnection& from, sqlite3* to, const std::string& path,
                  const PageProgress& progress) {
  const EarlyWriting writing(path);
  const BackupHandle backup(sqlite3_backup_init(to, "main", from.handle(), "main"));
  if (!backup) return fail(failed(to, sqlite3_errcode(to), path));
  for (;;) {
    if (from.canceled()) return fail(interrupted());
    const int code = sqlite3_backup_step(backup.get(), kPagesPerStep);
    writing.start();
    const int total = sqlite3_backup_pagecount(backup.get());
    if (progress) {
      progress(static_cast<std::size_t>(total - sqlite3_backup_remaining(backup.get())),
               static_cast<std::size_t>(total));
    }
    if (code == SQLITE_DONE) return {};
    if (code == SQLITE_OK) continue;
    // What was read comes with the reader's words, what was written with the writer's.
    const bool reading = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_CORRUPT;
    return fail(reading ? from.failure(code, {}) : failed(to, code, path));
  }
}

Status copy_into(SqliteConnection& from, const std::string& to, const PageProgress& progress) {
  BEDSTONE_ASSIGN(const DatabaseHandle copy, open_copy(to));
  // While this session reads, each piece is of the same moment, and nobody's commit starts the
  // copy over.
  BEDSTONE_TRY(from.execute("BEGIN"));
  const auto begun = from.query("SELECT count(*) FROM sqlite_schema");
  Status copied;
  if (begun) {
    copied = copy_pages(from, copy.get(), to, progress);
  } else {
    copied = fail(begun.error());
  }
  const Status ended = from.rollback();
  if (!copied) return copied;
  if (const int code = finish_long_writes(copy.get()); code != SQLITE_OK)
    return fail(failed(copy.get(), code, to));
  return ended;
}

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

bool has_open(const std::string& process, const struct stat& file) {
  const std::string descriptors = process + "/fd";
  const Folder folder(opendir(descriptors.c_str()));
  if (!folder) return false;
  while (const dirent* entry = readdir(folder.get())) {
    struct stat facts {};
    if (stat((descriptors + '/' + entry->d_name).c_str(), &facts) == 0 &&
        facts.st_dev == file.st_dev && facts.st_ino == file.st_ino) {
      return true;
    }
  }
  return false;
}

Error in_use(const std::string& path, const std::vector<std::string>& users) {
  return Error(ErrorCode::kDatabaseInUse, fmt::format("{} is in use", path))
      .because(users.empty() ? "another connection has it open"
                             : fmt::format("{} {} it open", text::join(users, ", "),
                                           users.size() == 1 ? "has" : "have"))
      .advise("stop what uses it, then run the same command again");
}

}  // namespace

Status copy_database(Connection& from, const std::string& to, const PageProgress& progress) {
  BEDSTONE_TRY(files::write_new(to, "", files::Mode::kPrivate));
  Status copied = copy_into(own(from), to, progress);
  if (!copied) ::unlink(to.c_str());
  return copied;
}

Result<std::int64_t> data_version(Connection& connection) {
  BEDSTONE_ASSIGN(const Rows rows, connection.query("PRAGMA data_version"));
  return rows.integer(0, 0);
}

Result<std::uint64_t> database_bytes(Connection& connection) {
  BEDSTONE_ASSIGN(const Rows pages, connection.query("PRAGMA page_count"));
  BEDSTONE_ASSIGN(const Rows size, connection.query("PRAGMA page_size"));
  return static_cast<std::uint64_t>(pages.integer(0, 0)) *
         static_cast<std::uint64_t>(size.integer(0, 0));
}

Result<bool> overwrite_database(Connection& into, const std::string& from,
                                std::int64_t unless_changed_since) {
  SqliteConnection& live = own(into);
  OpenOptions reading;
  reading.access = Access::kReadOnly;
  BEDSTONE_ASSIGN(const auto copy, open_sealed(from, reading));
  // A second look at the live database, from beside: it still sees commits of others once the first
  // step below has locked it.
  const Url beside = *Url::parse("sqlite::memory:");
  const char* path = sqlite3_db_filename(live.handle(), "main");
  BEDSTONE_ASSIGN(const auto witness, sqlite::open(beside.with_path(path), reading));
  BEDSTONE_ASSIGN(const std::int64_t seen, data_version(*witness));
  BEDSTONE_ASSIGN(const std::int64_t now, data_version(into));
  if (now != unless_changed_since) return false;

  const BackupHandle backup(
      sqlite3_backup_init(live.handle(), "main", own(*copy).handle(), "main"));
  if (!backup) return fail(live.failure(sqlite3_errcode(live.handle()), {}));
  int code = sqlite3_backup_step(backup.get(), 1);
  if (code != SQLITE_OK && code != SQLITE_DONE) return fail(live.failure(code, {}));
  if (code == SQLITE_OK) {
    const auto after = data_version(*witness);
    // With a rollback journal the lock keeps the witness out; nobody else came in either.
    if (after && *after != seen) return false;
    code = sqlite3_backup_step(backup.get(), -1);
  }
  if (code != SQLITE_DONE) return fail(live.failure(code, {}));
  return true;
}

Result<Check> check_database(Connection& connection) {
  Check check;
  BEDSTONE_ASSIGN(const Rows found,
                  connection.query(fmt::format("PRAGMA integrity_check({})", kDamageLines)));
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (found.text(row, 0) != "ok") check.damage.emplace_back(found.text(row, 0));
  }
  if (!check.damage.empty()) return check;
  BEDSTONE_ASSIGN(const Rows orphans,
                  connection.query("SELECT \"table\", count(*) FROM pragma_foreign_key_check "
                                   "GROUP BY 1 ORDER BY 1"));
  for (std::size_t row = 0; row < orphans.size(); ++row) {
    check.orphaned.emplace_back(orphans.text(row, 0));
    check.orphans += orphans.integer(row, 1);
  }
  return check;
}

std::vector<std::string> users_of_file(const std::string& path) {
  std::vector<std::string> users;
  struct stat file {};
  if (stat(path.c_str(), &file) != 0) return users;
  const Folder processes(opendir("/proc"));
  if (!processes) return users;
  while (const dirent* entry = readdir(processes.get())) {
    const auto pid = text::parse_integer(entry->d_name);
    if (!pid || *pid == getpid()) continue;
    const std::string process = fmt::format("/proc/{}", *pid);
    if (!has_open(process, file)) continue;
    const auto name = files::read(process + "/comm");
    users.push_back(
        name ? fmt::format("process {} ({})", *pid, text::printable(std::string(text::trim(*name))))
             : fmt::format("process {}", *pid));
  }
  return users;
}

Status close_alone(std::unique_ptr<Connection>& connection, const std::string& path) {
  const std::vector<std::string> users = users_of_file(path);
  if (!users.empty()) return fail(in_use(path, users));
  // Only the last session of a WAL database can change its journal: this also finds those whom
  // /proc does not show, and takes all that is in the -wal into the file.
  BEDSTONE_ASSIGN(const Rows mode, connection->query("PRAGMA journal_mode"));
  const bool wal = mode.text(0, 0) == "wal";
  if (wal) {
    const auto changed = connection->query("PRAGMA journal_mode = DELETE");
    if (!changed && changed.error().code == ErrorCode::kDatabaseBusy) {
      return fail(in_use(path, users_of_file(path)));
    }
    if (!changed) return fail(changed.error());
    if (changed->text(0, 0) == "wal") return fail(in_use(path, {}));
    BEDSTONE_TRY(connection->query("PRAGMA journal_mode = WAL"));
    // Closing removes the -wal, as nobody else has it.
  } else {
    const auto alone = connection->execute("BEGIN EXCLUSIVE");
    if (!alone && alone.error().code == ErrorCode::kDatabaseBusy) return fail(in_use(path, {}));
    if (!alone) return fail(alone.error());
    BEDSTONE_TRY(connection->rollback());
  }
  connection.reset();
  return {};
}

}  // namespace bedstone::db::sqlite
