/// Result codes (https://www.sqlite.org/rescode.html) to codes, places and advice.
#include "db/sqlite/errors.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.hpp"
#include "db/sqlite/dialect.hpp"

namespace bedstone::db::sqlite {

namespace {

constexpr std::size_t kStatementExcerptBytes = 200;

struct Name {
  int code;
  std::string_view name;
};

#define BEDSTONE_NAME(code) \
  Name {                    \
    code, #code             \
  }
constexpr std::array kNames = {
    BEDSTONE_NAME(SQLITE_ERROR),
    BEDSTONE_NAME(SQLITE_INTERNAL),
    BEDSTONE_NAME(SQLITE_PERM),
    BEDSTONE_NAME(SQLITE_ABORT),
    BEDSTONE_NAME(SQLITE_ABORT_ROLLBACK),
    BEDSTONE_NAME(SQLITE_BUSY),
    BEDSTONE_NAME(SQLITE_BUSY_RECOVERY),
    BEDSTONE_NAME(SQLITE_BUSY_SNAPSHOT),
    BEDSTONE_NAME(SQLITE_BUSY_TIMEOUT),
    BEDSTONE_NAME(SQLITE_LOCKED),
    BEDSTONE_NAME(SQLITE_LOCKED_SHAREDCACHE),
    BEDSTONE_NAME(SQLITE_NOMEM),
    BEDSTONE_NAME(SQLITE_READONLY),
    BEDSTONE_NAME(SQLITE_READONLY_RECOVERY),
    BEDSTONE_NAME(SQLITE_READONLY_CANTLOCK),
    BEDSTONE_NAME(SQLITE_READONLY_ROLLBACK),
    BEDSTONE_NAME(SQLITE_READONLY_DBMOVED),
    BEDSTONE_NAME(SQLITE_READONLY_CANTINIT),
    BEDSTONE_NAME(SQLITE_READONLY_DIRECTORY),
    BEDSTONE_NAME(SQLITE_INTERRUPT),
    BEDSTONE_NAME(SQLITE_IOERR),
    BEDSTONE_NAME(SQLITE_IOERR_READ),
    BEDSTONE_NAME(SQLITE_IOERR_SHORT_READ),
    BEDSTONE_NAME(SQLITE_IOERR_WRITE),
    BEDSTONE_NAME(SQLITE_IOERR_FSYNC),
    BEDSTONE_NAME(SQLITE_IOERR_DIR_FSYNC),
    BEDSTONE_NAME(SQLITE_IOERR_TRUNCATE),
    BEDSTONE_NAME(SQLITE_IOERR_FSTAT),
    BEDSTONE_NAME(SQLITE_IOERR_DELETE),
    BEDSTONE_NAME(SQLITE_IOERR_LOCK),
    BEDSTONE_NAME(SQLITE_IOERR_SHMOPEN),
    BEDSTONE_NAME(SQLITE_IOERR_SHMSIZE),
    BEDSTONE_NAME(SQLITE_IOERR_SHMMAP),
    BEDSTONE_NAME(SQLITE_IOERR_CORRUPTFS),
    BEDSTONE_NAME(SQLITE_CORRUPT),
    BEDSTONE_NAME(SQLITE_CORRUPT_VTAB),
    BEDSTONE_NAME(SQLITE_CORRUPT_INDEX),
    BEDSTONE_NAME(SQLITE_FULL),
    BEDSTONE_NAME(SQLITE_CANTOPEN),
    BEDSTONE_NAME(SQLITE_CANTOPEN_ISDIR),
    BEDSTONE_NAME(SQLITE_PROTOCOL),
    BEDSTONE_NAME(SQLITE_SCHEMA),
    BEDSTONE_NAME(SQLITE_TOOBIG),
    BEDSTONE_NAME(SQLITE_CONSTRAINT),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_CHECK),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_COMMITHOOK),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_FOREIGNKEY),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_FUNCTION),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_NOTNULL),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_PRIMARYKEY),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_TRIGGER),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_UNIQUE),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_VTAB),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_ROWID),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_PINNED),
    BEDSTONE_NAME(SQLITE_CONSTRAINT_DATATYPE),
    BEDSTONE_NAME(SQLITE_MISMATCH),
    BEDSTONE_NAME(SQLITE_MISUSE),
    BEDSTONE_NAME(SQLITE_NOLFS),
    BEDSTONE_NAME(SQLITE_AUTH),
    BEDSTONE_NAME(SQLITE_RANGE),
    BEDSTONE_NAME(SQLITE_NOTADB),
};
#undef BEDSTONE_NAME

