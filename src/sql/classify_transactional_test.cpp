// shows: P8, P19
#include <gtest/gtest.h>

#include "sql/classify.hpp"

namespace bedstone::sql {
namespace {

constexpr Flavor kPg = Flavor::kPostgres;
constexpr Flavor kLite = Flavor::kSqlite;

struct Case {
  Flavor flavor;
  std::string_view sql;
  std::string_view label;
  bool idempotent;
};

// What PostgreSQL refuses there: the callers of PreventInTransactionBlock() in its source, which
// classify_on_postgres (tests/lexer) asks a server about again.
constexpr Case kBare[] = {
    {kPg, "VACUUM", "VACUUM", true},
    {kPg, "VACUUM FULL ANALYZE t", "VACUUM", true},
    {kPg, "VACUUM (FULL, VERBOSE) s.t", "VACUUM", true},
    {kPg, "CREATE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX CONCURRENTLY", false},
    {kPg, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", "CREATE INDEX CONCURRENTLY", false},
    {kPg, "DROP INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY", false},
    {kPg, "DROP INDEX CONCURRENTLY IF EXISTS i", "DROP INDEX CONCURRENTLY", true},
    {kPg, "REINDEX INDEX CONCURRENTLY i", "REINDEX INDEX CONCURRENTLY", true},
    {kPg, "REINDEX (CONCURRENTLY) TABLE t", "REINDEX TABLE CONCURRENTLY", true},
    {kPg, "REINDEX (VERBOSE, CONCURRENTLY true) TABLE t", "REINDEX TABLE CONCURRENTLY", true},
    {kPg, "REINDEX (TABLESPACE x, CONCURRENTLY 'on') INDEX i", "REINDEX INDEX CONCURRENTLY", true},
    {kPg, "REINDEX SCHEMA s", "REINDEX SCHEMA", true},
    {kPg, "REINDEX DATABASE d", "REINDEX DATABASE", true},
    {kPg, "REINDEX SYSTEM CONCURRENTLY d", "REINDEX SYSTEM CONCURRENTLY", true},
    {kPg, "CLUSTER", "CLUSTER", true},
    {kPg, "CLUSTER (VERBOSE)", "CLUSTER", true},
    {kPg, "CREATE DATABASE d", "CREATE DATABASE", false},
    {kPg, "DROP DATABASE IF EXISTS d WITH (FORCE)", "DROP DATABASE", true},
    {kPg, "ALTER DATABASE d SET TABLESPACE x", "ALTER DATABASE … SET TABLESPACE", true},
    {kPg, "CREATE TABLESPACE x LOCATION '/x'", "CREATE TABLESPACE", false},
    {kPg, "DROP TABLESPACE x", "DROP TABLESPACE", false},
    {kPg, "ALTER SYSTEM SET wal_level = logical", "ALTER SYSTEM", true},
    {kPg, "ALTER SYSTEM RESET ALL", "ALTER SYSTEM", true},
    {kPg, "ALTER TABLE t DETACH PARTITION s.p CONCURRENTLY",
     "ALTER TABLE … DETACH PARTITION CONCURRENTLY", false},
    {kPg, "DISCARD ALL", "DISCARD ALL", true},
    {kPg, "COMMIT PREPARED 'x'", "COMMIT PREPARED", false},
    {kPg, "ROLLBACK PREPARED 'x'", "ROLLBACK PREPARED", false},
    {kPg, "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", "CREATE SUBSCRIPTION", false},
    {kPg, "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot, copy_data = off)",
     "CREATE SUBSCRIPTION", false},
    {kPg, "DROP SUBSCRIPTION s", "DROP SUBSCRIPTION", false},
    {kPg, "ALTER SUBSCRIPTION s REFRESH PUBLICATION", "ALTER SUBSCRIPTION … REFRESH", true},
    {kPg, "ALTER SUBSCRIPTION s SET PUBLICATION p", "ALTER SUBSCRIPTION … PUBLICATION", false},
    {kPg, "ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (copy_data = false)",
     "ALTER SUBSCRIPTION … PUBLICATION", false},
    {kPg, "ALTER SUBSCRIPTION s SET (failover = true)", "ALTER SUBSCRIPTION … SET", false},
    {kPg, "DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$", "DO … COMMIT", false},
    {kPg, "DO LANGUAGE plpgsql $x$ BEGIN LOOP /* ; */ ROLLBACK AND CHAIN; END LOOP; END $x$",
     "DO … COMMIT", false},
    {kLite, "VACUUM", "VACUUM", true},
    {kLite, "VACUUM main INTO 'x.db'", "VACUUM", false},
    {kLite, "PRAGMA journal_mode = WAL", "PRAGMA JOURNAL_MODE", true},
    {kLite, "pragma foreign_keys=off", "PRAGMA FOREIGN_KEYS", true},
    {kLite, "PRAGMA main.synchronous(1)", "PRAGMA SYNCHRONOUS", true},
    {kLite, "PRAGMA temp_store = MEMORY", "PRAGMA TEMP_STORE", true},
    {kLite, "PRAGMA wal_checkpoint", "PRAGMA WAL_CHECKPOINT", true},
    {kLite, "DETACH DATABASE a", "DETACH", false},
};

TEST(Classify, KnowsWhatCannotRunInATransaction) {
  for (const Case& test : kBare) {
    const StatementClass what = classify(test.sql, test.flavor);
    EXPECT_EQ(what.transactional, Transactional::kCannotRunInTransaction) << test.sql;
    EXPECT_EQ(what.label, test.label) << test.sql;
    EXPECT_EQ(what.idempotent, test.idempotent) << test.sql;
  }
}

TEST(Classify, LeavesEverythingElseInItsTransaction) {
  const std::pair<Flavor, std::string_view> statements[] = {
      {kPg, "REFRESH MATERIALIZED VIEW CONCURRENTLY v"},
      {kPg, "REINDEX TABLE t"},
      {kPg, "REINDEX (CONCURRENTLY false) TABLE t"},
      {kPg, "REINDEX (VERBOSE, CONCURRENTLY off) INDEX i"},
      {kPg, "CLUSTER t USING i"},
      {kPg, "CLUSTER VERBOSE t"},
      {kPg, "ANALYZE"},
      {kPg, "CHECKPOINT"},
      {kPg, "DISCARD TEMP"},
      {kPg, "ALTER DATABASE d SET search_path = tablespace"},
      {kPg, "ALTER TABLE t DETACH PARTITION p"},
      {kPg, "ALTER TABLE t DETACH PARTITION p FINALIZE"},
      {kPg, "ALTER TABLE t ATTACH PARTITION concurrently DEFAULT"},
      {kPg, "ALTER TABLE t SET TABLESPACE x"},
      {kPg, "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)"},
      {kPg,
       "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (slot_name = NONE, create_slot = "
       "off)"},
      {kPg, "ALTER SUBSCRIPTION s DISABLE"},
      {kPg, "ALTER SUBSCRIPTION s SET (slot_name = NONE)"},
      {kPg, "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (copy_data = false, refresh = false)"},
      {kPg, "CREATE INDEX i ON t (concurrently)"},
      {kPg, "CREATE INDEX \"CONCURRENTLY\" ON t (a)"},
      {kPg, "COMMENT ON INDEX i IS 'CREATE INDEX CONCURRENTLY'"},
      {kPg, "CREATE FUNCTION f() RETURNS void AS $$ VACUUM; COMMIT; $$ LANGUAGE sql"},
      {kPg, "DO $$ BEGIN EXECUTE 'COMMIT;'; -- ; COMMIT;\n END $$"},
      {kPg, "DO $$ DECLARE commit int; BEGIN commit := 1; PERFORM commit; END $$"},
      {kPg, "DO 'BEGIN NULL; END'"},
      {kPg, "TRUNCATE t"},
      {kLite, "REINDEX"},
      {kLite, "ANALYZE t"},
      {kLite, "PRAGMA journal_mode"},
      {kLite, "PRAGMA foreign_keys"},
      {kLite, "PRAGMA defer_foreign_keys = ON"},
      {kLite, "PRAGMA user_version = 3"},
      {kLite, "PRAGMA legacy_alter_table = ON"},
      {kLite, "ATTACH 'x.db' AS x"},
      {kLite, "REFRESH MATERIALIZED VIEW v"},
  };
  for (const auto& [flavor, sql] : statements) {
    EXPECT_EQ(classify(sql, flavor).transactional, Transactional::kTransactional) << sql;
  }
}

TEST(Classify, ANewEnumValueEndsTheTransactionThatAddsIt) {
  const StatementClass what =
      classify("ALTER TYPE s.\"Mood\" ADD VALUE IF NOT EXISTS 'so''so' BEFORE 'b'", kPg);
  EXPECT_EQ(what.transactional, Transactional::kEndsTransactionUnit);
  EXPECT_EQ(what.label, "ALTER TYPE … ADD VALUE");
  EXPECT_EQ(what.name, (ObjectName{"s", "Mood"}));
  EXPECT_EQ(what.value, "so'so");
  EXPECT_TRUE(what.if_not_exists);
  EXPECT_TRUE(what.idempotent);
  EXPECT_FALSE(classify("ALTER TYPE m ADD VALUE 'a'", kPg).idempotent);
  EXPECT_EQ(classify("ALTER TYPE m RENAME VALUE 'a' TO 'b'", kPg).transactional,
            Transactional::kTransactional);
  EXPECT_EQ(classify("ALTER TYPE m ADD ATTRIBUTE value int", kPg).transactional,
            Transactional::kTransactional);
}

TEST(Classify, NamesThePartition) {
  const StatementClass what = classify("ALTER TABLE a.t DETACH PARTITION b.p CONCURRENTLY", kPg);
  EXPECT_EQ(what.name, (ObjectName{"a", "t"}));
  EXPECT_EQ(what.partition, (ObjectName{"b", "p"}));
  EXPECT_TRUE(what.concurrently);
}

}  // namespace
}  // namespace bedstone::sql
