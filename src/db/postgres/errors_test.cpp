#include "db/postgres/errors.hpp"

#include <gtest/gtest.h>

namespace bedstone::db::postgres {
namespace {

TEST(PostgresErrors, SqlstatesMeanWhatTheManualSays) {
  struct Case {
    std::string_view sqlstate;
    ErrorCode code;
    bool retryable;
    bool lost;
  };
  const Case cases[] = {
      {"42601", ErrorCode::kSqlSyntax, false, false},
      {"42P01", ErrorCode::kObjectMissing, false, false},
      {"42703", ErrorCode::kObjectMissing, false, false},
      {"42P07", ErrorCode::kObjectExists, false, false},
      {"42710", ErrorCode::kObjectExists, false, false},
      {"42501", ErrorCode::kPermissionDenied, false, false},
      {"23505", ErrorCode::kConstraintViolated, false, false},
      {"23P01", ErrorCode::kConstraintViolated, false, false},
      {"25006", ErrorCode::kReadOnlyDatabase, false, false},
      {"40001", ErrorCode::kSerialization, true, false},
      {"40P01", ErrorCode::kSerialization, true, false},
      {"55P03", ErrorCode::kDdlLockTimeout, true, false},
      {"53100", ErrorCode::kDiskFull, false, false},
      {"53300", ErrorCode::kServerStarting, true, false},
      {"57014", ErrorCode::kStatementCanceled, false, false},
      {"57P01", ErrorCode::kConnectionLost, true, true},
      {"57P02", ErrorCode::kConnectionLost, true, true},
      {"08006", ErrorCode::kConnectionLost, true, true},
      {"22012", ErrorCode::kSqlFailed, false, false},
      {"", ErrorCode::kSqlFailed, false, false},
  };
  for (const Case& expected : cases) {
    const Classification found = classify(expected.sqlstate);
    EXPECT_EQ(found.code, expected.code) << expected.sqlstate;
    EXPECT_EQ(found.retryable, expected.retryable) << expected.sqlstate;
    EXPECT_EQ(found.connection_lost, expected.lost) << expected.sqlstate;
  }
}

TEST(PostgresErrors, CharactersBecomeLinesAndBytes) {
  struct Case {
    std::string_view sql;
    std::size_t position;
    bool single_byte;
    std::uint32_t line;
    std::uint32_t column;
  };
  const Case cases[] = {
      {"SELECT x", 0, false, 0, 0},       {"SELECT x", 1, false, 1, 1},
      {"SELECT x", 8, false, 1, 8},       {"a\nbc", 3, false, 2, 1},
      {"a\nbc", 4, false, 2, 2},          {"a\r\nbc", 5, false, 2, 2},
      {"'äö' x", 6, false, 1, 8},  // ä and ö are two bytes each
      {"'äö' x", 6, true, 1, 6},   // the server counted bytes
      {"'漢字'\n'€' x", 10, false, 2, 7}, {"SELECT", 7, false, 1, 7},  // at the end of input
  };
  for (const Case& expected : cases) {
    const Place place = place_of_position(expected.sql, expected.position, expected.single_byte);
    EXPECT_EQ(place.line, expected.line) << expected.sql;
    EXPECT_EQ(place.column, expected.column) << expected.sql;
    EXPECT_TRUE(place.file.empty());
  }
}

TEST(PostgresErrors, DetailHintAndContextBecomeTheCause) {
  const Error error = statement_error({.severity = "ERROR",
                                       .sqlstate = "23505",
                                       .message = "duplicate key",
                                       .detail = "Key (a)=(1) already exists.",
                                       .hint = "Try another.",
                                       .context = "line one\nline two",
                                       .position = 0},
                                      "INSERT INTO t VALUES (1)", false);
  EXPECT_EQ(error.message, "duplicate key");
  EXPECT_EQ(error.cause, "Key (a)=(1) already exists. Try another. line one; line two");
  EXPECT_EQ(error.sqlstate, "23505");
  EXPECT_EQ(error.statement, "INSERT INTO t VALUES (1)");
}

TEST(PostgresErrors, RowsAndParametersAreNotQuoted) {
  const ServerReport reports[] = {
      {.severity = "ERROR",
       .sqlstate = "23502",
       .message = "null value in column",
       .detail = "Failing row contains (1, hunter2)."},
      {.severity = "ERROR",
       .sqlstate = "23514",
       .message = "check",
       .detail = "La ligne en échec contient (1, hunter2)."},
      {.severity = "ERROR",
       .sqlstate = "22P02",
       .message = "invalid input",
       .context = "COPY accounts, line 3, column password: \"hunter2\""},
      {.severity = "ERROR",
       .sqlstate = "22P02",
       .message = "invalid input",
       .context = "unnamed portal parameter $1 = 'hunter2'"},
      {.severity = "ERROR",
       .sqlstate = "22012",
       .message = "division by zero",
       .context = "unnamed portal with parameters: $1 = 'x', $2 = 'hunter2'"},
  };
  for (const ServerReport& report : reports) {
    const Error error = statement_error(report, "SELECT 1", false);
    EXPECT_EQ(error.cause.find("hunter2"), std::string::npos) << error.cause;
    EXPECT_FALSE(error.message.empty());
  }
}

TEST(PostgresErrors, WhateverIsFatalEndsTheSession) {
  const Error error =
      statement_error({.severity = "FATAL", .sqlstate = "XX000", .message = "boom"}, "x", false);
  EXPECT_TRUE(error.connection_lost);
  EXPECT_EQ(error.code, ErrorCode::kConnectionLost);
  EXPECT_EQ(error.cause, "boom");
}

TEST(PostgresErrors, TheSqlstateIsFoundInAVerboseMessage) {
  EXPECT_EQ(sqlstate_in("connection to server at \"db\" (10.0.0.7), port 5432 failed: FATAL:  "
                        "28P01: password authentication failed for user \"a\"\n"
                        "LOCATION:  auth_failed, auth.c:326\n"),
            "28P01");
  EXPECT_EQ(sqlstate_in("FATAL :  57P03: le système démarre\n"), "57P03");
  EXPECT_EQ(sqlstate_in("connection to server failed: Connection refused\n"), "");
  EXPECT_EQ(sqlstate_in("FATAL:  hello: there\n"), "");
}

TEST(PostgresErrors, MessagesAreReadable) {
  EXPECT_EQ(readable("connection to server at \"h\", port 5432 failed: FATAL:  28P01: password "
                     "authentication failed for user \"a\"\nLOCATION:  auth_failed, auth.c:326\n"),
            "connection to server at \"h\", port 5432 failed: password authentication failed for "
            "user \"a\"");
  EXPECT_EQ(readable("connection to server on socket \"/s\" failed: No such file or directory\n"
                     "\tIs the server running locally and accepting connections on that socket?\n"),
            "connection to server on socket \"/s\" failed: No such file or directory");
  EXPECT_EQ(readable("FATAL:  terminating connection\nserver closed the connection unexpectedly\n"
                     "\tThis probably means the server terminated abnormally\n"
                     "\tbefore or while processing the request.\n"),
            "terminating connection; server closed the connection unexpectedly");
  EXPECT_EQ(readable("same\nsame\n"), "same");
}

struct ConnectCase {
  std::string_view message;
  ErrorCode code;
  bool retryable;
};

// As libpq 15 and PgBouncer 1.18 said them.
constexpr ConnectCase kConnectCases[] = {
    {"connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server "
     "running on that host and accepting TCP/IP connections?\n",
     ErrorCode::kConnectionRefused, true},
    {"connection to server on socket \"/nix/.s.PGSQL.5432\" failed: No such file or directory\n",
     ErrorCode::kConnectionRefused, true},
    {"connection to server at \"h\", port 5432 failed: timeout expired",
     ErrorCode::kConnectionRefused, true},
    {"connection to server at \"h\", port 5432 failed: server closed the connection "
     "unexpectedly\n\tThis probably means the server terminated abnormally\n",
     ErrorCode::kConnectionRefused, true},
    {"connection to server at \"h\", port 5432 failed: No route to host\n",
     ErrorCode::kConnectionRefused, true},
    {"could not translate host name \"nix\" to address: Name or service not known\n",
     ErrorCode::kHostUnknown, true},
    {"connection to server at \"h\", port 1 failed: FATAL:  28P01: password authentication failed "
     "for user \"a\"\n",
     ErrorCode::kAuthenticationFailed, false},
    {"connection to server at \"h\", port 1 failed: FATAL:  28000: no pg_hba.conf entry for host "
     "\"h\", user \"a\", database \"t\", SSL encryption\n",
     ErrorCode::kAuthenticationFailed, false},
    {"connection to server at \"h\", port 1 failed: fe_sendauth: no password supplied\n",
     ErrorCode::kAuthenticationFailed, false},
    {"connection to server at \"h\", port 1 failed: FATAL:  3D000: database \"t\" does not exist\n",
     ErrorCode::kDatabaseMissing, false},
    {"connection to server at \"h\", port 1 failed: FATAL:  57P03: the database system is starting "
     "up\n",
     ErrorCode::kServerStarting, true},
    {"connection to server at \"h\", port 1 failed: FATAL:  53300: sorry, too many clients "
     "already\n",
     ErrorCode::kServerStarting, true},
    {"connection to server at \"h\", port 1 failed: server does not support SSL, but SSL was "
     "required\n",
     ErrorCode::kTlsFailed, false},
    {"connection to server at \"h\", port 1 failed: SSL error: certificate verify failed\n",
     ErrorCode::kTlsFailed, false},
    {"connection to server at \"h\", port 1 failed: root certificate file \"/root.crt\" does not "
     "exist\nEither provide the file or change sslmode\n",
     ErrorCode::kTlsFailed, false},
    {"connection to server at \"h\", port 1 failed: server certificate for \"x\" does not match "
     "host name \"h\"\n",
     ErrorCode::kTlsFailed, false},
    {"connection to server at \"h\", port 1 failed: received invalid response to SSL negotiation: "
     "H\n",
     ErrorCode::kConnectionFailed, false},
    {"connection to server at \"h\", port 1 failed: expected authentication request from server, "
     "but received H\n",
     ErrorCode::kConnectionFailed, false},
    {"connection to server at \"h\", port 1 failed: session is read-only\n",
     ErrorCode::kReadOnlyDatabase, true},
    {"connection to server at \"h\", port 1 failed: server is not in hot standby mode\n",
     ErrorCode::kConnectionFailed, true},
    {"connection to server on socket \"/s/.s.PGSQL.1\" failed: Permission denied\n",
     ErrorCode::kConnectionFailed, false},
    {"connection to server at \"h\", port 1 failed: ERROR:  08P01: no such database: nix\n",
     ErrorCode::kDatabaseMissing, false},
    {"connection to server at \"h\", port 1 failed: FATAL:  08P01: database \"t\" does not exist\n",
     ErrorCode::kDatabaseMissing, false},
    {"connection to server at \"h\", port 1 failed: FATAL:  08P01: role \"a\" does not exist\n",
     ErrorCode::kAuthenticationFailed, false},
    {"connection to server at \"h\", port 1 failed: ERROR:  08P01: pgbouncer cannot connect to "
     "server\n",
     ErrorCode::kServerStarting, true},
    {"connection to server at \"h\", port 1 failed: ERROR:  08P01: no more connections allowed "
     "(max_client_conn)\n",
     ErrorCode::kServerStarting, true},
    {"connection to server at \"h\", port 1 failed: ERROR:  08P01: unsupported startup parameter: "
     "options\n",
     ErrorCode::kBadUrl, false},
    {"connection to server at \"h\", port 1 failed: FATAL:  08P01: something new\n",
     ErrorCode::kConnectionFailed, false},
    {"invalid sslmode value: \"foo\"\n", ErrorCode::kBadUrl, false},
    {"could not match 3 port numbers to 2 hosts\n", ErrorCode::kBadUrl, false},
    // Several hosts: the last one ended the search.
    {"connection to server at \"a\", port 1 failed: Connection refused\nconnection to server at "
     "\"b\", port 1 failed: FATAL:  28P01: password authentication failed for user \"a\"\n",
     ErrorCode::kAuthenticationFailed, false},
    {"connection to server at \"a\", port 1 failed: FATAL:  57P03: the database system is starting "
     "up\nconnection to server at \"b\", port 1 failed: Connection refused\n",
     ErrorCode::kConnectionRefused, true},
};

TEST(PostgresErrors, ConnectFailuresAreTold) {
  for (const ConnectCase& expected : kConnectCases) {
    const Error error = connect_error({.message = std::string(expected.message),
                                       .target = "postgresql://a@h/t",
                                       .user = "a",
                                       .database = "t",
                                       .missing_package = ""});
    EXPECT_EQ(code_name(error.code), code_name(expected.code)) << expected.message;
    EXPECT_EQ(error.retryable, expected.retryable) << expected.message;
    EXPECT_NE(error.message.find("postgresql://a@h/t"), std::string::npos);
    EXPECT_FALSE(error.cause.empty());
    EXPECT_FALSE(error.hint.empty());
    EXPECT_EQ(error.cause.find("LOCATION"), std::string::npos);
  }
}

TEST(PostgresErrors, AMissingLibraryIsNamedOnlyWhereItMatters) {
  const ConnectFailure no_tls{.message =
                                  "connection to server at \"h\", port 1 failed: could not "
                                  "create SSL context: no SSL error reported\n",
                              .target = "postgresql://h/t",
                              .user = "",
                              .database = "t",
                              .missing_package = "libssl3"};
  const Error error = connect_error(no_tls);
  EXPECT_EQ(error.code, ErrorCode::kDriverMissing);
  EXPECT_NE(error.hint.find("apt-get install libssl3"), std::string::npos);

  ConnectFailure refused = no_tls;
  refused.message = "connection to server at \"h\", port 1 failed: Connection refused\n";
  EXPECT_EQ(connect_error(refused).hint.find("libssl3"), std::string::npos);
}

TEST(PostgresErrors, SecretsAreMasked) {
  EXPECT_EQ(without_secret("a hunter2 b hunter2", "hunter2"), "a *** b ***");
  EXPECT_EQ(without_secret("a*b", "*"), "a***b");
  EXPECT_EQ(without_secret("nothing", ""), "nothing");
}

}  // namespace
}  // namespace bedstone::db::postgres
