/// Errors of connecting: libpq reports them as text only, which is read here.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "db/postgres/errors.hpp"

namespace bedstone::db::postgres {
namespace {

constexpr std::size_t kCauseBytes = 500;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_sqlstate(std::string_view text) {
  return text.size() == 5 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

/// Where a SQLSTATE stands in "FATAL:  28P01: password authentication failed": two spaces before
/// it and a colon behind it, in every language of the server.
std::size_t find_sqlstate(std::string_view line) {
  for (auto at = line.find(":  "); at != line.npos; at = line.find(":  ", at + 1)) {
    const std::string_view rest = line.substr(at + 3);
    if (rest.size() > 6 && is_sqlstate(rest.substr(0, 5)) && rest[5] == ':') return at + 3;
  }
  return std::string_view::npos;
}

/// "LOCATION:  auth_failed, auth.c:326", in every language of the server.
bool names_source(std::string_view line) {
  const auto digits = line.find_last_not_of("0123456789");
  return digits != line.npos && line.substr(0, digits + 1).ends_with(".c:");
}

/// libpq's guesses; ours are better.
bool is_chatter(std::string_view line) {
  return line.ends_with('?') || line.starts_with("This probably means") ||
         line.starts_with("before or while processing");
}

enum class Kind {
  kCrypto,
  kNotPostgres,
  kTls,
  kTargetReadOnly,
  kTargetStandby,
  kHostUnknown,
  kAuthentication,
  kDatabaseMissing,
  kBusy,
  kRefused,
  kSettings,
  kForbidden,
  kOther
};

struct Phrase {
  std::string_view text;
  Kind kind;
};

// libpq's and PgBouncer's own words where no SQLSTATE tells; PostgreSQL 15's fe-connect.c,
// fe-auth*.c, fe-secure-openssl.c. The first that is found counts.
constexpr std::array kPhrases = {
    Phrase{"could not create SSL context", Kind::kCrypto},
    Phrase{"could not generate nonce", Kind::kCrypto},
    Phrase{"could not encrypt password", Kind::kCrypto},
    Phrase{"could not calculate", Kind::kCrypto},
    Phrase{"could not translate host name", Kind::kHostUnknown},
    Phrase{"received invalid response to", Kind::kNotPostgres},
    Phrase{"expected authentication request", Kind::kNotPostgres},
    Phrase{"unsupported frontend protocol", Kind::kNotPostgres},
    Phrase{"session is read-only", Kind::kTargetReadOnly},
    Phrase{"server is in hot standby mode", Kind::kTargetReadOnly},
    Phrase{"session is not read-only", Kind::kTargetStandby},
    Phrase{"server is not in hot standby mode", Kind::kTargetStandby},
    Phrase{"no such database", Kind::kDatabaseMissing},
    Phrase{"no password supplied", Kind::kAuthentication},
    Phrase{"no such user", Kind::kAuthentication},
    Phrase{"SASL authentication failed", Kind::kAuthentication},
    Phrase{"password authentication failed", Kind::kAuthentication},
    Phrase{"authentication method", Kind::kAuthentication},
    Phrase{"channel binding", Kind::kAuthentication},
    Phrase{"unsupported startup parameter", Kind::kSettings},
    Phrase{"bouncer config error", Kind::kOther},
    Phrase{"SSL", Kind::kTls},
    Phrase{"certificate", Kind::kTls},
    Phrase{"private key file", Kind::kTls},
    Phrase{"GSSAPI", Kind::kAuthentication},
    Phrase{"no more connections allowed", Kind::kBusy},
    Phrase{"client_login_timeout", Kind::kBusy},
    Phrase{"query_wait_timeout", Kind::kBusy},
    Phrase{"pgbouncer cannot connect", Kind::kBusy},
    Phrase{"server login has been failing", Kind::kBusy},
    Phrase{"database is disabled", Kind::kBusy},
    Phrase{"shutting down", Kind::kBusy},
    Phrase{"server conn crashed", Kind::kBusy},
    Phrase{"Permission denied", Kind::kForbidden},
    Phrase{"failed: ", Kind::kRefused},
    Phrase{"server closed the connection", Kind::kRefused},
    Phrase{"could not receive data", Kind::kRefused},
    Phrase{"could not send", Kind::kRefused},
    Phrase{"timeout expired", Kind::kRefused},
    Phrase{"invalid ", Kind::kSettings},
    Phrase{"definition of service", Kind::kSettings},
    Phrase{"could not match", Kind::kSettings},
    Phrase{"URI", Kind::kSettings},
};

/// The words of the last attempt: with several hosts, or with sslmode=prefer, libpq lists all, and
/// it is the last that ended the search.
std::string_view last_attempt(std::string_view message) {
  constexpr std::string_view kStart = "connection to server ";
  const auto at = message.rfind(kStart);
  return at == std::string_view::npos ? message : message.substr(at);
}

Kind kind_of_state(std::string_view sqlstate) {
  if (sqlstate == "57P03" || sqlstate == "53300" || sqlstate == "57P01" || sqlstate == "57P02") {
    return Kind::kBusy;
  }
  if (sqlstate == "3D000") return Kind::kDatabaseMissing;
  if (sqlstate.starts_with("28")) return Kind::kAuthentication;
  return Kind::kOther;
}

Kind kind_of(std::string_view message) {
  const std::string_view last = last_attempt(message);
  const std::string sqlstate = sqlstate_in(last);
  if (const Kind kind = kind_of_state(sqlstate); kind != Kind::kOther) return kind;
  // PgBouncer passes the server's words on without its SQLSTATE.
  if (contains(last, "does not exist")) {
    if (contains(last, "database \"")) return Kind::kDatabaseMissing;
    if (contains(last, "role \"")) return Kind::kAuthentication;
  }
  for (const Phrase& phrase : kPhrases) {
    if (!contains(last, phrase.text)) continue;
    // Who gives a SQLSTATE (PgBouncer: always 08P01) has answered.
    return phrase.kind == Kind::kRefused && !sqlstate.empty() ? Kind::kOther : phrase.kind;
  }
  return Kind::kOther;
}

Error refused(const ConnectFailure& failure) {
  const bool socket = contains(failure.message, "on socket ");
  return Error(ErrorCode::kConnectionRefused,
               fmt::format("no PostgreSQL server answers at {}", failure.target))
      .advise(socket ? "start the server, or correct the socket's folder in the URL; `bedstone up "
                       "--wait 60s` waits for it"
                     : "start the server, or correct host and port in the URL; `bedstone up --wait "
                       "60s` waits for it")
      .may_retry();
}

Error authentication(const ConnectFailure& failure) {
  const bool no_password = contains(failure.message, "no password supplied");
  const bool no_entry = contains(failure.message, "pg_hba.conf");
  std::string hint = "correct the user or the password in the URL";
  if (no_password) hint = "give the password in the URL, in PGPASSWORD, or in ~/.pgpass";
  if (no_entry) hint = "allow this user, database and address in the server's pg_hba.conf";
  return Error(ErrorCode::kAuthenticationFailed,
               fmt::format("the server refused {} at {}",
                           failure.user.empty() ? "the credentials" : "user " + failure.user,
                           failure.target))
      .advise(std::move(hint));
}

Error database_missing(const ConnectFailure& failure) {
  return Error(
             ErrorCode::kDatabaseMissing,
             fmt::format("database {} does not exist at {}",
                         failure.database.empty() ? "(unnamed)" : failure.database, failure.target))
      .advise("create it with `bedstone up --create`, or correct its name in the URL");
}

Error tls(const ConnectFailure& failure) {
  std::string hint = "check sslmode, sslrootcert and the server's certificate";
  if (contains(failure.message, "server does not support SSL")) {
    hint = "switch on TLS in the server, or lower sslmode in the URL";
  } else if (contains(failure.message, "does not match host name")) {
    hint = "use the host name that the certificate holds, or sslmode=verify-ca";
  } else if (contains(failure.message, "does not exist")) {
    hint = "name the authority's certificate with sslrootcert=FILE in the URL";
  }
  return Error(ErrorCode::kTlsFailed,
               fmt::format("the encrypted connection to {} could not be made", failure.target))
      .advise(std::move(hint));
}

/// OpenSSL failed, and not because of anything the server said.
Error crypto(const ConnectFailure& failure) {
  if (failure.missing_package.empty()) return tls(failure);
  return Error(
      ErrorCode::kDriverMissing,
      fmt::format("a library that the connection to {} needs is not installed", failure.target));
}

Error build(Kind kind, const ConnectFailure& failure) {
  switch (kind) {
    case Kind::kRefused:
      return refused(failure);
    case Kind::kAuthentication:
      return authentication(failure);
    case Kind::kDatabaseMissing:
      return database_missing(failure);
    case Kind::kTls:
      return tls(failure);
    case Kind::kCrypto:
      return crypto(failure);
    case Kind::kHostUnknown:
      return Error(ErrorCode::kHostUnknown,
                   fmt::format("the host of {} cannot be resolved", failure.target))
          .advise("check the host's name in the URL, and the network's name service")
          .may_retry();
    case Kind::kBusy:
      return Error(ErrorCode::kServerStarting,
                   fmt::format("the server at {} takes no connections now", failure.target))
          .advise("wait for it: `bedstone up --wait 60s`")
          .may_retry();
    case Kind::kNotPostgres:
      return Error(ErrorCode::kConnectionFailed,
                   fmt::format("what answers at {} is not PostgreSQL", failure.target))
          .advise(
              "check host and port in the URL: PostgreSQL listens on 5432 unless told "
              "otherwise");
    case Kind::kTargetReadOnly:
      return Error(ErrorCode::kReadOnlyDatabase,
                   fmt::format("no server of {} takes writes, as target_session_attrs demands",
                               failure.target))
          .advise("wait until a standby is promoted, or name the primary's host in the URL")
          .may_retry();
    case Kind::kTargetStandby:
      return Error(ErrorCode::kConnectionFailed,
                   fmt::format("no server of {} is a standby, as target_session_attrs demands",
                               failure.target))
          .advise("use target_session_attrs=prefer-standby, or name a standby's host in the URL")
          .may_retry();
    case Kind::kForbidden:
      return Error(ErrorCode::kConnectionFailed,
                   fmt::format("the system forbids the connection to {}", failure.target))
          .advise("check the rights of the socket's folder and of the key files");
    case Kind::kSettings:
      return Error(ErrorCode::kBadUrl,
                   fmt::format("libpq does not accept the settings of {}", failure.target))
          .advise("correct the URL's parameters (or the PG… variables of the environment)");
    case Kind::kOther:
      break;
  }
  return Error(ErrorCode::kConnectionFailed, fmt::format("cannot connect to {}", failure.target))
      .advise("try the same URL with psql: what it says is the server's answer");
}

/// "connection to server at "db" (10.0.0.7), port 5432 failed: FATAL:  28P01: text" → the text and,
/// when there are several servers, which of them said it.
std::string readable_line(std::string_view line) {
  std::string result;
  const auto state = find_sqlstate(line);
  if (state == std::string_view::npos) return std::string(line);
  constexpr std::string_view kFailed = " failed: ";
  if (const auto failed = line.find(kFailed); failed != line.npos && failed < state) {
    result = line.substr(0, failed + kFailed.size());
  }
  result += line.substr(state + 7);
  return result;
}

}  // namespace

std::string sqlstate_in(std::string_view libpq_message) {
  std::string found;
  for (const std::string_view line : text::split(libpq_message, '\n')) {
    if (const auto at = find_sqlstate(line); at != line.npos) found = line.substr(at, 5);
  }
  return found;
}

std::string readable(std::string_view libpq_message) {
  std::string result;
  std::string previous;
  for (std::string_view line : text::split(libpq_message, '\n')) {
    line = text::trim(line);
    constexpr std::string_view kFatal = "FATAL:  ";
    if (line.starts_with(kFatal)) line.remove_prefix(kFatal.size());
    if (line.empty() || names_source(line) || is_chatter(line)) continue;
    const std::string words = readable_line(line);
    // With sslmode=prefer both attempts may end alike.
    if (words == previous) continue;
    if (!result.empty()) result += "; ";
    result += words;
    previous = words;
  }
  return text::excerpt(result, kCauseBytes);
}

Error connect_error(const ConnectFailure& failure) {
  const Kind kind = kind_of(failure.message);
  Error error = build(kind, failure);
  error.cause = readable(failure.message);
  error.sqlstate = sqlstate_in(last_attempt(failure.message));
  const bool needs_library = kind == Kind::kCrypto || contains(failure.message, "GSSAPI");
  if (needs_library && !failure.missing_package.empty()) {
    error.hint = fmt::format("install the library that this connection needs: `apt-get install {}`",
                             failure.missing_package);
  }
  return error;
}

}  // namespace bedstone::db::postgres
