/// Statements, transactions, durability and cancellation of a SQLite session.
#include "db/sqlite/connection.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "db/sqlite/dialect.hpp"
#include "db/sqlite/errors.hpp"
#include "db/sqlite/file.hpp"

namespace bedstone::db::sqlite {

namespace {

/// Instructions of SQLite's machine between two looks at the token: some ten microseconds.
constexpr int kProgressInterval = 1000;
constexpr int kLongestWaitMs = 20;

Error no_channels() {
  return Error(ErrorCode::kSqlSyntax, "SQLite has no LISTEN")
      .with_sqlstate("SQLITE_ERROR")
      .advise("ask PRAGMA data_version whether somebody committed");
}

}  // namespace

SqliteConnection::SqliteConnection(DatabaseHandle database, std::string path,
                                   const OpenOptions& options)
    : path_(std::move(path)),
      access_(options.access),
      busy_timeout_(options.busy_timeout),
      database_(std::move(database)) {
  session_.server_version = sqlite3_libversion_number();
  session_.server_version_text = sqlite3_libversion();
  sqlite3_busy_handler(database_.get(), &on_busy, this);
  // What does not fit in memory while it is sorted is sorted beside what goes on reading.
  sqlite3_limit(database_.get(), SQLITE_LIMIT_WORKER_THREADS, 1);
  set_cancel(options.cancel);
}

const Dialect& SqliteConnection::dialect() const {
  return sqlite::dialect();
}

Result<Rows> SqliteConnection::query(Statement statement) {
  Rows rows;
  BEDSTONE_TRY(perform(statement, &rows));
  return rows;
}

Result<std::int64_t> SqliteConnection::execute(Statement statement) {
  return perform(statement, nullptr);
}

Status SqliteConnection::run(std::span<const Statement> statements, std::size_t* failed) {
  for (std::size_t i = 0; i < statements.size(); ++i) {
    auto result = perform(statements[i], nullptr);
    if (result) continue;
    if (failed != nullptr) *failed = i;
    return fail(std::move(result).error());
  }
  return {};
}

Status SqliteConnection::copy_in(std::string_view sql,
                                 const std::function<Result<std::string_view>()>&) {
  return fail(Error(ErrorCode::kSqlSyntax, "SQLite has no COPY")
                  .with_statement(text::excerpt(sql))
                  .with_sqlstate("SQLITE_ERROR")
                  .advise("write INSERT statements for SQLite"));
}

Status SqliteConnection::listen(std::string_view) {
  return fail(no_channels());
}

Result<std::vector<Notification>> SqliteConnection::notifications(std::chrono::milliseconds, int) {
  return fail(no_channels());
}

Result<std::int64_t> SqliteConnection::perform(Statement statement, Rows* rows) {
  const std::string_view sql = statement.sql;
  if (canceled()) return fail(interrupted_error(sql));
  const bool keep = !statement.params.empty() && sql.size() <= StatementCache::kLongestBytes;
  Prepared prepared = keep ? cache_.take(sql) : Prepared{};
  if (!prepared.handle) {
    int code = SQLITE_OK;
    BEDSTONE_ASSIGN(prepared, prepare(database_.get(), sql, keep, code));
    if (code != SQLITE_OK) {
      return fail(failure(code, sql, sqlite3_error_offset(database_.get())));
    }
    if (!prepared.handle) return 0;
  }
  sqlite3_stmt* handle = prepared.handle.get();
  BEDSTONE_TRY(bind_values(prepared, sql, statement.params));
  // A plain BEGIN counts as reading, and inside a transaction it is too late.
  const bool may_write = sqlite3_stmt_readonly(handle) == 0 || sqlite3_column_count(handle) == 0;
  if (may_write && !in_transaction()) BEDSTONE_TRY(apply_durability());

  BEDSTONE_ASSIGN(const std::int64_t changes, step_to_end(sql, handle, rows));
  if (keep) {
    sqlite3_reset(handle);
    sqlite3_clear_bindings(handle);
    cache_.give_back(sql, std::move(prepared));
  }
  return changes;
}

Result<std::int64_t> SqliteConnection::step_to_end(std::string_view sql, sqlite3_stmt* statement,
                                                   Rows* rows) {
  const sqlite3_int64 before = sqlite3_total_changes64(database_.get());
  int code = sqlite3_step(statement);
  if (rows != nullptr) read_columns(statement, *rows);
  while (code == SQLITE_ROW) {
    if (rows != nullptr) read_row(statement, *rows);
    code = sqlite3_step(statement);
  }
  if (code != SQLITE_DONE) return fail(failure(code, sql));
  // Statements that change no rows leave the counter of the one before.
  const bool changed = sqlite3_total_changes64(database_.get()) != before;
  return changed ? sqlite3_changes64(database_.get()) : 0;
}

Error SqliteConnection::failure(int code, std::string_view sql, int offset) const {
  const int primary = code & 0xff;
  if (canceled() && (primary == SQLITE_INTERRUPT || primary == SQLITE_BUSY)) {
    return interrupted_error(sql);
  }
  Report report;
  report.code = code;
  report.offset = offset;
  report.message = sqlite3_errmsg(database_.get());
  report.path = path_;
  if (primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR) {
    report.system_errno = sqlite3_system_errno(database_.get());
  }
  if (access_ == Access::kReadWrite && (primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY)) {
    report.obstacle = obstacle_to_writing(path_);
  } else if (code == SQLITE_READONLY) {
    report.obstacle = "this session was opened for reading only";
  } else if (primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY) {
    report.obstacle = obstacle_to_journals(path_, false);
  }
  return statement_error(report, sql);
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

Status SqliteConnection::begin() {
  BEDSTONE_TRY(perform({dialect().begin_write()}, nullptr));
  return {};
}

Status SqliteConnection::commit() {
  return end_transaction("COMMIT");
}

Status SqliteConnection::end_transaction(std::string_view sql) {
  auto result = perform({sql}, nullptr);
  if (result) return {};
  Error error = std::move(result).error();
  // Refused with the transaction still open (busy, a deferred foreign key): nothing is committed.
  // Ended by a failure to write or sync: the record of the commit may already be on the disk, and
  // the next process to open the file decides by what it finds there.
  error.outcome_unknown = error.code == ErrorCode::kDatabaseIo && !in_transaction();
  return fail(std::move(error));
}

Status SqliteConnection::rollback() {
  // SQLite ends the transaction by itself after some failures (disk full, I/O).
  if (!in_transaction()) return {};
  const CancelToken* cancel = std::exchange(cancel_, nullptr);
  auto result = perform({"ROLLBACK"}, nullptr);
  cancel_ = cancel;
  if (!result) return fail(std::move(result).error());
  return {};
}

Status SqliteConnection::set_durable(bool durable) {
  if (durable == durable_) return {};
  if (in_transaction()) {
    return fail(Error(ErrorCode::kInternal, "durability cannot change inside a transaction"));
  }
  durable_ = durable;
  durability_applied_ = false;
  return {};
}

Status SqliteConnection::apply_durability() {
  if (durability_applied_ || access_ == Access::kReadOnly || path_ == ":memory:") return {};
  durability_applied_ = true;
  // EXTRA is FULL and, with a rollback journal, a sync of the folder: without it the journal may
  // reappear after a crash of the machine and undo the commit.
  std::string_view pragma = "PRAGMA synchronous=EXTRA; PRAGMA wal_autocheckpoint=1000";
  if (!durable_) {
    BEDSTONE_ASSIGN(const Rows mode, query("PRAGMA journal_mode"));
    // NORMAL in WAL mode loses at most the last commits. With a rollback journal NORMAL may damage
    // the file on some file systems, so there only the sync of the folder is saved. Checkpoints
    // sync, too, and copy again what the next commit changes.
    pragma = mode.text(0, 0) == "wal" ? "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8000"
                                      : "PRAGMA synchronous=FULL";
  }
  const int code = sqlite3_exec(database_.get(), pragma.data(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  durability_applied_ = false;
  return fail(failure(code, pragma));
}

Status SqliteConnection::flush() {
  // A commit lives in the -wal file until a checkpoint, which syncs that file itself before it
  // copies; so one sync of it makes every commit durable, and costs nothing when none is new.
  // It carries no locks, unlike the database's file, and may be opened beside SQLite. Without it
  // the commit was the removal of the journal: an entry of the folder.
  const char* file = sqlite3_db_filename(database_.get(), "main");
  if (file == nullptr || *file == '\0') return {};
  const std::string wal = sqlite3_filename_wal(file);
  BEDSTONE_ASSIGN(const FileState state, look_at(wal));
  return sync_to_disk(state == FileState::kMissing ? folder_of(file) : wal);
}

void SqliteConnection::set_cancel(const CancelToken* cancel) {
  cancel_ = cancel;
  sqlite3_progress_handler(database_.get(), cancel != nullptr ? kProgressInterval : 0,
                           cancel != nullptr ? &on_progress : nullptr, this);
}

int SqliteConnection::on_progress(void* self) {
  return static_cast<SqliteConnection*>(self)->canceled() ? 1 : 0;
}

int SqliteConnection::on_busy(void* self, int attempt) {
  auto& session = *static_cast<SqliteConnection*>(self);
  if (attempt == 0) session.busy_since_ = std::chrono::steady_clock::now();
  return session.wait_for_others(attempt, session.busy_since_) ? 1 : 0;
}

bool SqliteConnection::wait_for_others(int attempt, SteadyTime since) const {
  const auto waited = std::chrono::steady_clock::now() - since;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(busy_timeout_ - waited).count();
  if (left <= 0 || canceled()) return false;
  // poll() leaves out negative descriptors: then this only sleeps.
  pollfd token{cancel_ != nullptr ? cancel_->descriptor() : -1, POLLIN, 0};
  const int pause = std::min(1 + attempt, kLongestWaitMs);
  ::poll(&token, 1, static_cast<int>(std::min<std::int64_t>(left, pause)));
  return !canceled();
}

Result<std::string> SqliteConnection::switch_to_wal() {
  const SteadyTime since = std::chrono::steady_clock::now();
  for (int attempt = 0;; ++attempt) {
    auto rows = query("PRAGMA journal_mode=WAL");
    if (rows) return std::string(rows->text(0, 0));
    const bool busy = rows.error().code == ErrorCode::kDatabaseBusy;
    if (!busy || !wait_for_others(attempt, since)) return fail(std::move(rows).error());
  }
}

}  // namespace bedstone::db::sqlite
