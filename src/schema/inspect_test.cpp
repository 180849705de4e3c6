/// The model of a live schema, and that reading it leaves no trace.
// shows: PR5, P28
#include "schema/inspect.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "schema/testing.hpp"

namespace bedstone::schema::testing {
namespace {

/// Passes everything on and counts the round trips.
class CountingConnection final : public db::Connection {
 public:
  explicit CountingConnection(db::Connection& inner) : inner_(inner) {}
  using Connection::execute;
  using Connection::query;
  const db::Dialect& dialect() const override { return inner_.dialect(); }
  const db::SessionInfo& session() const override { return inner_.session(); }
  Result<db::Rows> query(db::Statement statement) override {
    return ++calls, inner_.query(statement);
  }
  Result<std::int64_t> execute(db::Statement statement) override {
    return ++calls, inner_.execute(statement);
  }
  Status run(std::span<const db::Statement> statements, std::size_t* failed) override {
    return ++calls, inner_.run(statements, failed);
  }
  Status copy_in(std::string_view sql,
                 const std::function<Result<std::string_view>()>& next) override {
    return ++calls, inner_.copy_in(sql, next);
  }
  Result<std::int64_t> load(const db::LoadTarget& target, const db::RowFeed& feed,
                            std::int64_t* failed) override {
    return ++calls, inner_.load(target, feed, failed);
  }
  Status listen(std::string_view channel) override { return ++calls, inner_.listen(channel); }
  Result<std::vector<db::Notification>> notifications(std::chrono::milliseconds limit,
                                                      int wake) override {
    return inner_.notifications(limit, wake);
  }
  bool in_transaction() const override { return inner_.in_transaction(); }
  Status begin() override { return ++calls, inner_.begin(); }
  Status commit() override { return ++calls, inner_.commit(); }
  Status rollback() override { return ++calls, inner_.rollback(); }
  bool lost() const override { return inner_.lost(); }
  Status set_durable(bool durable) override { return inner_.set_durable(durable); }
  Status flush() override { return inner_.flush(); }
  void set_cancel(const CancelToken* cancel) override { inner_.set_cancel(cancel); }

  int calls = 0;

