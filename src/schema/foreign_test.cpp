/// Whose database is it? Every tool's history table, as the tool makes it.
#include "schema/foreign.hpp"

#include "schema/testing.hpp"

namespace bedstone::schema::testing {
namespace {

class ForeignTest : public SchemaTest {};
INSTANTIATE_TEST_SUITE_P(Engines, ForeignTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

struct History {
  std::string_view tool;
  std::string_view script;
  std::string_view table;
};

const std::vector<History> kHistories = {
    {"flyway",
     "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50),"
     " description varchar(200), type varchar(20), script varchar(1000), checksum int,"
     " installed_by varchar(100), installed_on timestamp, execution_time int, success boolean)",
     "flyway_schema_history"},
    {"flyway", "CREATE TABLE schema_version (installed_rank int, checksum int, success boolean)",
     "schema_version"},
    {"liquibase",
     "CREATE TABLE databasechangelog (id varchar(255), author varchar(255), filename varchar(255),"
     " dateexecuted timestamp, orderexecuted int, exectype varchar(10), md5sum varchar(35))\n--\n"
     "CREATE TABLE databasechangeloglock (id int, locked boolean)",
     "databasechangelog"},
    {"golang-migrate", "CREATE TABLE schema_migrations (version bigint, dirty boolean)",
     "schema_migrations"},
    {"ecto", "CREATE TABLE schema_migrations (version bigint, inserted_at timestamp)",
     "schema_migrations"},
    {"rails",
     "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)\n--\n"
     "CREATE TABLE ar_internal_metadata (\"key\" varchar, value varchar)",
     "schema_migrations"},
    {"dbmate", "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)",
     "schema_migrations"},
    {"goose",
     "CREATE TABLE goose_db_version (id int, version_id bigint, is_applied boolean,"
     " tstamp timestamp)",
     "goose_db_version"},
    {"diesel", "CREATE TABLE __diesel_schema_migrations (version varchar(50), run_on timestamp)",
     "__diesel_schema_migrations"},
    {"sqlx",
     "CREATE TABLE _sqlx_migrations (version bigint, description text, installed_on timestamp,"
     " success boolean, checksum text, execution_time bigint)",
     "_sqlx_migrations"},
    {"refinery",
     "CREATE TABLE refinery_schema_history (version int, name varchar(255),"
     " applied_on varchar(255), checksum varchar(255))",
     "refinery_schema_history"},
    {"prisma",
     "CREATE TABLE _prisma_migrations (id varchar(36), checksum varchar(64), finished_at timestamp,"
     " migration_name varchar(255), rolled_back_at timestamp)",
     "_prisma_migrations"},
    {"alembic", "CREATE TABLE alembic_version (version_num varchar(32))", "alembic_version"},
    {"django",
     "CREATE TABLE django_migrations (id int, app varchar(255), name varchar(255),"
     " applied timestamp)",
     "django_migrations"},
    {"atlas",
     "CREATE TABLE atlas_schema_revisions (version varchar, hash varchar, partial_hashes text)",
     "atlas_schema_revisions"},
    {"sqitch", "CREATE TABLE changes (change_id text, script_hash text, planner_name text)",
     "changes"},
    {"node-pg-migrate", "CREATE TABLE pgmigrations (id int, name varchar(255), run_on timestamp)",
     "pgmigrations"},
    {"knex",
     "CREATE TABLE knex_migrations (id int, name varchar(255), batch int,"
     " migration_time timestamp)",
     "knex_migrations"},
    {"drizzle", "CREATE TABLE __drizzle_migrations (id int, hash text, created_at bigint)",
     "__drizzle_migrations"},
    {"typeorm", "CREATE TABLE migrations (id int, \"timestamp\" bigint, name varchar)",
     "migrations"},
};

TEST_P(ForeignTest, EveryToolIsKnownByItsHistory) {
  for (const History& history : kHistories) {
    Made made = make("CREATE TABLE accounts (id int)");
    run(*made.connection, history.script);
    const ForeignOwner owner = must(detect(*made.connection, made.options));
    EXPECT_EQ(owner.kind, OwnerKind::kTool) << history.tool;
    EXPECT_EQ(owner.tool, history.tool);
    const std::string prefix = is_sqlite() ? "" : made.options.schema + ".";
    EXPECT_EQ(owner.history_table, prefix + std::string(history.table));
    EXPECT_EQ(owner.objects.empty() ? "" : owner.objects.front(), "accounts") << history.tool;
    EXPECT_FALSE(must(is_empty(*made.connection, made.options)));
  }
}

TEST_P(ForeignTest, TablesOfTheSameNameWithOtherColumnsAreNoHistory) {
  for (const std::string_view script :
       {"CREATE TABLE migrations (a int)", "CREATE TABLE changes (id int, what text)",
        "CREATE TABLE schema_version (version int)", "CREATE TABLE schema_migrations (a int)",
        "CREATE VIEW alembic_version AS SELECT 1 AS version_num"}) {
    const Made made = make(script);
    const ForeignOwner owner = must(detect(*made.connection, made.options));
    EXPECT_EQ(owner.kind, OwnerKind::kUnknown) << script;
    EXPECT_EQ(owner.tool, "");
  }
}

TEST_P(ForeignTest, AnEmptySchemaHasNoOwner) {
  const Made made = make("");
  EXPECT_EQ(must(detect(*made.connection, made.options)).kind, OwnerKind::kNone);
  EXPECT_TRUE(must(is_empty(*made.connection, made.options)));
}

TEST_P(ForeignTest, UnknownTablesAreCountedAndAFewNamed) {
  const Made made = make("CREATE VIEW a_view AS SELECT 1 AS one");
  for (int i = 0; i < 8; ++i)
    run(*made.connection, fmt::format("CREATE TABLE t{} (id int)", i));
  const ForeignOwner owner = must(detect(*made.connection, made.options));
  EXPECT_EQ(owner.kind, OwnerKind::kUnknown);
  EXPECT_EQ(owner.object_count, 9U);
  EXPECT_EQ(owner.objects, (std::vector<std::string>{"t0", "t1", "t2", "t3", "t4"}));
}

TEST_P(ForeignTest, WhatIsExcludedDoesNotCount) {
  Made made = make("CREATE TABLE system_config (a int)");
  EXPECT_FALSE(must(is_empty(*made.connection, made.options)));
  made.options.exclude = [](std::string_view name) { return name == "system_config"; };
  EXPECT_TRUE(must(is_empty(*made.connection, made.options)));
  EXPECT_EQ(must(detect(*made.connection, made.options)).kind, OwnerKind::kNone);
}

class SqliteForeignTest : public db::testing::EngineTest {
 protected:
  SqliteForeignTest() : EngineTest(Engine::kSqlite) {}
};

TEST_F(SqliteForeignTest, BedstonesAndSqlitesOwnTablesDoNotCount) {
  execute("CREATE TABLE bedstone_migrations (id integer PRIMARY KEY AUTOINCREMENT, v text)");
  execute("CREATE INDEX bedstone_i ON bedstone_migrations (v)");
  execute("INSERT INTO bedstone_migrations (v) VALUES ('x')");
  execute("ANALYZE");
  EXPECT_TRUE(must(is_empty(db(), {})));
  execute("CREATE TABLE bedstonelike (a int)");
  EXPECT_FALSE(must(is_empty(db(), {})));
}

TEST_F(SqliteForeignTest, LiquibasesCapitalsAreRead) {
  execute("CREATE TABLE DATABASECHANGELOG (ID text, AUTHOR text, MD5SUM text)");
  const ForeignOwner owner = must(detect(db(), {}));
  EXPECT_EQ(owner.tool, "liquibase");
  EXPECT_EQ(owner.history_table, "DATABASECHANGELOG");
}

class PostgresForeignTest : public db::testing::EngineTest {
 protected:
  PostgresForeignTest() : EngineTest(Engine::kPostgres) {}
};

TEST_F(PostgresForeignTest, ASchemaThatDoesNotExistIsEmpty) {
  InspectOptions options;
  options.schema = "nowhere";
  EXPECT_TRUE(must(is_empty(db(), options)));
  EXPECT_EQ(must(detect(db(), options)).kind, OwnerKind::kNone);
}

TEST_F(PostgresForeignTest, ObjectsOfExtensionsDoNotCount) {
  if (query("SELECT 1 FROM pg_available_extensions WHERE name = 'citext'").empty()) {
    GTEST_SKIP() << "this server has no citext";
  }
  execute("CREATE EXTENSION citext");
  EXPECT_TRUE(must(is_empty(db(), {})));
  execute("CREATE TYPE own AS ENUM ('a')");
  EXPECT_FALSE(must(is_empty(db(), {})));
}

TEST_F(PostgresForeignTest, EveryKindOfObjectCounts) {
  for (const std::string_view sql :
       {"CREATE TABLE s.a (a int)", "CREATE VIEW s.b AS SELECT 1 AS a", "CREATE SEQUENCE s.c",
        "CREATE TYPE s.d AS ENUM ('x')", "CREATE TYPE s.e AS (a int)", "CREATE DOMAIN s.f AS int",
        "CREATE FUNCTION s.g() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE MATERIALIZED VIEW s.h AS SELECT 1 AS a"}) {
    execute("CREATE SCHEMA s");
    InspectOptions options;
    options.schema = "s";
    EXPECT_TRUE(must(is_empty(db(), options)));
    execute(sql);
    EXPECT_FALSE(must(is_empty(db(), options))) << sql;
    execute("DROP SCHEMA s CASCADE");
  }
}

TEST_F(PostgresForeignTest, RegistriesInSchemasOfTheirOwnAreFoundOnceThereIsSomethingToOwn) {
  execute("CREATE SCHEMA sqitch");
  execute("CREATE TABLE sqitch.changes (change_id text, script_hash text)");
  EXPECT_EQ(must(detect(db(), {})).kind, OwnerKind::kNone);
  EXPECT_TRUE(must(is_empty(db(), {})));
  execute("CREATE TABLE accounts (id int)");
  const ForeignOwner owner = must(detect(db(), {}));
  EXPECT_EQ(owner.tool, "sqitch");
  EXPECT_EQ(owner.history_table, "sqitch.changes");
  EXPECT_EQ(owner.objects, (std::vector<std::string>{"accounts"}));
}

}  // namespace
}  // namespace bedstone::schema::testing
