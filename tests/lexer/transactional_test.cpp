// What the classifier says of statements and transactions, by the engines themselves.
// shows: P8, P19
#include "db/conformance.hpp"
#include "sql/transactional_for_tests.hpp"

namespace bedstone::sql {
namespace {

using db::testing::must;

/// The SQLSTATE (or SQLite's result) of a statement inside a transaction, which is rolled back;
/// "" when it ran.
std::string in_transaction(db::Connection& connection, std::string_view sql) {
  must(connection.begin());
  const auto ran = connection.execute(sql);
  must(connection.rollback());
  return ran ? std::string() : ran.error().sqlstate;
}

class OnPostgres : public db::testing::EngineTest {
 protected:
  OnPostgres() : EngineTest(db::Engine::kPostgres) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    for (const std::string_view sql : {
             "CREATE SCHEMA s",
             "CREATE TABLE t (a int, \"concurrently\" int) PARTITION BY RANGE (a)",
             "CREATE TABLE s.p PARTITION OF t FOR VALUES FROM (0) TO (1)",
             "CREATE TABLE s.t (a int)",
             "CREATE INDEX i ON s.p (a)",
             // Enabled, so that it could be refreshed; its publisher answers nobody.
             "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p "
             "WITH (connect = false)",
             "ALTER SUBSCRIPTION s ENABLE",
         }) {
      execute(sql);
    }
    subscribed_ = true;
  }

  void TearDown() override {
    if (subscribed_) {
      execute("ALTER SUBSCRIPTION s DISABLE");
      execute("ALTER SUBSCRIPTION s SET (slot_name = NONE)");
      execute("DROP SUBSCRIPTION s");
    }
    EngineTest::TearDown();
  }

  bool subscribed_ = false;
};

bool refuses_transactions(const std::string& sqlstate) {
  return sqlstate == "25001" ||  // active_sql_transaction
         sqlstate == "2D000";    // invalid_transaction_termination, by a DO block that commits
}

TEST_F(OnPostgres, WhatCannotRunInATransactionIsRefusedThere) {
  const int major = db().session().server_version / 10000;
  for (const BareStatement& test : kBare) {
    if (test.flavor != Flavor::kPostgres || test.since > major) continue;
    const std::string sqlstate = in_transaction(db(), test.sql);
    EXPECT_TRUE(refuses_transactions(sqlstate)) << test.sql << ": " << sqlstate;
  }
}

TEST_F(OnPostgres, WhatIsLeftInItsTransactionIsNotRefusedThere) {
  for (const auto& [flavor, sql] : kTransactional) {
    if (flavor != Flavor::kPostgres) continue;
    const std::string sqlstate = in_transaction(db(), sql);
    EXPECT_FALSE(refuses_transactions(sqlstate)) << sql << ": " << sqlstate;
  }
}

TEST_F(OnPostgres, ANewEnumValueIsOfNoUseBeforeTheCommit) {
  execute("CREATE TYPE m AS ENUM ('a')");
  must(db().begin());
  execute("ALTER TYPE m ADD VALUE 'b'");
  const auto used = db().query("SELECT 'b'::m");
  ASSERT_FALSE(used);
  EXPECT_EQ(used.error().sqlstate, "55P04") << "unsafe_new_enum_value_usage";
  must(db().rollback());
}

constexpr std::string_view kTables[] = {"main.t", "a.t", "temp.tt"};

class OnSqlite : public db::testing::EngineTest {
 protected:
  OnSqlite() : EngineTest(db::Engine::kSqlite) {}

  /// A new database of one table, with another attached.
  std::unique_ptr<db::Connection> fresh() {
    const std::string path = fmt::format("{}/{}.db", folder_, ++count_);
    db::OpenOptions options;
    options.create = true;
    auto connection = must(db::open(must(db::Url::parse("sqlite:" + path)), options));
    must(connection->execute("ATTACH ':memory:' AS a"));
    must(connection->query("PRAGMA journal_mode = DELETE"));
    must(connection->begin());
    for (const std::string_view table : kTables) {
      must(connection->execute(fmt::format("CREATE TABLE {} (a)", table)));
    }
    must(connection->commit());
    return connection;
  }

