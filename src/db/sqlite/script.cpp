// Statements are cut as sqlite3 itself cuts them: at the end of a line, when they are complete.
#include "db/sqlite/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "db/sqlite/errors.hpp"
#include "db/sqlite/file.hpp"
#include "db/sqlite/handle.hpp"

namespace bedstone::db::sqlite {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;
constexpr int kProgressInterval = 100'000;

/// A restored database must not reach outside of itself while it is made.
int authorize(void*, int action, const char*, const char*, const char*, const char*) {
  return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

int on_progress(void* token) {
  return static_cast<const CancelToken*>(token)->requested() ? 1 : 0;
}

class Loader {
 public:
  Loader(const Script& script, DatabaseHandle database)
      : script_(script), database_(std::move(database)) {}

  Status load() {
    for (std::uint64_t bytes = 0;;) {
      BEDSTONE_ASSIGN(const std::string_view piece, script_.text.next(kPieceBytes));
      if (piece.empty()) break;
      bytes += piece.size();
      BEDSTONE_TRY(take(piece));
      if (script_.progress) script_.progress(bytes);
    }
    BEDSTONE_TRY(end_line());
    return finish();
  }

 private:
  Status take(std::string_view piece) {
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      if (end == piece.npos) {
        line_ += piece;
        return {};
      }
      line_ += piece.substr(0, end + 1);
      piece.remove_prefix(end + 1);
      BEDSTONE_TRY(end_line());
    }
    return {};
  }

  Status end_line() {
    if (line_.empty()) return {};
    ++line_number_;
    const std::string_view line = text::trim(line_);
    if (statement_.empty()) {
      first_line_ = line_number_;
      if (line.starts_with('.')) return fail(dot_command(line));
      // `sqlite3 .dump` ends so when it could not read everything.
      if (line.starts_with("ROLLBACK; -- due to errors")) return fail(broken_dump());
      if (line.empty() || line.starts_with("--")) {
        line_.clear();
        return {};
      }
    }
    statement_ += line_;
    const bool may_end = line.ends_with(';') || line.find("--") != line.npos;
    line_.clear();
    if (!may_end || sqlite3_complete(statement_.c_str()) == 0) return {};
    return run();
  }

  Status run() {
    if (script_.cancel != nullptr && script_.cancel->requested()) {
      return fail(interrupted_error(statement_));
    }
    const int code = sqlite3_exec(database_.get(), statement_.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(failed(code));
    statement_.clear();
    return {};
  }

  Status finish() {
    const bool cut = !text::trim(statement_).empty();
    if (cut || sqlite3_get_autocommit(database_.get()) == 0) {
      return fail(Error(ErrorCode::kBackupDamaged, fmt::format("{} is cut off", script_.name))
                      .because(cut ? "its last statement is not complete"
                                   : "the COMMIT at its end is missing")
                      .advise("copy it again from where it was kept, or take an older backup")
                      .at(script_.name, static_cast<std::uint32_t>(line_number_)));
    }
    return {};
  }

  Error failed(int code) const {
    if (script_.cancel != nullptr && script_.cancel->requested()) {
      return interrupted_error(statement_);
    }
    Report report;
    report.code = code;
    report.message = sqlite3_errmsg(database_.get());
    report.path = script_.name;
    // A statement of a backup holds rows: none of it is shown.
    Error error = statement_error(report, {});
    if (error.code == ErrorCode::kDiskFull) return error;
    return Error(ErrorCode::kRestoreFailed, fmt::format("{} cannot be loaded", script_.name))
        .because(report.message)
        .advise("look at that line; the database was left as it was")
        .with_sqlstate(std::string(result_name(code)))
        .at(script_.name, static_cast<std::uint32_t>(first_line_));
  }

  Error dot_command(std::string_view line) const {
    return Error(ErrorCode::kRestoreFailed,
                 fmt::format("{} holds a command of the sqlite3 program", script_.name))
        .because(text::excerpt(line.substr(0, line.find(' ')), 40))
        .advise("remove that line; only SQL is loaded")
        .at(script_.name, static_cast<std::uint32_t>(line_number_));
  }

  Error broken_dump() const {
    return Error(ErrorCode::kBackupDamaged,
                 fmt::format("{} was made of a damaged database", script_.name))
        .because("sqlite3 wrote ROLLBACK at its end, because it could not read everything")
        .advise("take an older backup; or write COMMIT there to load what it could read")
        .at(script_.name, static_cast<std::uint32_t>(line_number_));
  }

  const Script& script_;
  DatabaseHandle database_;
  std::string line_;
  std::string statement_;
  std::uint64_t line_number_ = 0;
  std::uint64_t first_line_ = 0;
};

Status simple(sqlite3* database, const char* sql, const std::string& path) {
  const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  Report report;
  report.code = code;
  report.message = sqlite3_errmsg(database);
  report.path = path;
  return fail(statement_error(report, sql));
}

Result<DatabaseHandle> open_new_file(const std::string& path) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  DatabaseHandle handle(raw);
  if (code == SQLITE_OK) return handle;
  Report report;
  report.code = code;
  report.message = raw != nullptr ? sqlite3_errmsg(raw) : sqlite3_errstr(code);
  report.path = path;
  return fail(statement_error(report, {}));
}

}  // namespace

Status load_script(const Script& script, const std::string& path) {
  {
    BEDSTONE_ASSIGN(DatabaseHandle database, open_new_file(path));
    sqlite3* raw = database.get();
    // Nobody else knows the file, and a failure throws it away.
    BEDSTONE_TRY(simple(raw, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF", path));
    sqlite3_set_authorizer(raw, &authorize, nullptr);
    if (script.cancel != nullptr) {
      // SQLite's signature predates const.
      sqlite3_progress_handler(raw, kProgressInterval, &on_progress,
                               const_cast<CancelToken*>(script.cancel));
    }
    Loader loader(script, std::move(database));
    BEDSTONE_TRY(loader.load());
  }
  {
    BEDSTONE_ASSIGN(const DatabaseHandle database, open_new_file(path));
    BEDSTONE_TRY(simple(database.get(), "PRAGMA journal_mode = WAL", path));
  }
  return sync_to_disk(path);
}

}  // namespace bedstone::db::sqlite