int primary(int extended_code) {
  return extended_code & 0xff;
}

/// SQLITE_ERROR covers everything from a typing mistake to a missing table; only the message, whose
/// words have been stable for a decade, tells them apart.
ErrorCode classify_message(std::string_view message) {
  const auto starts = [&](auto... words) { return (message.starts_with(words) || ...); };
  const auto holds = [&](auto... words) { return ((message.find(words) != message.npos) || ...); };
  if (message.ends_with(": syntax error") || message == "incomplete input" ||
      starts("unrecognized token: ")) {
    return ErrorCode::kSqlSyntax;
  }
  if (starts("no such ", "unknown database ") || holds(" has no column named ", ": no such ")) {
    return ErrorCode::kObjectMissing;
  }
  if (message.ends_with(" already exists") ||
      starts("duplicate column name: ", "there is already ")) {
    return ErrorCode::kObjectExists;
  }
  return ErrorCode::kSqlFailed;
}

/// The sentence about a file; SQLite's own messages never name it.
std::string message_for(ErrorCode code, const Report& report) {
  switch (code) {
    case ErrorCode::kDatabaseBusy:
      return fmt::format("the database {} is in use by another transaction", report.path);
    case ErrorCode::kDatabaseCorrupt:
      return fmt::format("the database {} is damaged", report.path);
    case ErrorCode::kNotADatabase:
      return fmt::format("{} is not an SQLite database", report.path);
    case ErrorCode::kDiskFull:
      return fmt::format("the disk that holds {} is full", report.path);
    case ErrorCode::kReadOnlyDatabase:
      return fmt::format("the database {} takes no writes", report.path);
    case ErrorCode::kCannotOpenDatabase:
      return fmt::format("the database {} cannot be opened", report.path);
    case ErrorCode::kDatabaseIo:
      return fmt::format("the database {} could not be read or written", report.path);
    default:
      return report.message;
  }
}

std::string constraint_advice(int extended_code) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return "a row with these values exists: change the values, or use INSERT … ON CONFLICT";
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return "insert the parent row first; PRAGMA foreign_key_check lists the rows without one";
    case SQLITE_CONSTRAINT_NOTNULL:
      return "give the column a value or a DEFAULT";
    default:
      return "change the row so that it satisfies the constraint named above";
  }
}

std::string advice_for(ErrorCode code, const Report& report) {
  const std::string file = text::shell_quote(report.path);
  switch (code) {
    case ErrorCode::kSqlSyntax:
      return "correct the statement, then run the same command again";
    case ErrorCode::kObjectMissing:
      return "check the spelling, and whether an earlier migration makes it: `bedstone migrate "
             "history`";
    case ErrorCode::kObjectExists:
      return "drop or rename what stands there, or use IF NOT EXISTS; `bedstone migrate verify` "
             "shows "
             "what was made outside the migrations";
    case ErrorCode::kConstraintViolated:
      return constraint_advice(report.code);
    case ErrorCode::kDatabaseBusy:
      return fmt::format("run the command again; `fuser {}` lists the processes that use it", file);
    case ErrorCode::kDatabaseCorrupt:
      return fmt::format(
          "put a backup in its place, or save what can be read: `bedstone schema repair --salvage` "
          "(the damaged {} is kept)",
          file);
    case ErrorCode::kNotADatabase:
      return fmt::format("check the path in the URL; `file {}` tells what the file is", file);
    case ErrorCode::kDiskFull:
      return fmt::format("free space (`df -h {}` shows how much there is), then run it again",
                         file);
    case ErrorCode::kReadOnlyDatabase:
    case ErrorCode::kCannotOpenDatabase:
      return fmt::format("make the file and its folder accessible to this user; see `ls -la {}*`",
                         file);
    case ErrorCode::kDatabaseIo:
      return "look for disk errors with `dmesg`, then run the command again";
    case ErrorCode::kStatementTooLarge:
      return "split the statement or the value into smaller ones";
    default:
      return {};
  }
}