  int count_ = 0;
};

std::string value_of(db::Connection& connection, const std::string& pragma) {
  const auto rows = must(connection.query("PRAGMA " + pragma));
  return rows.empty() ? std::string() : std::string(rows.text(0, 0));
}

void begin_and_write(db::Connection& connection) {
  must(connection.begin());
  for (const std::string_view table : kTables) {
    must(connection.execute(fmt::format("INSERT INTO {} VALUES (1)", table)));
  }
}

TEST_F(OnSqlite, WhatCannotRunInATransactionIsRefusedOrIgnoredThere) {
  for (const BareStatement& test : kBare) {
    if (test.flavor != Flavor::kSqlite) continue;
    const auto connection = fresh();
    const bool pragma = test.label.starts_with("PRAGMA");
    const std::string name = classify(test.sql, Flavor::kSqlite).name.name;
    const bool reads = pragma && name != "wal_checkpoint";
    const std::string before = reads ? value_of(*connection, name) : "";
    begin_and_write(*connection);
    const auto ran = connection->query(test.sql);
    const bool ignored = ran && reads && value_of(*connection, name) == before;
    EXPECT_TRUE(!ran || ignored) << test.sql;
  }
}

TEST_F(OnSqlite, WhatIsLeftInItsTransactionRunsThere) {
  for (const auto& [flavor, sql] : kTransactional) {
    if (flavor != Flavor::kSqlite || sql.starts_with("REFRESH")) continue;
    const auto connection = fresh();
    begin_and_write(*connection);
    const auto ran = connection->query(sql);
    EXPECT_TRUE(ran) << sql << ": " << ran.error().message;
  }
}

TEST_F(OnSqlite, EveryPragmaIsAsTheClassifierSays) {
  struct Pragma {
    std::string name;
    std::string value;
  };
  const Pragma pragmas[] = {
      {"application_id", "9"},      {"analysis_limit", "5"},
      {"automatic_index", "0"},     {"busy_timeout", "5"},
      {"cache_size", "100"},        {"cache_spill", "0"},
      {"cell_size_check", "1"},     {"checkpoint_fullfsync", "1"},
      {"default_cache_size", "50"}, {"defer_foreign_keys", "1"},
      {"foreign_keys", "?"},        {"ignore_check_constraints", "1"},
      {"journal_mode", "truncate"}, {"journal_size_limit", "5"},
      {"legacy_alter_table", "1"},  {"locking_mode", "exclusive"},
      {"max_page_count", "1000"},   {"mmap_size", "1048576"},
      {"query_only", "1"},          {"read_uncommitted", "1"},
      {"recursive_triggers", "1"},  {"reverse_unordered_selects", "1"},
      {"schema_version", "99"},     {"synchronous", "0"},
      {"temp_store", "2"},          {"threads", "2"},
      {"trusted_schema", "0"},      {"user_version", "7"},
      {"wal_autocheckpoint", "5"},  {"writable_schema", "1"},
  };
  for (const Pragma& pragma : pragmas) {
    const auto connection = fresh();
    const std::string before = value_of(*connection, pragma.name);
    const std::string value = pragma.value != "?" ? pragma.value : before == "1" ? "0" : "1";
    const std::string sql = fmt::format("PRAGMA {} = {}", pragma.name, value);
    ASSERT_NE(before, value) << pragma.name << ": the test must change something";
    const StatementClass what = classify(sql, Flavor::kSqlite);
    EXPECT_TRUE(must(connection->query(sql)).size() <= 1 &&
                value_of(*connection, pragma.name) == value)
        << sql << " outside of transactions";

    const auto other = fresh();
    begin_and_write(*other);
    const auto ran = other->query(sql);
    const bool took_effect = ran && value_of(*other, pragma.name) == value;
    EXPECT_EQ(what.transactional == Transactional::kCannotRunInTransaction, !took_effect) << sql;
    must(other->rollback());
    if (!took_effect) continue;
    const bool undone = value_of(*other, pragma.name) == before;
    EXPECT_EQ(what.changes_session && !what.set_local, !undone) << sql << " and a rollback";
  }
}

}  // namespace
}  // namespace bedstone::sql
