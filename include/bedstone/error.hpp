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
  Error(ErrorCode what, std::string sentence);
  // Not inline: an Error is large, and every Result<T> copies, moves and destroys one somewhere.
  Error(const Error& other);
  Error(Error&& other) noexcept;
  Error& operator=(const Error& other);
  Error& operator=(Error&& other) noexcept;
  ~Error();

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
  Error&& because(std::string text) &&;
  Error&& advise(std::string text) &&;
  Error&& at(Place where) &&;
  Error&& at(std::string file, std::uint32_t line = 0, std::uint32_t column = 0) &&;
  Error&& with_statement(std::string text) &&;
  Error&& with_sqlstate(std::string text) &&;
  Error&& may_retry() &&;
  Error&& while_doing(std::string text) &&;
};

/// "BED0301".
std::string code_name(ErrorCode code);
/// One line: "the lock was not obtained in time".
std::string_view code_summary(ErrorCode code);

}  // namespace bedstone