std::string cause_for(const Report& report, const std::string& message) {
  std::string cause = report.obstacle;
  const auto add = [&](std::string_view text) {
    if (text.empty() || text == message) return;
    cause.append(cause.empty() ? "" : "; ").append(text);
  };
  if (report.system_errno != 0 && report.obstacle.empty()) add(std::strerror(report.system_errno));
  add(report.message);
  return cause;
}

}  // namespace

std::string_view result_name(int extended_code) {
  const auto named = [](int code) {
    return std::find_if(kNames.begin(), kNames.end(),
                        [&](const Name& n) { return n.code == code; });
  };
  if (const auto* exact = named(extended_code); exact != kNames.end()) return exact->name;
  const auto* rough = named(primary(extended_code));
  return rough == kNames.end() ? "SQLITE_ERROR" : rough->name;
}

ErrorCode classify(int extended_code, std::string_view message) {
  switch (primary(extended_code)) {
    case SQLITE_ERROR:
      return classify_message(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return ErrorCode::kDatabaseBusy;
    case SQLITE_CORRUPT:
      return ErrorCode::kDatabaseCorrupt;
    case SQLITE_NOTADB:
      return ErrorCode::kNotADatabase;
    case SQLITE_FULL:
      return ErrorCode::kDiskFull;
    case SQLITE_READONLY:
      return ErrorCode::kReadOnlyDatabase;
    case SQLITE_CANTOPEN:
      return ErrorCode::kCannotOpenDatabase;
    case SQLITE_IOERR:
      return extended_code == SQLITE_IOERR_CORRUPTFS ? ErrorCode::kDatabaseCorrupt
                                                     : ErrorCode::kDatabaseIo;
    case SQLITE_CONSTRAINT:
      return ErrorCode::kConstraintViolated;
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorCode::kPermissionDenied;
    case SQLITE_TOOBIG:
      return ErrorCode::kStatementTooLarge;
    case SQLITE_INTERRUPT:
      return ErrorCode::kStatementCanceled;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return ErrorCode::kInternal;
    default:
      return ErrorCode::kSqlFailed;
  }
}

Place place_of_offset(std::string_view sql, int offset) {
  if (offset < 0) return {};
  const std::string_view before = sql.substr(0, static_cast<std::size_t>(offset));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1: the first line
  Place place;
  place.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  place.column = 1 + static_cast<std::uint32_t>(before.size() - line_start);
  return place;
}

Error statement_error(const Report& report, std::string_view sql) {
  const ErrorCode code = classify(report.code, report.message);
  Error error(code, message_for(code, report));
  error.cause = cause_for(report, error.message);
  error.hint = advice_for(code, report);
  // SQLite tells no place for a statement that ends too early: it is the end.
  const bool too_short = report.message == "incomplete input";
  error.place = place_of_offset(sql, too_short ? static_cast<int>(sql.size()) : report.offset);
  error.sqlstate = result_name(report.code);
  error.statement = text::excerpt(sql, kStatementExcerptBytes);
  error.retryable = dialect().is_transient(error.sqlstate);
  return error;
}

Error interrupted_error(std::string_view sql) {
  return Error(ErrorCode::kInterrupted, "a statement was interrupted")
      .with_statement(text::excerpt(sql))
      .with_sqlstate("SQLITE_INTERRUPT");
}

}  // namespace bedstone::db::sqlite
