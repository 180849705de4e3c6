// shows: P19
#include "sql/classify.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>

namespace bedstone::sql {
namespace {

constexpr Flavor kPg = Flavor::kPostgres;
constexpr Flavor kLite = Flavor::kSqlite;

std::string dotted(const ObjectName& name) {
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

/// "label | name | on table | flags": what a reader of the table wants to see.
std::string told(const StatementClass& what) {
  std::string text = what.label + " | " + dotted(what.name);
  if (!what.on_table.empty()) text += " on " + dotted(what.on_table);
  if (!what.partition.empty()) text += " part " + dotted(what.partition);
  if (!what.value.empty()) text += " = " + what.value;
  text += " |";
  const std::pair<bool, std::string_view> flags[] = {
      {what.transactional == Transactional::kCannotRunInTransaction, "bare"},
      {what.transactional == Transactional::kEndsTransactionUnit, "unit"},
      {what.transactional == Transactional::kTransactionControl, "control"},
      {what.destructive, "destructive"},
      {what.every_row, "every"},
      {what.concurrently, "concurrently"},
      {what.if_exists, "if_exists"},
      {what.if_not_exists, "if_not_exists"},
      {what.or_replace, "or_replace"},
      {what.temporary, "temporary"},
      {what.copy_from_stdin, "stdin"},
      {what.changes_session, "session"},
      {what.set_local, "local"},
      {what.idempotent, "again"},
  };
  for (const auto& [set, name] : flags) {
    if (set) text += " " + std::string(name);
  }
  return text;
}

struct Case {
  Flavor flavor;
  std::string_view sql;
  std::string_view says;
};

void check(std::span<const Case> cases) {
  for (const Case& test : cases) {
    EXPECT_EQ(told(classify(test.sql, test.flavor)), test.says) << test.sql;
  }
}

TEST(Classify, NamesWhatIsCreated) {
  constexpr Case kCases[] = {
      {kPg, "CREATE TABLE Accounts (id int)", "CREATE TABLE | accounts |"},
      {kLite, "CREATE TABLE Accounts (id int)", "CREATE TABLE | Accounts |"},
      {kPg, "/* x */ create -- y\n table if not exists \"S\".\"T a\" (id int);",
       "CREATE TABLE | S.T a | if_not_exists again"},
      {kPg, "CREATE UNLOGGED TABLE a.b.c ()", "CREATE TABLE | b.c |"},
      {kPg, "CREATE TEMP TABLE t ()", "CREATE TABLE | t | temporary session"},
      {kLite, "CREATE VIRTUAL TABLE IF NOT EXISTS s USING fts5(a)",
       "CREATE VIRTUAL TABLE | s | if_not_exists again"},
      {kLite, "CREATE TABLE [a b](c)", "CREATE TABLE | a b |"},
      {kLite, "CREATE TABLE 'a'(c)", "CREATE TABLE | a |"},
      {kPg, "CREATE FOREIGN TABLE f () SERVER s", "CREATE FOREIGN TABLE | f |"},
      {kPg, "CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE VIEW | v | or_replace again"},
      {kPg, "CREATE RECURSIVE VIEW s.v (a) AS SELECT 1", "CREATE VIEW | s.v |"},
      {kPg, "CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1",
       "CREATE MATERIALIZED VIEW | v | if_not_exists again"},
      {kPg, "CREATE OR REPLACE FUNCTION s.f(a int) RETURNS int AS $$ CONCURRENTLY $$",
       "CREATE FUNCTION | s.f | or_replace again"},
      {kPg, "CREATE PROCEDURE p() BEGIN ATOMIC END", "CREATE PROCEDURE | p |"},
      {kPg, "CREATE TRIGGER g BEFORE UPDATE OF a ON s.t EXECUTE FUNCTION f()",
       "CREATE TRIGGER | g on s.t |"},
      {kPg, "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()",
       "CREATE CONSTRAINT TRIGGER | g on t |"},
      {kLite, "CREATE TEMP TRIGGER IF NOT EXISTS g AFTER INSERT ON T BEGIN SELECT 1; END",
       "CREATE TRIGGER | g on T | if_not_exists temporary session again"},
      {kPg, "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
       "CREATE EVENT TRIGGER | e |"},
      {kPg, "CREATE POLICY p ON s.t USING (true)", "CREATE POLICY | p on s.t |"},
      {kPg, "CREATE RULE r AS ON INSERT TO t DO NOTHING", "CREATE RULE | r on t |"},
      {kPg, "CREATE TYPE mood AS ENUM ('CONCURRENTLY')", "CREATE TYPE | mood |"},
      {kPg, "CREATE SCHEMA IF NOT EXISTS s", "CREATE SCHEMA | s | if_not_exists again"},
      {kPg, "CREATE SCHEMA AUTHORIZATION joe", "CREATE SCHEMA | joe |"},
      {kPg, "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"",
       "CREATE EXTENSION | uuid-ossp | if_not_exists again"},
      {kPg, "CREATE USER joe", "CREATE USER | joe |"},
      {kPg, "CREATE USER MAPPING FOR joe SERVER s", "CREATE USER MAPPING |  |"},
      {kPg, "CREATE STATISTICS ON a, b FROM t", "CREATE STATISTICS |  |"},
      {kPg, "CREATE OPERATOR + (FUNCTION = f)", "CREATE OPERATOR |  |"},
      {kPg, "CREATE", "CREATE |  |"},
  };
  check(kCases);
}

TEST(Classify, NamesAnIndexAndItsTable) {
  constexpr Case kCases[] = {
      {kPg, "CREATE UNIQUE INDEX i ON s.t (a)", "CREATE INDEX | i on s.t |"},
      {kPg, "CREATE INDEX ON ONLY t (a)", "CREATE INDEX |  on t |"},
      {kPg, "CREATE INDEX IF NOT EXISTS i ON t (a)", "CREATE INDEX | i on t | if_not_exists again"},
      {kPg, "CREATE INDEX CONCURRENTLY i ON t (a)",
       "CREATE INDEX CONCURRENTLY | i on t | bare concurrently"},
      {kPg, "create unique index concurrently if not exists \"I\" on \"S\".t using gin (a)",
       "CREATE INDEX CONCURRENTLY | I on S.t | bare concurrently if_not_exists"},
      {kPg, "CREATE INDEX CONCURRENTLY ON t (a)",
       "CREATE INDEX CONCURRENTLY |  on t | bare concurrently"},
      {kPg, "CREATE INDEX /* CONCURRENTLY */ i ON t (a) WHERE b = 'CONCURRENTLY'",
       "CREATE INDEX | i on t |"},
      {kPg, "CREATE INDEX \"concurrently\" ON t (a)", "CREATE INDEX | concurrently on t |"},
      {kLite, "CREATE INDEX concurrently ON t (a)", "CREATE INDEX | concurrently on t |"},
  };
  check(kCases);
}

TEST(Classify, SeesWhatLosesData) {
  constexpr Case kCases[] = {
      {kPg, "DROP TABLE IF EXISTS s.t, u", "DROP TABLE | s.t | destructive if_exists again"},
      {kLite, "DROP TABLE t", "DROP TABLE | t | destructive"},
      {kPg, "DROP SCHEMA s CASCADE", "DROP SCHEMA | s | destructive"},
      {kPg, "DROP VIEW v", "DROP VIEW | v |"},
      {kPg, "DROP TYPE t CASCADE", "DROP TYPE | t | destructive"},
      {kPg, "DROP INDEX i", "DROP INDEX | i |"},
      {kPg, "DROP OWNED BY joe", "DROP OWNED |  | destructive"},
      {kPg, "DROP TRIGGER IF EXISTS g ON s.t", "DROP TRIGGER | g on s.t | if_exists again"},
      {kPg, "DROP FUNCTION f(int)", "DROP FUNCTION | f |"},
      {kPg, "ALTER TABLE t DROP a", "ALTER TABLE … DROP COLUMN | t | destructive"},
      {kPg, "ALTER TABLE IF EXISTS ONLY s.t * ADD b int, DROP COLUMN IF EXISTS a, DROP c",
       "ALTER TABLE … DROP COLUMN | s.t | destructive if_exists"},
      {kLite, "ALTER TABLE t DROP COLUMN a", "ALTER TABLE … DROP COLUMN | t | destructive"},
      {kPg, "ALTER TABLE t DROP CONSTRAINT c, ALTER a DROP DEFAULT, ALTER COLUMN b DROP NOT NULL",
       "ALTER TABLE | t |"},
      {kPg, "ALTER TABLE t ADD CHECK (drop_it IN (1, 2)), ADD \"drop\" int", "ALTER TABLE | t |"},
      {kPg, "ALTER TYPE t ADD ATTRIBUTE a int, DROP ATTRIBUTE b", "ALTER TYPE | t | destructive"},
      {kPg, "TRUNCATE TABLE ONLY s.t", "TRUNCATE | s.t | destructive"},
      {kPg, "DELETE FROM ONLY t", "DELETE | t | destructive every"},
      {kPg, "DELETE FROM t USING u WHERE t.a = u.a", "DELETE | t |"},
      {kPg, "DELETE FROM t USING (SELECT 1 WHERE true) u", "DELETE | t | destructive every"},
      {kPg, "UPDATE t SET a = 'WHERE'", "UPDATE | t | every"},
      {kLite, "UPDATE OR IGNORE t SET a = 1 WHERE b", "UPDATE | t |"},
      {kPg, "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "SELECT |  | destructive"},
      {kPg, "WITH d AS (DELETE FROM t WHERE a RETURNING *) INSERT INTO u SELECT * FROM d",
       "INSERT | u |"},
      {kPg, "WITH RECURSIVE a(b) AS MATERIALIZED (SELECT 1), c AS (SELECT (2)) DELETE FROM t",
       "DELETE | t | destructive every"},
  };
  check(kCases);
}

TEST(Classify, KnowsReadingAndWriting) {
  constexpr Case kCases[] = {
      {kPg, "SELECT 1", "SELECT |  |"},
      {kPg, "(SELECT 1) UNION SELECT 2", "SELECT |  |"},
      {kPg, "VALUES (1)", "VALUES |  |"},
      {kPg, "EXPLAIN DELETE FROM t", "EXPLAIN |  |"},
      {kPg, "INSERT INTO \"T\" VALUES (1)", "INSERT | T |"},
      {kLite, "INSERT OR REPLACE INTO t VALUES (1)", "INSERT | t |"},
      {kLite, "REPLACE INTO main.t VALUES (1)", "REPLACE | main.t |"},
      {kPg, "MERGE INTO t USING u ON a WHEN MATCHED THEN DELETE", "MERGE | t |"},
      {kPg, "COPY s.t (a, \"from\") FROM STDIN", "COPY | s.t | stdin"},
      {kPg, "COPY t (a) TO STDOUT", "COPY | t |"},
      {kPg, "COPY (SELECT a FROM stdin) TO STDOUT", "COPY |  |"},
      {kPg, "COPY t FROM '/x/stdin'", "COPY | t |"},
      {kPg, "LOCK TABLE ONLY s.t IN SHARE MODE", "LOCK | s.t |"},
      {kPg, "CALL s.p(1)", "CALL | s.p |"},
      {kPg, "COMMENT ON TABLE s.t IS 'CONCURRENTLY'", "COMMENT TABLE | s.t | again"},
      {kPg, "GRANT SELECT ON t TO joe", "GRANT |  | again"},
      {kPg, "frobnicate the table", " |  |"},
      {kPg, "-- nothing", " |  |"},
      {kPg, "", " |  |"},
      {kPg, "((((", "SELECT |  |"},
      {kPg, "INSERT INTO 'open", "INSERT |  |"},
  };
  check(kCases);
}

TEST(Classify, SettingsLastAsLongAsTheyDo) {
  constexpr Case kCases[] = {
      {kPg, "SET search_path TO a, public", "SET | search_path = a | session again"},
      {kPg, "SET SESSION lock_timeout = 500", "SET | lock_timeout = 500 | session again"},
      {kPg, "SET LOCAL app.\"User\" = 'Joe'", "SET LOCAL | app.User = Joe | session local again"},
      {kPg, "SET TIME ZONE 'UTC'", "SET | timezone = UTC | session again"},
      {kPg, "SET ROLE joe", "SET | role = joe | session again"},
      {kPg, "SET SESSION AUTHORIZATION joe", "SET | session_authorization = joe | session again"},
      {kPg, "SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS |  | session local again"},
      {kPg, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
       "SET SESSION CHARACTERISTICS |  | session again"},
      {kPg, "RESET ALL", "RESET | all | session again"},
      {kPg, "SELECT pg_catalog.set_config('search_path', '', false)",
       "SELECT | search_path | session again"},
      {kPg, "SELECT set_config('a.b', 'c', true)", "SELECT | a.b = c | session local again"},
      {kPg, "DISCARD PLANS", "DISCARD |  | session again"},
      {kPg, "PREPARE p AS SELECT 1", "PREPARE |  | session"},
      {kPg, "LISTEN a", "LISTEN |  | session"},
      {kLite, "PRAGMA main.User_Version = 7", "PRAGMA | main.user_version = 7 | again"},
      {kLite, "PRAGMA cache_size = -2000", "PRAGMA | cache_size = -2000 | session again"},
      {kLite, "PRAGMA recursive_triggers(ON)", "PRAGMA | recursive_triggers = ON | session again"},
      {kLite, "PRAGMA foreign_keys", "PRAGMA | foreign_keys | again"},
      {kLite, "PRAGMA foreign_key_check", "PRAGMA | foreign_key_check | again"},
      {kLite, "ATTACH DATABASE 'a.db' AS a", "ATTACH | a | session"},
  };
  check(kCases);
}

TEST(Classify, KnowsWhichControlTransactions) {
  struct Control {
    Flavor flavor;
    std::string_view sql;
    TransactionControl control;
    std::string_view name;
  };
  using enum TransactionControl;
  constexpr Control kCases[] = {
      {kPg, "BEGIN", kBegin, ""},
      {kPg, "begin isolation level serializable", kBegin, ""},
      {kLite, "BEGIN IMMEDIATE", kBegin, ""},
      {kPg, "START TRANSACTION READ ONLY", kBegin, ""},
      {kPg, "COMMIT WORK", kCommit, ""},
      {kPg, "END", kCommit, ""},
      {kLite, "END TRANSACTION", kCommit, ""},
      {kPg, "ROLLBACK AND CHAIN", kRollback, ""},
      {kPg, "ABORT", kRollback, ""},
      {kPg, "ROLLBACK TO s", kRollbackTo, "s"},
      {kLite, "ROLLBACK TRANSACTION TO SAVEPOINT S", kRollbackTo, "S"},
      {kPg, "SAVEPOINT S", kSavepoint, "s"},
      {kPg, "RELEASE SAVEPOINT s", kRelease, "s"},
      {kPg, "PREPARE TRANSACTION 'x'", kPrepare, ""},
      {kPg, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", kSetTransaction, ""},
  };
  for (const Control& test : kCases) {
    const StatementClass what = classify(test.sql, test.flavor);
    EXPECT_EQ(what.verb, Verb::kTransaction) << test.sql;
    EXPECT_EQ(what.transactional, Transactional::kTransactionControl) << test.sql;
    EXPECT_EQ(what.control, test.control) << test.sql;
    EXPECT_EQ(what.name.name, test.name) << test.sql;
  }
  EXPECT_EQ(classify("PREPARE begin AS SELECT 1", kPg).control, kNone);
  EXPECT_EQ(classify("COMMENT ON TABLE t IS 'COMMIT'", kPg).control, kNone);
}

TEST(Classify, GivesEveryKindOfObject) {
  const std::pair<std::string_view, ObjectKind> kinds[] = {
      {"TABLE a", ObjectKind::kTable},
      {"INDEX a", ObjectKind::kIndex},
      {"VIEW a", ObjectKind::kView},
      {"MATERIALIZED VIEW a", ObjectKind::kMaterializedView},
      {"SEQUENCE a", ObjectKind::kSequence},
      {"FUNCTION a", ObjectKind::kFunction},
      {"ROUTINE a", ObjectKind::kFunction},
      {"PROCEDURE a", ObjectKind::kProcedure},
      {"AGGREGATE a", ObjectKind::kAggregate},
      {"TRIGGER a ON b", ObjectKind::kTrigger},
      {"EVENT TRIGGER a", ObjectKind::kEventTrigger},
      {"TYPE a", ObjectKind::kType},
      {"DOMAIN a", ObjectKind::kDomain},
      {"SCHEMA a", ObjectKind::kSchema},
      {"EXTENSION a", ObjectKind::kExtension},
      {"DATABASE a", ObjectKind::kDatabase},
      {"TABLESPACE a", ObjectKind::kTablespace},
      {"ROLE a", ObjectKind::kRole},
      {"GROUP a", ObjectKind::kRole},
      {"POLICY a ON b", ObjectKind::kPolicy},
      {"RULE a ON b", ObjectKind::kRule},
      {"PUBLICATION a", ObjectKind::kPublication},
      {"SUBSCRIPTION a", ObjectKind::kSubscription},
      {"STATISTICS a", ObjectKind::kStatistics},
  };
  for (const auto& [rest, kind] : kinds) {
    const StatementClass what = classify("DROP " + std::string(rest), kPg);
    EXPECT_EQ(what.verb, Verb::kDrop);
    EXPECT_EQ(what.object, kind) << rest;
    EXPECT_EQ(what.name.name, "a") << rest;
  }
  EXPECT_EQ(classify("DROP OPERATOR + (a, b)", kPg).object, ObjectKind::kOther);
}

}  // namespace
}  // namespace bedstone::sql
