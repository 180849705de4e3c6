/// What every driver must do: load all rows or none, and tell which one was refused.
// shows: D7
#include <chrono>
#include <thread>

#include "db/load_fixture.hpp"

namespace bedstone::db::testing {
namespace {

class LoadFailures : public Loading<Conformance> {};

INSTANTIATE_TEST_SUITE_P(Engines, LoadFailures, every_engine(), engine_in_test_name);

TEST_P(LoadFailures, AFailedLoadInsideATransactionLeavesNoneOfItsRows) {
  execute("CREATE TABLE t (id bigint PRIMARY KEY)");
  must(db().begin());
  execute("INSERT INTO t VALUES (1)");
  execute("SAVEPOINT before");
  error_of(load(into({"id"}), {{text("2")}, {text("3")}, {text("1")}}));
  EXPECT_TRUE(db().in_transaction());
  // PostgreSQL takes nothing else now; in SQLite the statement alone is undone.
  if (is_sqlite()) {
    EXPECT_EQ(rows(), 1);
  } else {
    error_of(db().query("SELECT 1"));
  }
  execute("ROLLBACK TO before");
  must(load(into({"id"}), {{text("2")}}));
  must(db().commit());
  EXPECT_EQ(number("SELECT sum(id) FROM t"), 3);
}

TEST_P(LoadFailures, RefusedRowsAreToldByTheirNumbers) {
  execute("CREATE TABLE parent (id bigint PRIMARY KEY)");
  execute(
      by_engine("CREATE TABLE t (id integer UNIQUE, v text NOT NULL CHECK (v <> 'bad'), "
                "w text) STRICT",
                "CREATE TABLE t (id integer UNIQUE, v text NOT NULL CHECK (v <> 'bad'), "
                "w text)"));
  struct Case {
    const char* what;
    std::int64_t row;
    std::function<void(Row&)> change;
    ErrorCode sqlite, postgres;
  };
  const auto constraint = ErrorCode::kConstraintViolated;
  const std::vector<Case> cases = {
      {"a text for an integer", 3, [](Row& row) { row[0] = text("three"); }, constraint,
       ErrorCode::kSqlFailed},
      {"a number that is none", 4, [](Row& row) { row[0] = number_cell("3x"); },
       ErrorCode::kSqlFailed, ErrorCode::kSqlFailed},
      {"a duplicate", 5, [](Row& row) { row[0] = text("1"); }, constraint, constraint},
      {"a duplicate far behind", 45'678, [](Row& row) { row[0] = text("2"); }, constraint,
       constraint},
      {"a check", 1, [](Row& row) { row[1] = text("bad"); }, constraint, constraint},
      {"a null", 50'000, [](Row& row) { row[1] = null(); }, constraint, constraint},
  };
  for (const Case& expected : cases) {
    SCOPED_TRACE(expected.what);
    Feed feed = numbered(50'000, [&](std::int64_t row, Row& cells) {
      cells.push_back(text("hunter2-hunter2"));
      if (row == expected.row) expected.change(cells);
    });
    std::int64_t failed = -1;
    const Error error = error_of(load(into({"id", "v", "w"}), feed, &failed));
    EXPECT_EQ(error.code, by_engine(expected.sqlite, expected.postgres)) << error.message;
    EXPECT_EQ(failed, expected.row);
    EXPECT_FALSE(error.sqlstate.empty());
    EXPECT_FALSE(error.statement.empty());
    EXPECT_EQ((error.message + error.cause + error.hint).find("hunter2"), std::string::npos);
    EXPECT_EQ(rows(), 0);
    EXPECT_FALSE(db().in_transaction());
  }
  Feed good = numbered(3, [](std::int64_t, Row& cells) { cells.push_back(null()); });
  EXPECT_EQ(must(load(into({"id", "v", "w"}), good)), 3);
}

TEST_P(LoadFailures, ATriggersRefusalIsToldWithTheRow) {
  execute("CREATE TABLE t (id bigint, v text)");
  if (is_sqlite()) {
    execute(
        "CREATE TRIGGER guard BEFORE INSERT ON t WHEN NEW.id = 3 BEGIN "
        "SELECT RAISE(ABORT, 'three is not welcome'); END");
    execute(
        "CREATE TRIGGER skip BEFORE INSERT ON t WHEN NEW.id = 2 BEGIN SELECT RAISE(IGNORE); END");
  } else {
    execute(
        "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.id = 3 THEN RAISE EXCEPTION 'three is not welcome'; END IF; "
        "IF NEW.id = 2 THEN RETURN NULL; END IF; RETURN NEW; END $$");
    execute("CREATE TRIGGER guard BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION guard()");
  }
  Feed feed = numbered(5, {});
  std::int64_t failed = -1;
  const Error error = error_of(load(into({"id", "v"}), feed, &failed));
  EXPECT_NE((error.message + error.cause).find("not welcome"), std::string::npos);
  EXPECT_EQ(failed, 3);
  Feed skipped = numbered(2, {});
  EXPECT_EQ(must(load(into({"id", "v"}), skipped)), 1) << "what a trigger drops is not added";
}

TEST_P(LoadFailures, AMissingParentIsAConstraintViolation) {
  if (is_sqlite()) execute("PRAGMA foreign_keys = ON");
  execute("CREATE TABLE parent (id bigint PRIMARY KEY)");
  execute("CREATE TABLE t (id bigint REFERENCES parent (id))");
  execute("INSERT INTO parent VALUES (1)");
  std::int64_t failed = -1;
  const Error error = error_of(load(into({"id"}), {{text("1")}, {text("2")}}, &failed));
  EXPECT_EQ(error.code, ErrorCode::kConstraintViolated);
  // PostgreSQL looks for parents when all rows are there, and blames none.
  EXPECT_EQ(failed, by_engine(2, 0));
  EXPECT_EQ(rows(), 0);
}

TEST_P(LoadFailures, WhatIsMissingIsFoundBeforeTheFeedIsAsked) {
  execute("CREATE TABLE t (id bigint)");
  for (const LoadTarget& target :
       {LoadTarget{"\"nowhere\"", {"id"}}, LoadTarget{"\"t\"", {"id", "missing"}}}) {
    Feed feed = numbered(10, {});
    std::int64_t failed = -1;
    EXPECT_EQ(error_of(load(target, feed, &failed)).code, ErrorCode::kObjectMissing);
    EXPECT_EQ(feed.asked, 0);
    EXPECT_EQ(failed, 0);
    EXPECT_FALSE(db().in_transaction());
  }
}

TEST_P(LoadFailures, TheFeedsErrorIsReturnedAsItIs) {
  execute("CREATE TABLE t (id bigint, v text)");
  for (const std::int64_t last : {1, 2, 30'000}) {
    Feed feed([&](std::int64_t row) -> Result<Row> {
      if (row < last) return Row{text(std::to_string(row)), text("x")};
      return fail(Error(ErrorCode::kFileUnreadable, "the file ends here").at("rows.csv", 7));
    });
    std::int64_t failed = -1;
    const Error error = error_of(load(into({"id", "v"}), feed, &failed));
    EXPECT_EQ(error.code, ErrorCode::kFileUnreadable);
    EXPECT_EQ(error.message, "the file ends here");
    EXPECT_EQ(error.place.line, 7U);
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(rows(), 0);
    EXPECT_FALSE(db().in_transaction());
  }
}

TEST_P(LoadFailures, ARowOfTheWrongWidthIsRefused) {
  execute("CREATE TABLE t (id bigint, v text)");
  EXPECT_EQ(error_of(load(into({"id", "v"}), {{text("1"), text("a")}, {text("2")}})).code,
            ErrorCode::kInternal);
  EXPECT_EQ(rows(), 0);
}

TEST_P(LoadFailures, AnEndlessLoadIsInterruptedAndLeavesNothing) {
  execute("CREATE TABLE t (id bigint, v text)");
  CancelToken token;
  Feed feed([&](std::int64_t row) -> Result<Row> {
    if (row == 5'000) token.request();
    return Row{text(std::to_string(row)), text(std::string(100, 'x'))};
  });
  db().set_cancel(&token);
  std::int64_t failed = -1;
  EXPECT_EQ(error_of(load(into({"id", "v"}), feed, &failed)).code, ErrorCode::kInterrupted);
  EXPECT_EQ(failed, 0);
  EXPECT_LT(feed.asked, 10'000);
  db().set_cancel(nullptr);
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(rows(), 0);
}

TEST_P(LoadFailures, AStatementThatHangsInALoadIsInterrupted) {
  execute("CREATE TABLE t (id bigint)");
  if (is_sqlite()) {
    execute(
        "CREATE TRIGGER slow BEFORE INSERT ON t BEGIN SELECT count(*) FROM (WITH RECURSIVE c(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000000000) SELECT x FROM c); END");
  } else {
    execute(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$");
    execute("CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()");
  }
  CancelToken token;
  db().set_cancel(&token);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    token.request();
  });
  const auto began = std::chrono::steady_clock::now();
  const auto result = load(into({"id"}), {{text("1")}});
  other.join();
  db().set_cancel(nullptr);
  EXPECT_EQ(error_of(result).code, ErrorCode::kInterrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_EQ(rows(), 0);
}

TEST_P(LoadFailures, AReadOnlySessionTakesNoRows) {
  execute("CREATE TABLE t (id bigint)");
  OpenOptions options;
  options.access = Access::kReadOnly;
  const auto session = connect(options);
  Feed feed = Feed({Row{text("1")}});
  const Error error = error_of(session->load(into({"id"}), [&] { return feed(); }));
  EXPECT_EQ(error.code, ErrorCode::kReadOnlyDatabase);
  EXPECT_FALSE(session->in_transaction());
  EXPECT_EQ(rows(), 0);
}

TEST_P(LoadFailures, NulBytesAreRefusedWhereTextCannotHoldThem) {
  execute("CREATE TABLE t (id bigint, v text)");
  const std::vector<Row> feed = {{text("1"), text("a")}, {text("2"), text(std::string("a\0b", 3))}};
  std::int64_t failed = -1;
  auto loaded = load(into({"id", "v"}), feed, &failed);
  if (is_sqlite()) {
    EXPECT_EQ(must(std::move(loaded)), 2);
    EXPECT_EQ(number("SELECT length(CAST(v AS BLOB)) FROM t WHERE id = 2"), 3);
    return;
  }
  const Error error = error_of(std::move(loaded));
  EXPECT_EQ(error.code, ErrorCode::kBadValue);
  EXPECT_NE(error.message.find("\"v\""), std::string::npos);
  EXPECT_EQ(failed, 2);
  EXPECT_EQ(rows(), 0);
}

TEST_P(LoadFailures, BytesThatAreNoUtf8AreToldWithTheirRow) {
  execute("CREATE TABLE t (id bigint, v text)");
  std::int64_t failed = -1;
  auto loaded = load(into({"id", "v"}),
                     {{text("1"), text("Grüße")}, {text("2"), text("Gr\xFC\xDF")}}, &failed);
  if (is_sqlite()) {
    EXPECT_EQ(must(std::move(loaded)), 2) << "SQLite keeps texts as they are";
    EXPECT_EQ(query("SELECT hex(v) FROM t WHERE id = 2").text(0, 0), "4772FCDF");
    return;
  }
  const Error error = error_of(std::move(loaded));
  EXPECT_EQ(error.sqlstate, "22021");
  EXPECT_EQ(failed, 2);
  EXPECT_EQ(rows(), 0);
}

}  // namespace
}  // namespace bedstone::db::testing