 private:
  db::Connection& inner_;
};

class InspectTest : public db::testing::EngineTest, public ::testing::WithParamInterface<Engine> {
 protected:
  InspectTest() : EngineTest(GetParam()) {}
  Schema schema(const InspectOptions& options = {}) { return must(inspect(db(), options)); }
  std::string text(const InspectOptions& options = {}) { return canonical_text(schema(options)); }
};

INSTANTIATE_TEST_SUITE_P(Engines, InspectTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(InspectTest, TheModelHoldsWhatWasMade) {
  execute("CREATE TABLE parents (id integer PRIMARY KEY)");
  execute(
      "CREATE TABLE children (a integer NOT NULL, b varchar(9) DEFAULT 'x', parent integer,"
      " PRIMARY KEY (b, a), UNIQUE (parent, a), CHECK (a > 0),"
      " FOREIGN KEY (parent) REFERENCES parents (id) ON UPDATE CASCADE ON DELETE SET NULL)");
  execute("CREATE UNIQUE INDEX children_i ON children (lower(b), a DESC) WHERE a > 7");
  execute("CREATE VIEW grown AS SELECT a FROM children");
  const Schema found = schema();
  ASSERT_EQ(found.tables.size(), 2U);
  const Table& table = found.tables[0];
  EXPECT_EQ(table.name, "children");
  EXPECT_EQ(table.kind, "table");
  ASSERT_EQ(table.columns.size(), 3U);
  EXPECT_EQ(table.columns[0].name, "a");
  EXPECT_FALSE(table.columns[0].nullable);
  EXPECT_EQ(table.columns[0].default_expression, std::nullopt);
  EXPECT_EQ(table.columns[1].type, is_sqlite() ? "varchar(9)" : "character varying(9)");
  EXPECT_EQ(table.columns[1].default_expression, is_sqlite() ? "'x'" : "'x'::character varying");
  EXPECT_TRUE(table.columns[2].nullable);
  ASSERT_TRUE(table.primary_key);
  EXPECT_EQ(table.primary_key->columns, (std::vector<std::string>{"b", "a"}));
  ASSERT_EQ(table.uniques.size(), 1U);
  EXPECT_EQ(table.uniques[0].columns, (std::vector<std::string>{"parent", "a"}));
  ASSERT_EQ(table.checks.size(), 1U);
  EXPECT_EQ(table.checks[0].expression, is_sqlite() ? "a > 0" : "(a > 0)");
  ASSERT_EQ(table.foreign_keys.size(), 1U);
  const ForeignKey& key = table.foreign_keys[0];
  EXPECT_EQ(key.columns, (std::vector<std::string>{"parent"}));
  EXPECT_EQ(key.table, "parents");
  EXPECT_EQ(key.referenced_columns, (std::vector<std::string>{"id"}));
  EXPECT_EQ(key.on_update, "cascade");
  EXPECT_EQ(key.on_delete, "set null");
  ASSERT_EQ(table.indexes.size(), 1U);
  const Index& index = table.indexes[0];
  EXPECT_EQ(index.name, "children_i");
  EXPECT_TRUE(index.unique);
  EXPECT_TRUE(index.valid);
  ASSERT_EQ(index.columns.size(), 2U);
  EXPECT_TRUE(index.columns[0].is_expression);
  EXPECT_EQ(index.columns[1].text, "a");
  EXPECT_EQ(index.columns[1].order, "desc");
  EXPECT_EQ(index.predicate, is_sqlite() ? "a > 7" : "(a > 7)");
  ASSERT_EQ(found.views.size(), 1U);
  EXPECT_EQ(found.views[0].name, "grown");
}

TEST_P(InspectTest, TheNumberOfRoundTripsDoesNotDependOnTheNumberOfTables) {
  const auto calls = [&] {
    CountingConnection counting(db());
    must(inspect(counting, {}));
    return counting.calls;
  };
  const int empty = calls();
  for (int i = 0; i < 30; ++i) {
    execute(fmt::format("CREATE TABLE t{} (id integer PRIMARY KEY, a text UNIQUE)", i));
    execute(fmt::format("CREATE INDEX i{} ON t{} (a, id)", i, i));
  }
  EXPECT_EQ(calls(), empty);
  EXPECT_LE(empty, 12);
}

TEST_P(InspectTest, BedstonesOwnObjectsAreLeftOut) {
  const std::string empty = text();
  if (is_sqlite()) {
    execute("CREATE TABLE bedstone_migrations (a integer PRIMARY KEY AUTOINCREMENT, b text)");
    execute("CREATE INDEX bedstone_i ON bedstone_migrations (b)");
  } else {
    execute("CREATE SCHEMA bedstone");
    execute("CREATE TABLE bedstone.migrations (a bigserial PRIMARY KEY, b text)");
  }
  EXPECT_EQ(text(), empty);
}

TEST_P(InspectTest, WhatIsExcludedTakesItsPartsAlong) {
  execute("CREATE TABLE t (a int)");
  const std::string before = text();
  execute(by_engine("CREATE TABLE system_config (a integer PRIMARY KEY, b text UNIQUE)",
                    "CREATE TABLE system_config (a bigserial PRIMARY KEY, b text UNIQUE,"
                    " EXCLUDE USING btree (b WITH =))"));
  execute("CREATE INDEX by_b ON system_config (b)");
  EXPECT_NE(text(), before);
  InspectOptions options;
  options.exclude = [](std::string_view name) { return name == "system_config"; };
  EXPECT_EQ(text(options), before);
}

TEST_P(InspectTest, AReadOnlySessionIsEnough) {
  execute("CREATE TABLE t (a int)");
  db::OpenOptions read_only;
  read_only.access = db::Access::kReadOnly;
  const auto reader = connect(read_only);
  EXPECT_EQ(canonical_text(must(inspect(*reader, {}))), text());
  EXPECT_FALSE(reader->in_transaction());
}

TEST_P(InspectTest, WithinATransactionItSeesWhatThatDidAndLeavesItOpen) {
  execute("CREATE TABLE t (a int)");
  const std::string before = text();
  must(db().begin());
  execute("CREATE TABLE u (a int)");
  const std::string within = text();
  EXPECT_EQ(described(before, within), (std::vector<std::string>{"table u is extra"}));
  EXPECT_TRUE(db().in_transaction());
  must(db().commit());
  EXPECT_EQ(text(), within);
}

class SqliteInspectTest : public db::testing::EngineTest {
 protected:
  SqliteInspectTest() : EngineTest(Engine::kSqlite) {}
};

TEST_F(SqliteInspectTest, BrokenViewsAndUnknownModulesAreReadAsTheyStand) {
  execute("CREATE TABLE t (a int)");
  execute("CREATE VIEW v AS SELECT a FROM t");
  execute("DROP TABLE t");
  execute("PRAGMA writable_schema = ON");
  execute(
      "INSERT INTO sqlite_schema VALUES ('table', 'w', 'w', 0,"
      " 'CREATE VIRTUAL TABLE w USING not_loaded(x)')");
  connection_.reset();
  const Schema found = must(inspect(db(), {}));
  ASSERT_EQ(found.views.size(), 1U);
  ASSERT_EQ(found.tables.size(), 1U);
  EXPECT_EQ(found.tables[0].kind, "virtual table");
}

TEST_F(SqliteInspectTest, ShadowTablesBelongToTheirVirtualTable) {
  execute("CREATE VIRTUAL TABLE f USING fts5(a)");
  const Schema found = must(inspect(db(), {}));
  ASSERT_EQ(found.tables.size(), 1U);
  EXPECT_EQ(found.tables[0].name, "f");
}

TEST_F(SqliteInspectTest, TemporaryNamesakesAreNotTaken) {
  execute("CREATE TABLE t (a int, b int UNIQUE)");
  const std::string before = canonical_text(must(inspect(db(), {})));
  execute("CREATE TEMPORARY TABLE t (z text)");
  EXPECT_EQ(canonical_text(must(inspect(db(), {}))), before);
}

class PostgresInspectTest : public db::testing::EngineTest {
 protected:
  PostgresInspectTest() : EngineTest(Engine::kPostgres) {}
  std::string text(const InspectOptions& options = {}) {
    return canonical_text(must(inspect(db(), options)));
  }
  void make_everything() {
    execute("CREATE TYPE mood AS ENUM ('a', 'b')");
    execute(
        "CREATE TABLE t (id bigserial PRIMARY KEY, m mood DEFAULT 'a', at timestamptz DEFAULT"
        " '2020-01-01 00:00:00+00', i interval DEFAULT '1 day 2 hours', f float8 DEFAULT 0.1,"
        " x bytea DEFAULT '\\x00ff', d date CHECK (d > '2020-02-01'), parent bigint REFERENCES t)");
    execute("CREATE INDEX i ON t (parent) WHERE m = 'b'");
    execute("CREATE VIEW v AS SELECT t.id, t.m FROM t WHERE at > '2021-01-01 00:00:00+00'");
    execute("CREATE FUNCTION f(a t) RETURNS mood LANGUAGE sql AS 'SELECT a.m'");
  }
};

TEST_F(PostgresInspectTest, NoSettingOfTheSessionShowsInTheText) {
  make_everything();
  const std::string before = text();
  execute("CREATE SCHEMA other");
  execute("CREATE TABLE other.t (a int)");
  for (const std::string_view sql :
       {"SET search_path TO other, public", "SET search_path TO ''", "SET TimeZone TO 'Asia/Tokyo'",
        "SET DateStyle TO 'German'", "SET IntervalStyle TO 'iso_8601'",
        "SET bytea_output TO 'escape'", "SET extra_float_digits TO -10",
        "SET quote_all_identifiers TO on", "CREATE TEMPORARY TABLE t (z text)",
        "CREATE TEMPORARY TABLE mood (z text)"}) {
    execute(sql);
    EXPECT_EQ(described(before, text()), std::vector<std::string>()) << sql;
  }
}

TEST_F(PostgresInspectTest, NoSettingIsLeftBehind) {
  make_everything();
  const std::string_view asked =
      "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings";
  execute("SET search_path TO other, public");
  execute("SET lock_timeout TO '17s'");
  const std::string before(query(asked).text(0, 0));
  must(inspect(db(), {}));
  EXPECT_EQ(query(asked).text(0, 0), before);
  must(db().begin());
  const std::string within(query(asked).text(0, 0));
  must(inspect(db(), {}));
  EXPECT_EQ(query(asked).text(0, 0), within);
  execute("CREATE TABLE still_writable (a int)");
  must(db().commit());
}

TEST_F(PostgresInspectTest, AFailureWithinATransactionLeavesItUsable) {
  make_everything();
  const auto other = connect();
  must(other->begin());
  must(other->execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE"));
  must(db().begin());
  execute("CREATE TABLE mine (a int)");
  const auto start = std::chrono::steady_clock::now();
  const Error error = db::testing::error_of(inspect(db(), {}));
  EXPECT_EQ(error.code, ErrorCode::kDdlLockTimeout);
  EXPECT_NE(error.hint.find("bedstone status"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  must(other->rollback());
  EXPECT_NE(text().find("table mine\n"), std::string::npos);
  must(db().commit());
  EXPECT_NE(text().find("table mine\n"), std::string::npos);
}

TEST_F(PostgresInspectTest, ARoleThatMayOnlyUseTheSchemaReadsTheSame) {
  make_everything();
  const std::string before = text();
  const std::string role = "bedstone_reader_" + database_.substr(database_.size() - 8);
  execute("CREATE ROLE " + role);
  execute("SET ROLE " + role);
  EXPECT_EQ(described(before, text()), std::vector<std::string>());
  execute("RESET ROLE");
  execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
  execute("SET ROLE " + role);
  const Error error = db::testing::error_of(inspect(db(), {}));
  EXPECT_EQ(error.code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(error.hint, fmt::format("GRANT USAGE ON SCHEMA \"public\" TO \"{}\"", role));
  execute("RESET ROLE");
  execute("DROP ROLE " + role);
}

TEST_F(PostgresInspectTest, ObjectsOfExtensionsAreLeftOut) {
  if (query("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_stat_statements'").empty()) {
    GTEST_SKIP() << "this server has no pg_stat_statements";
  }
  make_everything();
  const std::string before = text();
  execute("CREATE EXTENSION pg_stat_statements");
  execute("CREATE EXTENSION citext");
  EXPECT_EQ(described(before, text()), std::vector<std::string>());
}

TEST_F(PostgresInspectTest, ASchemaThatDoesNotExistIsEmpty) {
  InspectOptions options;
  options.schema = "nowhere; \"";
  EXPECT_EQ(text(options), canonical_text(Schema{Engine::kPostgres, {}, {}, {}, {}, {}, {}}));
}

TEST_F(PostgresInspectTest, AnIndexLeftInvalidIsTold) {
  execute("CREATE TABLE t (a int)");
  execute("INSERT INTO t VALUES (1), (1)");
  EXPECT_FALSE(db().execute("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"));
  const Schema found = must(inspect(db(), {}));
  ASSERT_EQ(found.tables.at(0).indexes.size(), 1U);
  EXPECT_FALSE(found.tables[0].indexes[0].valid);
  EXPECT_NE(text().find("index t.i unique btree (a) invalid\n"), std::string::npos);
}

TEST_F(PostgresInspectTest, GivesWayToDdlThatWantsWhatIsBeingRead) {
  execute("CREATE TABLE a (n int)");
  execute("CREATE TABLE b (n int)");
  execute("CREATE VIEW va AS SELECT n FROM a");
  execute("CREATE VIEW vb AS SELECT n FROM b");
  const auto other = connect();
  must(other->execute("BEGIN"));
  must(other->execute("DROP VIEW vb"));  // The reader waits for it, after having locked va …
  std::thread thread([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    must(other->execute("DROP VIEW va"));  // … which the other wants now: a deadlock.
    must(other->execute("COMMIT"));
  });
  const auto result = inspect(db(), {});
  thread.join();
  ASSERT_TRUE(result) << result.error().message << result.error().cause;
  EXPECT_EQ(result->views.size(), 0U);
}

TEST_F(PostgresInspectTest, SomebodysDdlMeanwhileIsNoError) {
  const auto other = connect();
  std::vector<std::string> storm;
  for (int i = 0; i < 20; ++i) {
    must(other->execute(fmt::format("CREATE TABLE t{} (a int DEFAULT {} CHECK (a > 0))", i, i)));
    must(other->execute(fmt::format("CREATE VIEW v{} AS SELECT a FROM t{}", i, i)));
  }
  std::thread thread([&] {
    for (int i = 0; i < 20; ++i)
      (void)other->execute(fmt::format("DROP TABLE t{} CASCADE", i));
  });
  for (int i = 0; i < 20; ++i) {
    const auto result = inspect(db(), {});
    EXPECT_TRUE(result) << result.error().message << result.error().cause;
  }
  thread.join();
}

}  // namespace
}  // namespace bedstone::schema::testing
