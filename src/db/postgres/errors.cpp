/// Errors of statements: SQLSTATE to code, characters to lines, and what may be quoted.
#include "db/postgres/errors.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"

namespace bedstone::db::postgres {
namespace {

constexpr std::size_t kStatementExcerptBytes = 200;
constexpr std::size_t kCauseBytes = 600;

struct Rule {
  std::string_view prefix;  // of the SQLSTATE: five characters, or the two of a class
  Classification meaning;
};

// PostgreSQL's manual, appendix A. The first that fits counts.
constexpr std::array kRules = {
    Rule{"42601", {ErrorCode::kSqlSyntax}},
    Rule{"42P01", {ErrorCode::kObjectMissing}},     // undefined_table
    Rule{"42703", {ErrorCode::kObjectMissing}},     // undefined_column
    Rule{"42704", {ErrorCode::kObjectMissing}},     // undefined_object
    Rule{"42883", {ErrorCode::kObjectMissing}},     // undefined_function
    Rule{"3F000", {ErrorCode::kObjectMissing}},     // invalid_schema_name
    Rule{"42P07", {ErrorCode::kObjectExists}},      // duplicate_table
    Rule{"42710", {ErrorCode::kObjectExists}},      // duplicate_object
    Rule{"42701", {ErrorCode::kObjectExists}},      // duplicate_column
    Rule{"42723", {ErrorCode::kObjectExists}},      // duplicate_function
    Rule{"42P06", {ErrorCode::kObjectExists}},      // duplicate_schema
    Rule{"42P04", {ErrorCode::kObjectExists}},      // duplicate_database
    Rule{"42501", {ErrorCode::kPermissionDenied}},  // insufficient_privilege
    Rule{"23", {ErrorCode::kConstraintViolated}},
    Rule{"3D000", {ErrorCode::kDatabaseMissing}},
    Rule{"28", {ErrorCode::kAuthenticationFailed}},
    Rule{"25006", {ErrorCode::kReadOnlyDatabase}},      // read_only_sql_transaction
    Rule{"55P03", {ErrorCode::kDdlLockTimeout, true}},  // lock_not_available
    Rule{"55006", {ErrorCode::kDatabaseBusy, true}},    // object_in_use
    Rule{"40001", {ErrorCode::kSerialization, true}},
    Rule{"40P01", {ErrorCode::kSerialization, true}},  // deadlock_detected
    Rule{"53100", {ErrorCode::kDiskFull}},
    Rule{"53300", {ErrorCode::kServerStarting, true}},  // too_many_connections
    Rule{"57P03", {ErrorCode::kServerStarting, true}},  // cannot_connect_now
    Rule{"54", {ErrorCode::kStatementTooLarge}},
    Rule{"57014", {ErrorCode::kStatementCanceled}},
    Rule{"57P01", {ErrorCode::kConnectionLost, true, true}},   // admin_shutdown
    Rule{"57P02", {ErrorCode::kConnectionLost, true, true}},   // crash_shutdown
    Rule{"57P04", {ErrorCode::kConnectionLost, false, true}},  // database_dropped
    Rule{"57P05", {ErrorCode::kConnectionLost, true, true}},   // idle_session_timeout
    Rule{"25P03", {ErrorCode::kConnectionLost, true, true}},   // idle_in_transaction timeout
    Rule{"08P01", {ErrorCode::kSqlFailed}},                    // protocol_violation
    Rule{"08", {ErrorCode::kConnectionLost, true, true}},
};

bool quotes_a_row(std::string_view sqlstate) {
  // not_null_violation and check_violation say "Failing row contains (…)", in any language.
  return sqlstate == "23502" || sqlstate == "23514";
}

/// Context lines without the values they quote: COPY's "…, column password: "hunter2"" and, with
/// log_parameter_max_length_on_error set, "unnamed portal parameter $1 = '…'".
std::string safe_context(std::string_view context) {
  std::string result;
  for (std::string_view line : text::split(context, '\n')) {
    line = text::trim(line);
    if (line.starts_with("COPY ")) line = line.substr(0, line.find(": "));
    const auto parameter = line.find('$');
    if (parameter != std::string_view::npos && line.find(" = ", parameter) != line.npos) {
      line = line.substr(0, line.find(" = ", parameter));
    }
    if (line.empty()) continue;
    if (!result.empty()) result += "; ";
    result += line;
  }
  return result;
}

std::string cause_of(const ServerReport& report) {
  std::string cause;
  const auto append = [&cause](std::string_view text) {
    if (text.empty()) return;
    if (!cause.empty()) cause += cause.back() == '.' ? " " : "; ";
    cause += text;
  };
  if (!quotes_a_row(report.sqlstate)) append(report.detail);
  append(report.hint);
  append(safe_context(report.context));
  return text::excerpt(cause, kCauseBytes);
}

std::string constraint_advice(std::string_view sqlstate) {
  if (sqlstate == "23505" || sqlstate == "23P01") {
    return "a row with these values exists: change the values, or use INSERT … ON CONFLICT";
  }
  if (sqlstate == "23503") return "insert the parent row first, or correct the reference";
  if (sqlstate == "23502") return "give the column a value or a DEFAULT";
  return "change the row so that it satisfies the constraint named above";
}

std::string advice_for(const Classification& meaning, std::string_view sqlstate) {
  switch (meaning.code) {
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
      return constraint_advice(sqlstate);
    case ErrorCode::kPermissionDenied:
      return "grant the role that right, or connect as the owner";
    case ErrorCode::kDdlLockTimeout:
      return "find the session that holds it (pg_locks, pg_stat_activity), then run the command "
             "again";
    case ErrorCode::kDiskFull:
      return "free space on the server's disk, then run the command again";
    case ErrorCode::kReadOnlyDatabase:
      return "connect to the primary (target_session_attrs=read-write in the URL); is it one, look "
             "at "
             "the role's default_transaction_read_only";
    default:
      return {};
  }
}

}  // namespace

Classification classify(std::string_view sqlstate) {
  for (const Rule& rule : kRules) {
    if (sqlstate.starts_with(rule.prefix)) return rule.meaning;
  }
  return {};
}

Place place_of_position(std::string_view sql, std::size_t position, bool single_byte) {
  if (position == 0) return {};
  Place place{.file = {}, .line = 1, .column = 1};
  std::size_t characters = 0;
  for (const char c : sql) {
    const bool continues = !single_byte && (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (!continues && ++characters == position) return place;
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
  }
  return place;  // "syntax error at end of input" points behind the last character
}

Error statement_error(const ServerReport& report, std::string_view sql, bool single_byte) {
  Classification meaning = classify(report.sqlstate);
  if (report.severity == "FATAL" || report.severity == "PANIC") {
    // Whatever the code: after FATAL the server closes the session.
    if (!meaning.connection_lost) meaning.code = ErrorCode::kConnectionLost;
    meaning.connection_lost = true;
  }
  Error error(meaning.code, std::string(code_summary(meaning.code)));
  error.cause = cause_of(report);
  if (meaning.connection_lost) {
    error.cause = readable(report.message);
  } else if (!report.message.empty()) {
    error.message = text::excerpt(report.message, kCauseBytes);
  }
  error.hint = advice_for(meaning, report.sqlstate);
  error.place = place_of_position(sql, report.position, single_byte);
  error.sqlstate = report.sqlstate;
  error.statement = text::excerpt(sql, kStatementExcerptBytes);
  error.retryable = meaning.retryable;
  error.connection_lost = meaning.connection_lost;
  return error;
}

Error lost_error(std::string_view libpq_message, std::string_view sql) {
  Error error(ErrorCode::kConnectionLost, std::string(code_summary(ErrorCode::kConnectionLost)));
  error.cause = readable(libpq_message);
  error.sqlstate = sqlstate_in(libpq_message);
  if (error.sqlstate.empty()) error.sqlstate = "08006";  // connection_failure
  error.statement = text::excerpt(sql, kStatementExcerptBytes);
  error.retryable = true;
  error.connection_lost = true;
  return error;
}

std::string without_secret(std::string text, std::string_view secret) {
  if (secret.empty()) return text;
  constexpr std::string_view kMask = "***";
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), kMask);
    at += kMask.size();
  }
  return text;
}

}  // namespace bedstone::db::postgres
