/// What every driver must do: cancellation, access, durability, COPY, and databases that are not
/// there.
// shows: D7
#include <chrono>
#include <thread>

#include "db/conformance.hpp"

namespace bedstone::db::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Sessions : public Conformance {
 protected:
  /// A statement that would run for a minute or for ever.
  std::string_view endless() const {
    return by_engine<std::string_view>(
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
        "SELECT pg_sleep(60)");
  }

  /// Fires the token while `work` runs and expects it to end with kInterrupted at once.
  template <typename Work>
  void expect_interrupted(Work work) {
    CancelToken token;
    steady_clock::time_point fired;
    std::thread other([&] {
      std::this_thread::sleep_for(milliseconds(100));
      fired = steady_clock::now();
      token.request();
    });
    auto result = work(token);
    const auto returned = steady_clock::now();
    other.join();
    const Error error = error_of(std::move(result));
    EXPECT_EQ(error.code, ErrorCode::kInterrupted) << error.message;
    EXPECT_GE(returned, fired);
    EXPECT_LT(returned - fired, milliseconds(1500));
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Sessions, every_engine(), engine_in_test_name);

TEST_P(Sessions, ALongStatementIsInterruptedFromAnotherThread) {
  expect_interrupted([&](const CancelToken& token) {
    db().set_cancel(&token);
    auto result = db().query(endless());
    db().set_cancel(nullptr);
    return result;
  });
  EXPECT_EQ(number("SELECT 1"), 1);
  EXPECT_FALSE(db().lost());
}

TEST_P(Sessions, TheTokenOfTheOptionsInterruptsToo) {
  expect_interrupted([&](const CancelToken& token) {
    OpenOptions options;
    options.cancel = &token;
    const auto session = connect(options);
    return session->execute(endless());
  });
}

TEST_P(Sessions, WaitingForAnotherSessionIsInterrupted) {
  execute("CREATE TABLE t (v bigint)");
  execute("INSERT INTO t VALUES (1)");
  must(db().begin());
  execute("UPDATE t SET v = 2");
  expect_interrupted([&](const CancelToken& token) {
    OpenOptions options;
    options.cancel = &token;
    const auto session = connect(options);
    return session->execute("UPDATE t SET v = 3");
  });
  must(db().commit());
  EXPECT_EQ(number("SELECT v FROM t"), 2);
}

TEST_P(Sessions, NothingIsSentAfterTheTokenFired) {
  execute("CREATE TABLE t (v bigint)");
  CancelToken token;
  token.request();
  db().set_cancel(&token);
  EXPECT_EQ(error_of(db().execute("INSERT INTO t VALUES (1)")).code, ErrorCode::kInterrupted);
  EXPECT_EQ(error_of(db().begin()).code, ErrorCode::kInterrupted);
  db().set_cancel(nullptr);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
}

TEST_P(Sessions, AnInterruptedTransactionRollsBackThoughTheTokenStaysFired) {
  execute("CREATE TABLE t (v bigint)");
  expect_interrupted([&](const CancelToken& token) {
    db().set_cancel(&token);
    must(db().begin());
    execute("INSERT INTO t VALUES (1)");
    auto result = db().query(endless());
    EXPECT_TRUE(db().rollback().has_value());
    db().set_cancel(nullptr);
    return result;
  });
  EXPECT_FALSE(db().in_transaction());
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
}

TEST_P(Sessions, ReadOnlyAccessReadsAndRefusesEveryWrite) {
  execute("CREATE TABLE t (v bigint)");
  execute("INSERT INTO t VALUES (1)");
  OpenOptions options;
  options.access = Access::kReadOnly;
  const auto reader = connect(options);
  EXPECT_EQ(must(reader->query("SELECT v FROM t")).integer(0, 0), 1);
  for (const std::string_view sql :
       {"INSERT INTO t VALUES (2)", "UPDATE t SET v = 2", "DELETE FROM t", "DROP TABLE t",
        "CREATE TABLE u (v bigint)", "CREATE INDEX i ON t (v)"}) {
    const Error error = error_of(reader->execute(sql));
    EXPECT_EQ(error.code, ErrorCode::kReadOnlyDatabase) << sql;
    EXPECT_FALSE(error.hint.empty());
    EXPECT_FALSE(error.retryable);
  }
  EXPECT_EQ(must(reader->query("SELECT v FROM t")).integer(0, 0), 1);
}

TEST_P(Sessions, DurabilityFollowsItsSwitch) {
  execute("CREATE TABLE t (v bigint)");
  const std::string lazy = by_engine("1", "off");
  const auto setting_of_a_transaction = [&] {
    auto transaction = must(Transaction::begin(db()));
    execute("INSERT INTO t VALUES (1)");
    const Rows rows = query(by_engine("PRAGMA synchronous", "SHOW synchronous_commit"));
    must(transaction.commit());
    return std::string(rows.text(0, 0));
  };
  EXPECT_NE(setting_of_a_transaction(), lazy);
  must(db().set_durable(false));
  EXPECT_EQ(setting_of_a_transaction(), lazy);
  must(db().flush());
  EXPECT_EQ(setting_of_a_transaction(), lazy);
  must(db().set_durable(true));
  EXPECT_NE(setting_of_a_transaction(), lazy);
  must(db().flush());
  EXPECT_EQ(number("SELECT count(*) FROM t"), 4);
}

TEST_P(Sessions, AMissingDatabaseIsNamed) {
  const Url missing = by_engine<std::unique_ptr<Url>>(
                          std::make_unique<Url>(url_->with_path(folder_ + "/missing.db")),
                          std::make_unique<Url>(url_->with_database("bedstone_missing")))
                          ->clone();
  const Error error = error_of(db::open(missing, {}));
  EXPECT_EQ(error.code, ErrorCode::kDatabaseMissing);
  EXPECT_NE((error.message + error.cause).find("missing"), std::string::npos);
  EXPECT_FALSE(error.hint.empty());
  EXPECT_FALSE(error.retryable);
}

TEST_P(Sessions, WhatIsNotifiedComesToWhoListens) {
  const Status listening = db().listen("News of \"today\"");
  if (is_sqlite()) {
    EXPECT_EQ(error_of(listening).code, ErrorCode::kSqlSyntax);
    EXPECT_EQ(error_of(db().notifications(milliseconds(1), -1)).code, ErrorCode::kSqlSyntax);
    return;
  }
  must(listening);
  EXPECT_TRUE(must(db().notifications(milliseconds(20), -1)).empty());
  const auto other = connect();
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(50));
    must(other->execute("NOTIFY \"News of \"\"today\"\"\", 'rain'"));
  });
  const auto start = steady_clock::now();
  const auto came = must(db().notifications(milliseconds(10'000), -1));
  EXPECT_LT(steady_clock::now() - start, milliseconds(5000));
  later.join();
  ASSERT_EQ(came.size(), 1U);
  EXPECT_EQ(came[0].channel, "News of \"today\"");
  EXPECT_EQ(came[0].payload, "rain");
  // Brought along by a statement's answer.
  must(other->execute("SELECT pg_notify('News of \"today\"', 'sun'), pg_notify('else', 'x')"));
  EXPECT_EQ(number("SELECT 1"), 1);
  const auto sun = must(db().notifications(milliseconds(10'000), -1));
  ASSERT_EQ(sun.size(), 1U);
  EXPECT_EQ(sun[0].payload, "sun");
}

TEST_P(Sessions, ListeningEndsWhenItIsWokenInterruptedOrCutOff) {
  if (is_sqlite()) return;
  must(db().listen("news"));
  CancelToken wake;
  wake.request();
  EXPECT_TRUE(must(db().notifications(milliseconds(60'000), wake.descriptor())).empty());
  CancelToken cancel;
  cancel.request();
  db().set_cancel(&cancel);
  EXPECT_EQ(error_of(db().notifications(milliseconds(60'000), -1)).code, ErrorCode::kInterrupted);
  db().set_cancel(nullptr);
  const std::int64_t pid = number("SELECT pg_backend_pid()");
  must(connect()->execute("SELECT pg_terminate_backend($1)", {pid}));
  EXPECT_TRUE(error_of(db().notifications(milliseconds(60'000), -1)).connection_lost);
  EXPECT_TRUE(db().lost());
}

/// Gives out its pieces one by one.
class Chunks {
 public:
  explicit Chunks(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  Result<std::string_view> operator()() {
    return next_ < pieces_.size() ? std::string_view(pieces_[next_++]) : std::string_view();
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
};

constexpr std::string_view kCopy = "COPY t (v, name) FROM stdin";

TEST_P(Sessions, CopyTakesDataInPiecesCutAnywhere) {
  execute("CREATE TABLE t (v bigint, name text)");
  const Status copied = db().copy_in(kCopy, Chunks({"1\tone\n2\tt", "wo\n3\t\\N", "\n"}));
  if (is_sqlite()) {
    EXPECT_EQ(error_of(copied).code, ErrorCode::kSqlSyntax);
    return;
  }
  must(copied);
  const Rows rows = query("SELECT v, name FROM t ORDER BY v");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows.text(1, 1), "two");
  EXPECT_TRUE(rows.is_null(2, 1));
}

TEST_P(Sessions, AFailedCopyLeavesNoRows) {
  execute("CREATE TABLE t (v bigint, name text)");
  const Error malformed = error_of(db().copy_in(kCopy, Chunks({"1\tone\n", "x\ttwo\n"})));
  EXPECT_FALSE(malformed.sqlstate.empty());
  const auto fails = []() -> Result<std::string_view> {
    return fail(Error(ErrorCode::kFileUnreadable, "the file went away"));
  };
  if (!is_sqlite()) {
    EXPECT_EQ(error_of(db().copy_in(kCopy, fails)).code, ErrorCode::kFileUnreadable);
  }
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
  EXPECT_FALSE(db().in_transaction());
}

}  // namespace
}  // namespace bedstone::db::testing
