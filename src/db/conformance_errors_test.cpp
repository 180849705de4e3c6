/// What every driver must do: say what failed, where, and why, and never with a bound value.
// shows: D7, P27
#include "db/conformance.hpp"

namespace bedstone::db::testing {
namespace {

class Errors : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    if (IsSkipped()) return;
    if (is_sqlite()) execute("PRAGMA foreign_keys = ON");
    execute("CREATE TABLE parent (id bigint PRIMARY KEY)");
    execute(
        "CREATE TABLE child (id bigint NOT NULL, email text, age bigint, parent bigint, "
        "CONSTRAINT child_email_key UNIQUE (email), "
        "CONSTRAINT child_age_check CHECK (age >= 18), "
        "CONSTRAINT child_parent_fkey FOREIGN KEY (parent) REFERENCES parent (id))");
    execute("CREATE INDEX child_age ON child (age)");
    execute("INSERT INTO child VALUES (1, 'a@example.com', 20, NULL)");
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Errors, every_engine(), engine_in_test_name);

struct Case {
  std::string_view sql;
  ErrorCode code;
  std::string_view sqlite_state;
  std::string_view postgres_state;
  std::string_view names;  ///< What the message or the cause must name.
};

constexpr Case kCases[] = {
    {"SELEC 1", ErrorCode::kSqlSyntax, "SQLITE_ERROR", "42601", "SELEC"},
    {"SELECT 1 +", ErrorCode::kSqlSyntax, "SQLITE_ERROR", "42601", "input"},
    {"SELECT * FROM nowhere", ErrorCode::kObjectMissing, "SQLITE_ERROR", "42P01", "nowhere"},
    {"SELECT missing FROM child", ErrorCode::kObjectMissing, "SQLITE_ERROR", "42703", "missing"},
    {"INSERT INTO child (missing) VALUES (1)", ErrorCode::kObjectMissing, "SQLITE_ERROR", "42703",
     "missing"},
    {"SELECT unheard_of(1)", ErrorCode::kObjectMissing, "SQLITE_ERROR", "42883", "unheard_of"},
    {"DROP INDEX nowhere", ErrorCode::kObjectMissing, "SQLITE_ERROR", "42704", "nowhere"},
    {"CREATE TABLE child (id bigint)", ErrorCode::kObjectExists, "SQLITE_ERROR", "42P07", "child"},
    {"CREATE INDEX child_age ON child (id)", ErrorCode::kObjectExists, "SQLITE_ERROR", "42P07",
     "child_age"},
    {"ALTER TABLE child ADD COLUMN age bigint", ErrorCode::kObjectExists, "SQLITE_ERROR", "42701",
     "age"},
    {"ALTER TABLE child RENAME TO parent", ErrorCode::kObjectExists, "SQLITE_ERROR", "42P07",
     "parent"},
    {"INSERT INTO child VALUES (2, 'a@example.com', 20, NULL)", ErrorCode::kConstraintViolated,
     "SQLITE_CONSTRAINT_UNIQUE", "23505", "email"},
    {"INSERT INTO child VALUES (2, 'b@example.com', 17, NULL)", ErrorCode::kConstraintViolated,
     "SQLITE_CONSTRAINT_CHECK", "23514", "child_age_check"},
    {"INSERT INTO child VALUES (NULL, 'b@example.com', 20, NULL)", ErrorCode::kConstraintViolated,
     "SQLITE_CONSTRAINT_NOTNULL", "23502", "id"},
    {"INSERT INTO child VALUES (2, 'b@example.com', 20, 99)", ErrorCode::kConstraintViolated,
     "SQLITE_CONSTRAINT_FOREIGNKEY", "23503", ""},
};

TEST_P(Errors, FailuresAreClassifiedNamedAndQuoted) {
  for (const Case& expected : kCases) {
    SCOPED_TRACE(expected.sql);
    const Error error = error_of(db().execute(expected.sql));
    EXPECT_EQ(error.code, expected.code);
    EXPECT_EQ(error.sqlstate, by_engine(expected.sqlite_state, expected.postgres_state));
    EXPECT_EQ(error.statement, expected.sql);
    EXPECT_FALSE(error.message.empty());
    const std::string said = error.message + error.cause;
    EXPECT_NE(said.find(expected.names), std::string::npos) << said;
    EXPECT_FALSE(error.retryable);
    EXPECT_FALSE(error.connection_lost);
    EXPECT_FALSE(error.outcome_unknown);
  }
  EXPECT_EQ(number("SELECT count(*) FROM child"), 1);
}

struct PlaceCase {
  std::string_view sql;
  std::uint32_t line;
  std::uint32_t column;
};

TEST_P(Errors, SyntaxErrorsTellLineAndColumnInBytes) {
  constexpr PlaceCase kPlaces[] = {
      {"SELEC 1", 1, 1},
      {"SELECT 1,\n  FROM child", 2, 3},
      {"-- comment\n\nSELECT *\nFORM child", 4, 1},
      {"SELECT 'üü', FROM child", 1, 16},
      {"SELECT '日\n本', FROM child", 2, 7},
      {"SELECT missing\nFROM child", 1, 8},
      {"SELECT 1 +", 1, 11},
  };
  for (const PlaceCase& expected : kPlaces) {
    SCOPED_TRACE(expected.sql);
    const Error error = error_of(db().query(expected.sql));
    EXPECT_EQ(error.place.line, expected.line);
    EXPECT_EQ(error.place.column, expected.column);
    EXPECT_TRUE(error.place.file.empty());
  }
}

TEST_P(Errors, LongStatementsAreCutInErrors) {
  const std::string sql = "SELECT nowhere, '" + std::string(100'000, 'x') + "'";
  const Error error = error_of(db().query(sql));
  EXPECT_EQ(error.code, ErrorCode::kObjectMissing);
  EXPECT_LT(error.statement.size(), 300U);
  EXPECT_TRUE(error.statement.starts_with("SELECT nowhere"));
}

TEST_P(Errors, BoundValuesOfARefusedRowAreNotRepeated) {
  const std::string secret = "hunter2-hunter2";
  const auto check = [&](const Error& error) {
    EXPECT_EQ(error.code, ErrorCode::kConstraintViolated);
    const std::string all =
        error.message + error.cause + error.hint + error.statement + error.place.file;
    EXPECT_EQ(all.find(secret), std::string::npos) << all;
  };
  const std::string_view insert = "INSERT INTO child VALUES ($1, $2, $3, NULL)";
  check(error_of(db().execute(insert, {Null{}, secret, std::int64_t{20}})));
  check(error_of(db().execute(insert, {std::int64_t{5}, secret, std::int64_t{5}})));
}

TEST_P(Errors, AnErrorLeavesTheSessionUsable) {
  for (int i = 0; i < 3; ++i) {
    error_of(db().query("SELECT * FROM nowhere WHERE id = $1", {std::int64_t{i}}));
    EXPECT_EQ(number("SELECT 1"), 1);
  }
  EXPECT_FALSE(db().lost());
}

}  // namespace
}  // namespace bedstone::db::testing
