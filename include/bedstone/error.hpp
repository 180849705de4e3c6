/// Error: what failed, where, why, and what to type next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bedstone {

/// Stable, documented numbers: ErrorCode::kLockTimeout is printed as BED0301. See docs/errors/.
enum class ErrorCode : std::uint16_t {
#define BEDSTONE_ERROR(name, number, summary) name = number,
#include "bedstone/error_codes.def"
#undef BEDSTONE_ERROR
};

/// A position in a file. Lines and columns (in bytes) count from 1; 0 means "not known".
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool empty() const { return file.empty(); }
};

/// A value that says what went wrong. It never holds a secret: who builds one redacts first.
class Error {
 public:
  Error(ErrorCode what, std::string sentence) : code(what), message(std::move(sentence)) {}

  ErrorCode code;
  std::string message;    ///< One sentence: what failed, with the names of the things involved.
  std::string cause;      ///< Why, as the engine or the system said it; may be empty.
  std::string hint;       ///< What to do next, with the command to type; may be empty.
  Place place;            ///< The file to look at; may be empty.
  std::string sqlstate;   ///< Five characters, or empty. SQLite's result name (SQLITE_BUSY) there.
  std::string statement;  ///< The SQL statement, cut to a readable length; may be empty.
  std::vector<std::string> context;  ///< What was being done, innermost first.
  bool retryable = false;            ///< The same call may succeed later without anybody's help.
  bool connection_lost = false;      ///< The session is gone; what it had not committed is undone.
  bool outcome_unknown = false;      ///< The connection broke while the server decided: look it up.

  // Builders, so that an error is one expression.
  Error&& because(std::string text) && { return cause = std::move(text), std::move(*this); }
  Error&& advise(std::string text) && { return hint = std::move(text), std::move(*this); }
  Error&& at(Place where) && { return place = std::move(where), std::move(*this); }
  Error&& at(std::string file, std::uint32_t line = 0, std::uint32_t column = 0) && {
    return place = Place{std::move(file), line, column}, std::move(*this);
  }
  Error&& with_statement(std::string text) && {
    return statement = std::move(text), std::move(*this);
  }
  Error&& with_sqlstate(std::string text) && {
    return sqlstate = std::move(text), std::move(*this);
  }
  Error&& may_retry() && { return retryable = true, std::move(*this); }
  Error&& while_doing(std::string text) && {
    return context.push_back(std::move(text)), std::move(*this);
  }
};

/// "BED0301".
std::string code_name(ErrorCode code);
/// One line: "the lock was not obtained in time".
std::string_view code_summary(ErrorCode code);

}  // namespace bedstone
