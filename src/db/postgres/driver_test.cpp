/// What is PostgreSQL's own and so not part of the conformance suite.
#include "db/postgres/driver.hpp"

#include <thread>

#include "db/conformance.hpp"
#include "db/postgres/admin.hpp"
#include "db/postgres/dialect.hpp"
#include "db/postgres/pooler.hpp"

namespace bedstone::db::postgres {
namespace {

using testing::error_of;
using testing::must;

class PostgresDriver : public testing::EngineTest {
 protected:
  PostgresDriver() : EngineTest(Engine::kPostgres) {}
};

std::vector<Statement> views(const std::vector<std::string>& texts) {
  std::vector<Statement> result;
  for (const std::string& text : texts)
    result.push_back({text, {}});
  return result;
}

TEST_F(PostgresDriver, TheSessionIsKnownWithoutAQuestion) {
  const SessionInfo& info = db().session();
  EXPECT_EQ(number("SELECT current_setting('server_version_num')::int"), info.server_version);
  EXPECT_EQ(number("SELECT pg_backend_pid()"), info.backend_pid);
  EXPECT_EQ(query("SHOW server_version").text(0, 0), info.server_version_text);
  EXPECT_EQ(query("SHOW client_encoding").text(0, 0), "UTF8");
  EXPECT_EQ(query("SHOW application_name").text(0, 0), "bedstone");
}

TEST_F(PostgresDriver, ReadOnlyAccessLeavesNothingInTheSession) {
  OpenOptions options;
  options.access = Access::kReadOnly;
  const auto reader = connect(options);
  EXPECT_EQ(must(reader->query("SHOW transaction_read_only")).text(0, 0), "on");
  EXPECT_EQ(must(reader->query("SHOW default_transaction_read_only")).text(0, 0), "off");
  must(reader->begin());
  EXPECT_EQ(must(reader->query("SHOW transaction_read_only")).text(0, 0), "on");
  must(reader->commit());
  const std::vector<std::string> texts = {"BEGIN", "CREATE TABLE t (v int)", "COMMIT"};
  std::size_t failed = 99;
  const Error error = error_of(reader->run(views(texts), &failed));
  EXPECT_EQ(error.code, ErrorCode::kReadOnlyDatabase);
  EXPECT_EQ(failed, 1U);
  must(reader->rollback());
  EXPECT_EQ(must(reader->query("SELECT 1")).integer(0, 0), 1);
}

TEST_F(PostgresDriver, LazyCommitsAreSaidPerTransactionAndSettledAtTheEnd) {
  execute("CREATE TABLE t (v int)");
  must(db().set_durable(false));
  const std::vector<std::string> texts = {
      "BEGIN", "INSERT INTO t SELECT 1 WHERE current_setting('synchronous_commit') = 'off'"};
  must(db().run(views(texts)));
  must(db().set_durable(true));
  must(db().commit());
  EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
  EXPECT_EQ(query("SHOW synchronous_commit").text(0, 0), "on");
}

TEST_F(PostgresDriver, FlushPutsEarlierCommitsOnTheDisk) {
  execute("CREATE TABLE t (v int)");
  must(db().set_durable(false));
  must(db().begin());
  execute("INSERT INTO t VALUES (1)");
  must(db().commit());
  const Rows before = query("SELECT pg_current_wal_insert_lsn()");
  must(db().flush());
  EXPECT_TRUE(query("SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn",
                    {Value(std::string(before.text(0, 0)))})
                  .boolean(0, 0));
}

TEST_F(PostgresDriver, EqualStatementsInARowKeepTheirOwnParametersAndPlaces) {
  execute("CREATE TABLE t (v bigint PRIMARY KEY, w text)");
  std::vector<std::vector<Value>> params;
  for (std::int64_t i = 0; i < 3000; ++i) {
    params.push_back({i, i % 3 == 0 ? Value(Null{}) : Value("w" + std::to_string(i))});
  }
  std::vector<Statement> statements = {{"BEGIN", {}}};
  for (const auto& row : params)
    statements.push_back({"INSERT INTO t VALUES ($1, $2)", row});
  statements.push_back({"SELECT generate_series(1, 5000)", {}});
  statements.push_back({"COMMIT", {}});
  must(db().run(statements));
  EXPECT_EQ(number("SELECT count(*) FROM t WHERE w IS NULL"), 1000);
  EXPECT_EQ(number("SELECT sum(v) FROM t"), 2999 * 3000 / 2);

  execute("DELETE FROM t WHERE v <> 2500");
  std::size_t failed = 0;
  EXPECT_EQ(error_of(db().run(statements, &failed)).code, ErrorCode::kConstraintViolated);
  EXPECT_EQ(failed, 2501U);
  must(db().rollback());
  EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
}

TEST_F(PostgresDriver, BigStatementsAndBigAnswersDoNotBlockOneAnother) {
  execute("CREATE TABLE t (v text)");
  const std::vector<Value> big = {Value(std::string(3 << 20, 'x'))};
  std::vector<Statement> statements;
  for (int i = 0; i < 20; ++i) {
    statements.push_back({"INSERT INTO t VALUES ($1) RETURNING v", big});
    statements.push_back({"SELECT v FROM t", {}});
  }
  must(db().run(statements));
  EXPECT_EQ(number("SELECT count(*) FROM t"), 20);
}

TEST_F(PostgresDriver, CopyInAPipelineIsRefusedAndTheSessionIsGone) {
  execute("CREATE TABLE t (v text)");
  const std::vector<std::string> texts = {"BEGIN", "COPY t FROM stdin", "COMMIT"};
  std::size_t failed = 0;
  const Error error = error_of(db().run(views(texts), &failed));
  EXPECT_EQ(error.code, ErrorCode::kSqlSyntax);
  EXPECT_EQ(failed, 1U);
  EXPECT_TRUE(db().lost());
}

TEST_F(PostgresDriver, CopyOutsideCopyInIsRefusedAndTheSessionLives) {
  execute("CREATE TABLE t (v text)");
  for (const std::string_view sql :
       {"COPY t FROM stdin", "COPY (SELECT generate_series(1, 100000)) TO stdout"}) {
    EXPECT_EQ(error_of(db().execute(sql)).code, ErrorCode::kSqlSyntax) << sql;
    EXPECT_EQ(number("SELECT 1"), 1) << sql;
  }
}

TEST_F(PostgresDriver, ACopyWhoseSourceFailsCopiesNothing) {
  execute("CREATE TABLE t (v text)");
  int chunks = 0;
  const Status copied = db().copy_in("COPY t FROM stdin", [&]() -> Result<std::string_view> {
    if (++chunks == 3) return fail(Error(ErrorCode::kFileUnreadable, "gone"));
    return std::string_view("a\nb\n");
  });
  EXPECT_EQ(error_of(copied).code, ErrorCode::kFileUnreadable);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
}

TEST_F(PostgresDriver, ACommitWhoseAnswerIsLostIsUndecided) {
  execute("CREATE TABLE t (v int)");
  const auto other = connect();
  must(db().begin());
  execute("INSERT INTO t VALUES (1)");
  const std::string pid = std::to_string(db().session().backend_pid);
  must(other->query("SELECT pg_terminate_backend(" + pid + ", 5000)"));
  const Error error = error_of(db().commit());
  EXPECT_EQ(error.code, ErrorCode::kConnectionLost);
  EXPECT_TRUE(error.connection_lost);
  EXPECT_TRUE(error.outcome_unknown);
  EXPECT_FALSE(error.retryable);
  EXPECT_TRUE(db().lost());
  EXPECT_FALSE(db().in_transaction());
  must(db().rollback());
  EXPECT_EQ(error_of(db().query("SELECT 1")).code, ErrorCode::kConnectionLost);
}

TEST_F(PostgresDriver, ABrokenStatementWithinATransactionIsDecided) {
  execute("CREATE TABLE t (v int)");
  must(db().begin());
  execute("INSERT INTO t VALUES (1)");
  const Error error = error_of(db().query("SELECT pg_terminate_backend(pg_backend_pid())"));
  EXPECT_EQ(error.sqlstate, "57P01");
  EXPECT_TRUE(error.connection_lost);
  EXPECT_FALSE(error.outcome_unknown);
}

TEST_F(PostgresDriver, ALateCancelDoesNotHitTheNextStatement) {
  for (int round = 0; round < 20; ++round) {
    CancelToken token;
    db().set_cancel(&token);
    std::thread firing([&token, round] {
      std::this_thread::sleep_for(std::chrono::microseconds(4800 + round * 20));
      token.request();
    });
    // Ends by itself at about the moment when the token fires.
    const auto slept = db().query("SELECT pg_sleep(0.005)");
    firing.join();
    EXPECT_TRUE(slept || slept.error().code == ErrorCode::kInterrupted);
    db().set_cancel(nullptr);
    EXPECT_EQ(number("SELECT count(*) FROM pg_sleep(0.002)"), 1);
  }
}

TEST_F(PostgresDriver, APipelineIsInterrupted) {
  CancelToken token;
  db().set_cancel(&token);
  const std::vector<std::string> texts = {"BEGIN", "SELECT 1", "SELECT pg_sleep(30)", "COMMIT"};
  std::thread firing([&token] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    token.request();
  });
  std::size_t failed = 0;
  const Error error = error_of(db().run(views(texts), &failed));
  firing.join();
  EXPECT_EQ(error.code, ErrorCode::kInterrupted);
  EXPECT_EQ(failed, 2U);
  must(db().rollback());
  EXPECT_FALSE(db().in_transaction());
}

TEST_F(PostgresDriver, ConnectingIsInterrupted) {
  CancelToken token;
  token.request();
  OpenOptions options;
  options.cancel = &token;
  EXPECT_EQ(error_of(db::open(*url_, options)).code, ErrorCode::kInterrupted);
}

TEST_F(PostgresDriver, QuotedTextReadsBackWhateverBackslashesMean) {
  std::string all;
  for (int c = 1; c < 128; ++c)
    all += static_cast<char>(c);
  for (const std::string_view setting : {"on", "off"}) {
    execute(fmt::format("SET standard_conforming_strings = {}", setting));
    for (const std::string& text :
         {all, std::string("it's"), std::string("\\"), std::string("\\'; DROP TABLE t; --"),
          std::string("''\\''"), std::string("ä漢"), std::string()}) {
      const std::string literal = dialect().quote_literal(text);
      EXPECT_EQ(query("SELECT " + literal).text(0, 0), text) << setting;
    }
    for (const std::string name : {"Order \"x\"", "a\\b", "select", "ä"}) {
      const Rows rows = query("SELECT 1 AS " + dialect().quote_identifier(name));
      EXPECT_EQ(rows.names().front(), name) << setting;
    }
  }
}

TEST_F(PostgresDriver, TheStoredTimeIsIsoInUtc) {
  execute("SET TimeZone = 'Asia/Kolkata'");
  EXPECT_TRUE(query(fmt::format("SELECT abs(extract(epoch FROM ({})::timestamptz - "
                                "clock_timestamp())) < 5",
                                dialect().now_expression()))
                  .boolean(0, 0));
}

TEST_F(PostgresDriver, AServerWithoutProxyIsDirect) {
  EXPECT_EQ(must(detect_pooling(db(), *url_, {})), Pooling::kDirect);
}

TEST_F(PostgresDriver, ADatabaseIsCreatedOnceByMany) {
  const std::string name = database_ + "_\"made\"";
  const Url wanted = url_->with_database(name);
  std::vector<std::thread> threads;
  std::atomic<int> made = 0;
  std::atomic<int> failures = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      const auto created = create_database(wanted, {});
      if (!created) ++failures;
      if (created && *created) ++made;
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(made, 1);
  const auto names = must(list_databases(wanted, {}));
  EXPECT_NE(std::find(names.begin(), names.end(), name), names.end());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  execute("DROP DATABASE " + dialect().quote_identifier(name));
}

TEST_F(PostgresDriver, ATemplateThatIsMissingIsNamed) {
  const Error error =
      error_of(create_database(url_->with_database(database_ + "_x"), {}, "no_such_template"));
  EXPECT_EQ(error.code, ErrorCode::kCannotCreateDatabase);
  EXPECT_NE(error.cause.find("no_such_template"), std::string::npos);
  EXPECT_FALSE(error.hint.empty());
}

}  // namespace
}  // namespace bedstone::db::postgres
