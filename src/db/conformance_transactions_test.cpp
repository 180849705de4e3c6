/// What every driver must do: transactions, runs of statements, two sessions at once.
#include <array>
#include <thread>

#include "db/conformance.hpp"

namespace bedstone::db::testing {
namespace {

class Transactions : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    if (!IsSkipped()) execute("CREATE TABLE t (v bigint PRIMARY KEY)");
  }
  std::int64_t rows() { return number("SELECT count(*) FROM t"); }
};

INSTANTIATE_TEST_SUITE_P(Engines, Transactions, every_engine(), engine_in_test_name);

TEST_P(Transactions, ADroppedTransactionIsRolledBack) {
  {
    auto transaction = must(Transaction::begin(db()));
    execute("INSERT INTO t VALUES (1)");
    EXPECT_TRUE(db().in_transaction());
  }
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(rows(), 0);
}

TEST_P(Transactions, AMovedTransactionRollsBackOnce) {
  {
    auto first = must(Transaction::begin(db()));
    auto second = std::move(first);
    execute("INSERT INTO t VALUES (1)");
    must(second.commit());
  }
  EXPECT_EQ(rows(), 1);
}

TEST_P(Transactions, OthersSeeWhatIsCommittedAndNothingElse) {
  const auto other = connect();
  const auto seen = [&] { return must(other->query("SELECT count(*) FROM t")).integer(0, 0); };
  auto transaction = must(Transaction::begin(db()));
  execute("INSERT INTO t VALUES (1)");
  EXPECT_EQ(seen(), 0);
  must(transaction.commit());
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(seen(), 1);
}

TEST_P(Transactions, AClosedSessionLeavesNothingUncommitted) {
  must(db().begin());
  execute("INSERT INTO t VALUES (1)");
  connection_.reset();
  EXPECT_EQ(rows(), 0);
}

TEST_P(Transactions, DefinitionsRollBackAsRowsDo) {
  must(db().begin());
  execute("CREATE TABLE u (v bigint)");
  execute("ALTER TABLE t ADD COLUMN w text");
  must(db().rollback());
  EXPECT_EQ(error_of(db().query("SELECT * FROM u")).code, ErrorCode::kObjectMissing);
  EXPECT_EQ(query("SELECT * FROM t").columns(), 1U);
}

TEST_P(Transactions, RollbackWithoutATransactionDoesNothing) {
  must(db().rollback());
  must(db().begin());
  must(db().rollback());
  must(db().rollback());
  EXPECT_FALSE(db().in_transaction());
}

TEST_P(Transactions, BeginAndCommitAsTextAreNoticed) {
  execute("BEGIN");
  EXPECT_TRUE(db().in_transaction());
  execute("INSERT INTO t VALUES (1)");
  execute("COMMIT");
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(rows(), 1);
}

TEST_P(Transactions, AFailedStatementLeavesTheTransactionToItsOwner) {
  must(db().begin());
  execute("INSERT INTO t VALUES (1)");
  EXPECT_EQ(error_of(db().execute("INSERT INTO t VALUES (1)")).code,
            ErrorCode::kConstraintViolated);
  EXPECT_TRUE(db().in_transaction());
  must(db().rollback());
  EXPECT_EQ(rows(), 0);
}

TEST_P(Transactions, ACommitThatAConstraintRefusesCommitsNothing) {
  if (is_sqlite()) execute("PRAGMA foreign_keys = ON");
  execute("CREATE TABLE child (p bigint REFERENCES t (v) DEFERRABLE INITIALLY DEFERRED)");
  must(db().begin());
  execute("INSERT INTO child VALUES (77)");
  const Error error = error_of(db().commit());
  EXPECT_EQ(error.code, ErrorCode::kConstraintViolated);
  EXPECT_FALSE(error.outcome_unknown);
  EXPECT_FALSE(error.connection_lost);
  must(db().rollback());
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(number("SELECT count(*) FROM child"), 0);
}

TEST_P(Transactions, TwoSessionsCountTogether) {
  execute("INSERT INTO t VALUES (0)");
  constexpr int kEach = 50;
  std::array<std::string, 2> trouble;
  const auto count = [&](std::string& failure) {
    const auto session = connect();
    for (int i = 0; i < kEach && failure.empty(); ++i) {
      auto transaction = Transaction::begin(*session);
      if (!transaction) return void(failure = transaction.error().message);
      const auto updated = session->execute("UPDATE t SET v = v + 1");
      if (!updated) return void(failure = updated.error().message);
      const Status committed = transaction->commit();
      if (!committed) failure = committed.error().message;
    }
  };
  std::thread first(count, std::ref(trouble[0]));
  std::thread second(count, std::ref(trouble[1]));
  first.join();
  second.join();
  EXPECT_EQ(trouble[0], "");
  EXPECT_EQ(trouble[1], "");
  EXPECT_EQ(number("SELECT v FROM t"), 2 * kEach);
}

TEST_P(Transactions, ARunDoesAllStatementsInOrder) {
  const std::array<Value, 2> values = {std::int64_t{5}, std::int64_t{6}};
  const std::array<Statement, 5> statements = {Statement{"BEGIN"},
                                               Statement{"INSERT INTO t VALUES ($1), ($2)", values},
                                               Statement{"CREATE TABLE u AS SELECT v FROM t"},
                                               Statement{"SELECT * FROM u"}, Statement{"COMMIT"}};
  std::size_t failed = 99;
  must(db().run(statements, &failed));
  EXPECT_EQ(failed, 99U);
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(number("SELECT sum(v) FROM u"), 11);
}

TEST_P(Transactions, ARunStopsAtTheFirstFailureAndTellsWhich) {
  const std::array<Statement, 4> statements = {
      Statement{"CREATE TABLE u (v bigint)"}, Statement{"INSERT INTO nowhere VALUES (1)"},
      Statement{"INSERT INTO t VALUES (1)"}, Statement{"DROP TABLE t"}};
  std::size_t failed = 99;
  EXPECT_EQ(error_of(db().run(statements, &failed)).code, ErrorCode::kObjectMissing);
  EXPECT_EQ(failed, 1U);
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(rows(), 0);
}

TEST_P(Transactions, AFailedRunLeavesItsTransactionOpenForRollback) {
  const std::array<Statement, 4> statements = {
      Statement{"BEGIN"}, Statement{"INSERT INTO t VALUES (1)"},
      Statement{"INSERT INTO t VALUES (1)"}, Statement{"COMMIT"}};
  std::size_t failed = 99;
  const Error error = error_of(db().run(statements, &failed));
  EXPECT_EQ(error.code, ErrorCode::kConstraintViolated);
  EXPECT_EQ(failed, 2U);
  EXPECT_TRUE(db().in_transaction());
  must(db().rollback());
  EXPECT_EQ(rows(), 0);
}

TEST_P(Transactions, LongRunsAndEmptyOnesWork) {
  must(db().run({}));
  constexpr std::int64_t kCount = 5'000;
  std::vector<Value> values;
  for (std::int64_t i = 0; i < kCount; ++i)
    values.emplace_back(i);
  std::vector<Statement> statements = {Statement{"BEGIN"}};
  for (const Value& value : values) {
    statements.push_back({"INSERT INTO t VALUES ($1)", {&value, 1}});
  }
  statements.push_back({"COMMIT"});
  must(db().run(statements));
  EXPECT_EQ(rows(), kCount);
}

}  // namespace
}  // namespace bedstone::db::testing
