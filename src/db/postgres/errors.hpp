/// What PostgreSQL and libpq say, as Bedstone's errors. Pure: no server is needed.
#pragma once

#include <string>
#include <string_view>

#include "bedstone/error.hpp"

namespace bedstone::db::postgres {

/// The fields of a server's error report that are used; empty where it gave none.
struct ServerReport {
  std::string severity;  ///< Not localized: ERROR, FATAL, PANIC.
  std::string sqlstate;
  std::string message;
  std::string detail;
  std::string hint;
  std::string context;
  std::size_t position = 0;  ///< In characters from 1, within the statement as sent; 0: unknown.
};

struct Classification {
  ErrorCode code = ErrorCode::kSqlFailed;
  bool retryable = false;
  bool connection_lost = false;
};

/// What a SQLSTATE (five characters, or empty) means for the caller.
Classification classify(std::string_view sqlstate);

/// The place of the character `position` in `sql`: line and column in bytes, both from 1.
/// `single_byte` for servers that count bytes (encoding SQL_ASCII).
Place place_of_position(std::string_view sql, std::size_t position, bool single_byte);

/// The Error for a failed statement. Details that quote whole rows are left out, because the
/// rows may hold secrets.
Error statement_error(const ServerReport& report, std::string_view sql, bool single_byte);

/// The Error for a session that broke; `libpq_message` is what libpq says of it.
Error lost_error(std::string_view libpq_message, std::string_view sql);

/// What is known about a failed attempt to connect. libpq gives no result, only text, made with
/// verbosity VERBOSE so that it holds the SQLSTATE.
struct ConnectFailure {
  std::string message;  ///< libpq's words, already without secrets.
  std::string target;   ///< The redacted URL.
  std::string user;
  std::string database;
  std::string missing_package;  ///< A library that libpq wanted and did not find.
};

Error connect_error(const ConnectFailure& failure);

/// libpq's words without LOCATION lines, prefixes and line ends: one line for people.
std::string readable(std::string_view libpq_message);

/// The SQLSTATE within a message of verbosity VERBOSE, or empty: the last one when there are more.
std::string sqlstate_in(std::string_view libpq_message);

/// `text` with every occurrence of `secret` replaced by "***".
std::string without_secret(std::string text, std::string_view secret);

}  // namespace bedstone::db::postgres
