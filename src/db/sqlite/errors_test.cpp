/// SQLite's result codes as Bedstone's errors, without a database.
// shows: D7
#include "db/sqlite/errors.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cerrno>

namespace bedstone::db::sqlite {
namespace {

struct CodeCase {
  int code;
  ErrorCode expected;
  std::string_view name;
  bool retryable;
};

TEST(SqliteErrors, ResultCodesAreClassifiedAndNamed) {
  constexpr CodeCase kCases[] = {
      {SQLITE_BUSY, ErrorCode::kDatabaseBusy, "SQLITE_BUSY", true},
      {SQLITE_BUSY_SNAPSHOT, ErrorCode::kDatabaseBusy, "SQLITE_BUSY_SNAPSHOT", true},
      {SQLITE_LOCKED, ErrorCode::kDatabaseBusy, "SQLITE_LOCKED", false},
      {SQLITE_CORRUPT, ErrorCode::kDatabaseCorrupt, "SQLITE_CORRUPT", false},
      {SQLITE_CORRUPT_INDEX, ErrorCode::kDatabaseCorrupt, "SQLITE_CORRUPT_INDEX", false},
      {SQLITE_IOERR_CORRUPTFS, ErrorCode::kDatabaseCorrupt, "SQLITE_IOERR_CORRUPTFS", false},
      {SQLITE_IOERR_FSYNC, ErrorCode::kDatabaseIo, "SQLITE_IOERR_FSYNC", false},
      {SQLITE_NOTADB, ErrorCode::kNotADatabase, "SQLITE_NOTADB", false},
      {SQLITE_FULL, ErrorCode::kDiskFull, "SQLITE_FULL", false},
      {SQLITE_READONLY_DIRECTORY, ErrorCode::kReadOnlyDatabase, "SQLITE_READONLY_DIRECTORY", false},
      {SQLITE_CANTOPEN, ErrorCode::kCannotOpenDatabase, "SQLITE_CANTOPEN", false},
      {SQLITE_CANTOPEN | (99 << 8), ErrorCode::kCannotOpenDatabase, "SQLITE_CANTOPEN", false},
      {SQLITE_AUTH, ErrorCode::kPermissionDenied, "SQLITE_AUTH", false},
      {SQLITE_TOOBIG, ErrorCode::kStatementTooLarge, "SQLITE_TOOBIG", false},
      {SQLITE_INTERRUPT, ErrorCode::kStatementCanceled, "SQLITE_INTERRUPT", false},
      {SQLITE_MISUSE, ErrorCode::kInternal, "SQLITE_MISUSE", false},
      {SQLITE_CONSTRAINT_DATATYPE, ErrorCode::kConstraintViolated, "SQLITE_CONSTRAINT_DATATYPE",
       false},
      {SQLITE_NOMEM, ErrorCode::kSqlFailed, "SQLITE_NOMEM", false},
  };
  for (const CodeCase& expected : kCases) {
    Report report;
    report.code = expected.code;
    report.message = "as SQLite says";
    report.path = "data/hub.db";
    const Error error = statement_error(report, "SELECT 1");
    EXPECT_EQ(error.code, expected.expected) << expected.name;
    EXPECT_EQ(error.sqlstate, expected.name);
    EXPECT_EQ(error.retryable, expected.retryable) << expected.name;
    EXPECT_FALSE(error.message.empty());
  }
}

TEST(SqliteErrors, FailuresOfTheFileNameItTheCauseAndTheNextCommand) {
  for (const int code : {SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FULL, SQLITE_READONLY,
                         SQLITE_CANTOPEN, SQLITE_IOERR_WRITE}) {
    Report report;
    report.code = code;
    report.system_errno = EACCES;
    report.message = "as SQLite says";
    report.path = "my data/hub.db";
    const Error error = statement_error(report, {});
    EXPECT_NE(error.message.find("my data/hub.db"), std::string::npos) << error.message;
    EXPECT_EQ(error.cause, "Permission denied; as SQLite says");
    EXPECT_NE(error.hint.find('`'), std::string::npos) << error.hint;
  }
}

TEST(SqliteErrors, MessagesOfTheGeneralErrorAreToldApart) {
  constexpr std::pair<std::string_view, ErrorCode> kCases[] = {
      {"near \"FORM\": syntax error", ErrorCode::kSqlSyntax},
      {"incomplete input", ErrorCode::kSqlSyntax},
      {"unrecognized token: \"'abc\"", ErrorCode::kSqlSyntax},
      {"no such table: main.users", ErrorCode::kObjectMissing},
      {"no such savepoint: s", ErrorCode::kObjectMissing},
      {"table users has no column named age", ErrorCode::kObjectMissing},
      {"error in view v: no such column: x", ErrorCode::kObjectMissing},
      {"unknown database other", ErrorCode::kObjectMissing},
      {"table users already exists", ErrorCode::kObjectExists},
      {"there is already an index named i", ErrorCode::kObjectExists},
      {"duplicate column name: age", ErrorCode::kObjectExists},
      {"cannot start a transaction within a transaction", ErrorCode::kSqlFailed},
      {"malformed JSON", ErrorCode::kSqlFailed},
  };
  for (const auto& [message, code] : kCases) {
    EXPECT_EQ(classify(SQLITE_ERROR, message), code) << message;
  }
}

TEST(SqliteErrors, OffsetsBecomeLinesAndColumns) {
  constexpr std::string_view kSql = "SELECT\n  ü,\n\nx";
  struct Case {
    int offset;
    std::uint32_t line;
    std::uint32_t column;
  };
  constexpr Case kCases[] = {{-1, 0, 0}, {0, 1, 1},  {6, 1, 7}, {7, 2, 1},
                             {11, 2, 5}, {14, 4, 1}, {99, 4, 2}};
  for (const Case& expected : kCases) {
    const Place place = place_of_offset(kSql, expected.offset);
    EXPECT_EQ(place.line, expected.line) << expected.offset;
    EXPECT_EQ(place.column, expected.column) << expected.offset;
  }
}

}  // namespace
}  // namespace bedstone::db::sqlite
