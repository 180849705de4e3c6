/// What SQLite says, as Bedstone's errors. Pure: no database is needed.
#pragma once

#include <string>
#include <string_view>

#include "bedstone/error.hpp"

namespace bedstone::db::sqlite {

/// What SQLite knows about a call that failed.
struct Report {
  int code = 0;          ///< Extended result code.
  int system_errno = 0;  ///< Of the system call behind it; 0: none.
  int offset = -1;       ///< Byte in the statement's text; -1: unknown.
  std::string message;   ///< sqlite3_errmsg().
  std::string path;      ///< The database's file, for people.
  std::string obstacle;  ///< What was found to stand in the way of the file; may be empty.
};

/// "SQLITE_CONSTRAINT_UNIQUE"; codes newer than this list get their primary code's name.
std::string_view result_name(int extended_code);

/// Classifies by the result code and, where SQLite has but one code for many causes
/// (SQLITE_ERROR), by the fixed words of its messages.
ErrorCode classify(int extended_code, std::string_view message);

/// Line and column, both in bytes from 1, of the byte `offset`; an empty place where it is unknown.
Place place_of_offset(std::string_view sql, int offset);

/// The Error for a failed statement.
Error statement_error(const Report& report, std::string_view sql);

/// The Error for one that the token stopped.
Error interrupted_error(std::string_view sql);

}  // namespace bedstone::db::sqlite
