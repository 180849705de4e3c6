/// Canonical text: what is equal gives the same fingerprint, what differs shows, object by object.
// shows: PR9, P29
#include "schema/canonical.hpp"

#include "schema/testing.hpp"

namespace bedstone::schema::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Engines, SchemaTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

struct Pair {
  std::string_view what;
  std::string_view one;
  std::string_view other;
};

const std::vector<Pair> kSameEverywhere = {
    {"the order in which objects were made",
     "CREATE TABLE a (id int PRIMARY KEY)\n--\nCREATE TABLE b (id int)\n--\n"
     "CREATE INDEX i ON b (id)\n--\nCREATE VIEW v AS SELECT id FROM a",
     "CREATE TABLE b (id int)\n--\nCREATE TABLE a (id int PRIMARY KEY)\n--\n"
     "CREATE VIEW v AS SELECT id FROM a\n--\nCREATE INDEX i ON b (id)"},
    {"a column added later, at the end", "CREATE TABLE t (a int, b text DEFAULT 'x' NOT NULL)",
     "CREATE TABLE t (a int)\n--\nALTER TABLE t ADD COLUMN b text NOT NULL DEFAULT 'x'"},
    {"the gap of a dropped column", "CREATE TABLE t (a int, c int)",
     "CREATE TABLE t (a int, b int, c int)\n--\nALTER TABLE t DROP COLUMN b"},
    {"an index made again", "CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a)",
     "CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a)\n--\nDROP INDEX i\n--\n"
     "CREATE INDEX i ON t (a)"},
    {"a renamed table",
     "CREATE TABLE n (a int)\n--\nCREATE VIEW v AS SELECT a FROM n\n--\nCREATE INDEX i ON n (a)",
     "CREATE TABLE o (a int)\n--\nCREATE VIEW v AS SELECT a FROM o\n--\nCREATE INDEX i ON o "
     "(a)\n--\n"
     "ALTER TABLE o RENAME TO n"},
    {"a renamed column",
     "CREATE TABLE t (n int, CONSTRAINT c CHECK (n > 0))\n--\nCREATE INDEX i ON t (n) WHERE n > 5",
     "CREATE TABLE t (o int, CONSTRAINT c CHECK (o > 0))\n--\n"
     "CREATE INDEX i ON t (o) WHERE o > 5\n--\nALTER TABLE t RENAME COLUMN o TO n"},
    {"white space and comments",
     "CREATE TABLE t (a int DEFAULT 1)\n--\nCREATE VIEW v AS SELECT a FROM t WHERE a IN (1, 2)",
     "CREATE TABLE t (a int\n  DEFAULT   1 /* one */)\n--\n"
     "CREATE VIEW v AS\nSELECT  a -- all\nFROM t WHERE a IN(1,2)"},
    {"quotes around names", "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0))",
     "CREATE TABLE \"t\" (\"a\" int, CONSTRAINT \"c\" CHECK (\"a\">0))"},
    {"the order of constraints",
     "CREATE TABLE t (a int, b int, CONSTRAINT x CHECK (a > 0), CONSTRAINT y CHECK (b > 0),"
     " UNIQUE (a), UNIQUE (b))",
     "CREATE TABLE t (a int, b int, UNIQUE (b), CONSTRAINT y CHECK (b > 0), UNIQUE (a),"
     " CONSTRAINT x CHECK (a > 0))"},
    {"rows", "CREATE TABLE t (a int)", "CREATE TABLE t (a int)\n--\nINSERT INTO t VALUES (1)"},
};

const std::vector<Pair> kSameInSqlite = {
    {"every kind of quotes", "CREATE TABLE t (\"key\" int, b text, CHECK (\"key\" > length(b)))",
     "CREATE TABLE [t] (`key` int, [b] text, CHECK ([key] > LENGTH(`b`)))"},
    {"a rename that adds quotes everywhere",
     "CREATE TABLE p (id integer PRIMARY KEY)\n--\n"
     "CREATE TABLE c (p int REFERENCES p (id), CHECK (p > 0))\n--\n"
     "CREATE TRIGGER g AFTER INSERT ON p BEGIN DELETE FROM c WHERE p = NEW.id; END\n--\n"
     "CREATE VIEW v AS SELECT c.p, p.id FROM c JOIN p ON p.id = c.p",
     "CREATE TABLE old (id integer PRIMARY KEY)\n--\n"
     "CREATE TABLE c (o int REFERENCES old (id), CHECK (o > 0))\n--\n"
     "CREATE TRIGGER g AFTER INSERT ON old BEGIN DELETE FROM c WHERE o = NEW.id; END\n--\n"
     "CREATE VIEW v AS SELECT c.o, old.id FROM c JOIN old ON old.id = c.o\n--\n"
     "ALTER TABLE old RENAME TO p\n--\nALTER TABLE c RENAME COLUMN o TO p"},
    {"the case of keywords, types, functions and references",
     "CREATE TABLE T (Id integer primary key)\n--\n"
     "create table c (t int references T (Id), n varchar(20) default (lower('X')))",
     "CREATE TABLE T (Id INTEGER PRIMARY KEY)\n--\n"
     "CREATE TABLE c (t INT REFERENCES t (id), n VARCHAR( 20 ) DEFAULT (LOWER('X')))"},
    {"a check beside the column or behind them", "CREATE TABLE t (a int CHECK (a > 0))",
     "CREATE TABLE t (a int, CHECK (a > 0))"},
    {"a column spliced before table constraints",
     "CREATE TABLE t (a int, b int REFERENCES t (a), UNIQUE (a), CHECK (a > 0))",
     "CREATE TABLE t (a int, UNIQUE (a), CHECK (a > 0))\n--\n"
     "ALTER TABLE t ADD COLUMN b int REFERENCES t (a)"},
    {"strings without quotes", "CREATE TABLE t (a text DEFAULT 'Word')",
     "CREATE TABLE t (a text DEFAULT Word)"},
    {"IF NOT EXISTS and the schema's name",
     "CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a)\n--\nCREATE VIEW v AS SELECT 1",
     "CREATE TABLE IF NOT EXISTS main.t (a int)\n--\nCREATE INDEX IF NOT EXISTS main.i ON t "
     "(a)\n--\n"
     "CREATE VIEW IF NOT EXISTS main.v AS SELECT 1"},
    {"statistics", "CREATE TABLE t (a int PRIMARY KEY)",
     "CREATE TABLE t (a int PRIMARY KEY)\n--\nINSERT INTO t VALUES (1)\n--\nANALYZE"},
};

const std::vector<Pair> kSameInPostgres = {
    {"a default set later", "CREATE TABLE t (a int DEFAULT 5 NOT NULL)",
     "CREATE TABLE t (a int)\n--\nALTER TABLE t ALTER a SET DEFAULT 5, ALTER a SET NOT NULL"},
    {"constraints added later",
     "CREATE TABLE p (id int PRIMARY KEY)\n--\n"
     "CREATE TABLE c (p int REFERENCES p, CHECK (p > 0))",
     "CREATE TABLE c (p int)\n--\nCREATE TABLE p (id int)\n--\nALTER TABLE p ADD PRIMARY KEY "
     "(id)\n--\n"
     "ALTER TABLE c ADD CONSTRAINT c_p_check CHECK (p > 0)\n--\n"
     "ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p (id)"},
    {"an enum value added at its place", "CREATE TYPE e AS ENUM ('a', 'b', 'c')",
     "CREATE TYPE e AS ENUM ('a', 'c')\n--\nALTER TYPE e ADD VALUE 'b' BEFORE 'c'"},
    {"a function replaced by itself",
     "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a'",
     "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 0'\n--\n"
     "CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a'"},
    {"names of types", "CREATE TABLE t (a int4, b varchar(5), c timestamptz, d decimal(5, 2))",
     "CREATE TABLE t (a integer, b character varying(5), c timestamp with time zone,"
     " d numeric(5,2))"},
};

const std::vector<Pair>& own_pairs(Engine engine) {
  return engine == Engine::kSqlite ? kSameInSqlite : kSameInPostgres;
}

TEST_P(SchemaTest, EqualSchemasGiveTheSameFingerprintHoweverTheyWereMade) {
  for (const auto* pairs : {&kSameEverywhere, &own_pairs(GetParam())}) {
    for (const Pair& pair : *pairs) {
      const std::string one = text_of(pair.one);
      const std::string other = text_of(pair.other);
      EXPECT_EQ(one, other) << pair.what;
      EXPECT_EQ(fingerprint(one), fingerprint(other)) << pair.what;
      EXPECT_GT(one.size(), std::string_view("format 1\n").size()) << pair.what;
    }
  }
}

struct Change {
  std::string_view one;
  std::string_view other;
  std::vector<std::string> differences;
};

const std::vector<Change> kChangesEverywhere = {
    {"CREATE TABLE t (a int)",
     "CREATE TABLE t (a int)\n--\nCREATE TABLE u (b int, c int)",
     {"table u is extra"}},
    {"CREATE TABLE t (a int, b text)", "CREATE TABLE t (a int)", {"column t.b is missing: text"}},
    {"CREATE TABLE t (a int, b text)",
     "CREATE TABLE t (b text, a int)",
     {"column-order t is different: (b, a) instead of (a, b)"}},
    {"CREATE TABLE t (a text)",
     "CREATE TABLE t (a text NOT NULL)",
     {"column t.a is different: text not null instead of text"}},
    {"CREATE TABLE t (a int, b text)",
     "CREATE TABLE t (b text, c int)",
     {"column t.a is missing: int*", "column t.c is extra: int*"}},
    {"CREATE VIEW v AS SELECT 1 AS a",
     "CREATE VIEW v AS SELECT 2 AS a",
     {"view v is different: *2* instead of *1*"}},
    {"CREATE VIEW v AS SELECT 1 AS a",
     "CREATE VIEW w AS SELECT 1 AS a",
     {"view v is missing: *", "view w is extra: *"}},
};

const std::vector<Change> kChangesInSqlite = {
    {"CREATE TABLE t (a int)",
     "CREATE TABLE t (a integer)",
     {"column t.a is different: integer instead of int"}},
    {"CREATE TABLE t (a text DEFAULT 'x')",
     "CREATE TABLE t (a text DEFAULT 'X')",
     {"column t.a is different: text default 'X' instead of text default 'x'"}},
    {"CREATE TABLE t (a text DEFAULT x)",
     "CREATE TABLE t (a text DEFAULT X)",
     {"column t.a is different: text default 'X' instead of text default 'x'"}},
    {"CREATE TABLE t (a text DEFAULT null)",
     "CREATE TABLE t (a text DEFAULT 'null')",
     {"column t.a is different: text default 'null' instead of text default null"}},
    {"CREATE TABLE t (a text)",
     "CREATE TABLE t (a text COLLATE NOCASE)",
     {"column t.a is different: text collate nocase instead of text"}},
    {"CREATE TABLE t (a text NOT NULL)",
     "CREATE TABLE t (a text NOT NULL ON CONFLICT IGNORE)",
     {"column t.a is different: text not null not null on conflict ignore instead of text not "
      "null"}},
    {"CREATE TABLE t (a integer PRIMARY KEY)",
     "CREATE TABLE t (a integer PRIMARY KEY AUTOINCREMENT)",
     {"column t.a is different: integer autoincrement instead of integer"}},
    {"CREATE TABLE t (a integer PRIMARY KEY)",
     "CREATE TABLE t (a integer PRIMARY KEY DESC)",
     {"primary-key t is different: (a) desc instead of (a)"}},
    {"CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))",
     "CREATE TABLE t (a int, b int, PRIMARY KEY (b, a))",
     {"primary-key t is different: (b, a) instead of (a, b)"}},
    {"CREATE TABLE t (a int, b int AS (a + 1))",
     "CREATE TABLE t (a int, b int AS (a + 2))",
     {"column t.b is different: int generated always as (a + 2) virtual instead of int generated "
      "always as (a + 1) virtual"}},
    {"CREATE TABLE t (a int, b int AS (a) VIRTUAL)",
     "CREATE TABLE t (a int, b int AS (a) STORED)",
     {"column t.b is different: int generated always as (a) stored instead of int generated always "
      "as (a) virtual"}},
    {"CREATE TABLE t (a int PRIMARY KEY)",
     "CREATE TABLE t (a int PRIMARY KEY) WITHOUT ROWID",
     {"column t.a is different: int not null instead of int",
      "table t is different: without rowid instead of (nothing)"}},
    {"CREATE TABLE t (a int)",
     "CREATE TABLE t (a int) STRICT",
     {"table t is different: strict instead of (nothing)"}},
    {"CREATE TABLE t (a int UNIQUE)",
     "CREATE TABLE t (a int UNIQUE ON CONFLICT REPLACE)",
     {"unique t is different: (a) on conflict replace instead of (a)"}},
    {"CREATE TABLE t (a int, b int, UNIQUE (a))",
     "CREATE TABLE t (a int, b int, UNIQUE (a), UNIQUE (b))",
     {"unique t is extra: (b)"}},
    {"CREATE TABLE t (a int CHECK (a > 0))",
     "CREATE TABLE t (a int CHECK (a > 1))",
     {"check t is different: (a > 1) instead of (a > 0)"}},
    {"CREATE TABLE t (a int CHECK (a > 0))",
     "CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0))",
     {"check t is missing: (a > 0)", "check t.positive is extra: (a > 0)"}},
    {"CREATE TABLE t (a text CHECK (a IN ('x')))",
     "CREATE TABLE t (a text CHECK (a IN ('X')))",
     {"check t is different: (a in('X')) instead of (a in('x'))"}},
    {"CREATE TABLE t (a int REFERENCES t (a))",
     "CREATE TABLE t (a int REFERENCES t (a) ON DELETE CASCADE)",
     {"foreign-key t is different: (a) references t (a) on delete cascade instead of (a) "
      "references "
      "t (a)"}},
    {"CREATE TABLE t (a int REFERENCES t (a))",
     "CREATE TABLE t (a int REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED)",
     {"foreign-key t is different: (a) references t (a) deferrable initially deferred instead of "
      "(a) references t (a)"}},
    {"CREATE TABLE t (a int, b int REFERENCES t DEFERRABLE INITIALLY DEFERRED, c int REFERENCES t)",
     "CREATE TABLE t (a int, b int REFERENCES t, c int REFERENCES t DEFERRABLE INITIALLY DEFERRED)",
     {"foreign-key t is different: *", "foreign-key t is different: *"}},
    {"CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a)",
     "CREATE TABLE t (a int)\n--\nCREATE UNIQUE INDEX i ON t (a)",
     {"index t.i is different: unique (a) instead of (a)"}},
    {"CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a)",
     "CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a DESC)",
     {"index t.i is different: (a desc) instead of (a)"}},
    {"CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (a)",
     "CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (a COLLATE NOCASE)",
     {"index t.i is different: (a collate nocase) instead of (a)"}},
    {"CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (lower(a), a)",
     "CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (upper(a), a)",
     {"index t.i is different: ((upper(a)), a) instead of ((lower(a)), a)"}},
    {"CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a) WHERE a > 1",
     "CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a) WHERE a > 2",
     {"index t.i is different: (a) where a > 2 instead of (a) where a > 1"}},
    {"CREATE TABLE t (a int)",
     "CREATE TABLE t (a int)\n--\nCREATE TRIGGER g AFTER INSERT ON T BEGIN DELETE FROM t; END",
     {"trigger t.g is extra: create trigger g after insert on t begin delete from t; end"}},
    {"CREATE TABLE t (a int)\n--\nCREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END",
     "CREATE TABLE t (a int)\n--\nCREATE TRIGGER g AFTER UPDATE ON t BEGIN DELETE FROM t; END",
     {"trigger t.g is different: *update* instead of *insert*"}},
    {"CREATE VIEW v AS SELECT 1 AS a",
     "CREATE VIEW v AS SELECT 1 AS \"A\"",
     {"view v is different: create view v as select 1 as \"A\" instead of create view v as select "
      "1 "
      "as a"}},
    {"CREATE VIRTUAL TABLE f USING fts5(a)",
     "CREATE VIRTUAL TABLE f USING fts5(a, b)",
     {"table f is different: virtual table create virtual table f using fts5(a, b) instead of "
      "virtual table create virtual table f using fts5(a)"}},
};

const std::vector<Change> kChangesInPostgres = {
    {"CREATE TABLE t (a varchar(5))",
     "CREATE TABLE t (a varchar(6))",
     {"column t.a is different: character varying(6) instead of character varying(5)"}},
    {"CREATE TABLE t (a text DEFAULT 'x')",
     "CREATE TABLE t (a text DEFAULT 'X')",
     {"column t.a is different: text default 'X' :: text instead of text default 'x' :: text"}},
    {"CREATE TABLE t (a text)",
     "CREATE TABLE t (a text COLLATE \"C\")",
     {"column t.a is different: text collate \"C\" instead of text"}},
    {"CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
     "CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY)",
     {"column t.a is different: integer not null generated by default as identity instead of "
      "integer not null generated always as identity"}},
    {"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
     "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 2) STORED)",
     {"column t.b is different: integer generated always as ((a + 2)) stored instead of integer "
      "generated always as ((a + 1)) stored"}},
    {"CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))",
     "CREATE TABLE t (a int, b int, PRIMARY KEY (b, a))",
     {"primary-key t.t_pkey is different: (b, a) instead of (a, b)"}},
    {"CREATE TABLE t (a int UNIQUE)",
     "CREATE TABLE t (a int UNIQUE DEFERRABLE)",
     {"unique t.t_a_key is different: (a) deferrable instead of (a)"}},
    {"CREATE TABLE t (a int, b int, UNIQUE (a))",
     "CREATE TABLE t (a int, b int, CONSTRAINT t_a_key UNIQUE (a) INCLUDE (b))",
     {"unique t.t_a_key is different: (a) include(b) instead of (a)"}},
    {"CREATE TABLE t (a int CHECK (a > 0))",
     "CREATE TABLE t (a int CHECK (a > 1))",
     {"check t.t_a_check is different: ((a > 1)) instead of ((a > 0))"}},
    {"CREATE TABLE t (a int CHECK (a > 0))",
     "CREATE TABLE t (a int)\n--\nALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID",
     {"check t.t_a_check is different: ((a > 0)) not valid instead of ((a > 0))"}},
    {"CREATE TABLE t (a int PRIMARY KEY REFERENCES t)",
     "CREATE TABLE t (a int PRIMARY KEY REFERENCES t ON DELETE CASCADE)",
     {"foreign-key t.t_a_fkey is different: (a) references t (a) on delete cascade instead of (a) "
      "references t (a)"}},
    {"CREATE TABLE t (a int4range)",
     "CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&))",
     {"exclusion t.t_a_excl is extra: EXCLUDE USING gist(a WITH &&)"}},
    {"CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t (a)",
     "CREATE TABLE t (a int)\n--\nCREATE INDEX i ON t USING hash (a)",
     {"index t.i is different: hash (a) instead of btree (a)"}},
    {"CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (a)",
     "CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (a text_pattern_ops)",
     {"index t.i is different: btree (a text_pattern_ops) instead of btree (a)"}},
    {"CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (a)",
     "CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (a COLLATE \"C\" DESC NULLS LAST)",
     {"index t.i is different: btree (a collate \"C\" desc nulls last) instead of btree (a)"}},
    {"CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (lower(a), a)",
     "CREATE TABLE t (a text)\n--\nCREATE INDEX i ON t (upper(a), a)",
     {"index t.i is different: btree ((upper(a)), a) instead of btree ((lower(a)), a)"}},
    {"CREATE TABLE t (a int, b int)\n--\nCREATE INDEX i ON t (a)",
     "CREATE TABLE t (a int, b int)\n--\nCREATE INDEX i ON t (a) INCLUDE (b) WITH (fillfactor=70)"
     " WHERE b > 1",
     {"index t.i is different: btree (a) include (b) where (b > 1) with(fillfactor = 70) instead "
      "of "
      "btree (a)"}},
    {"CREATE TABLE t (a int)\n--\n"
     "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'\n--\n"
     "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
     "CREATE TABLE t (a int)\n--\n"
     "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'\n--\n"
     "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()\n--\n"
     "ALTER TABLE t DISABLE TRIGGER g",
     {"trigger t.g is different: CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "
      "f() disabled instead of CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "
      "f()"}},
    {"CREATE TYPE e AS ENUM ('a', 'b')",
     "CREATE TYPE e AS ENUM ('b', 'a')",
     {"enum e is different: ('b', 'a') instead of ('a', 'b')"}},
    {"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 2'",
     {"function f(a integer) is different: *"}},
    {"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
     {"function f(a integer) is different: *"}},
    {"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
     {"function f(a integer) is missing: *", "function f(a text) is extra: *"}},
    {"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN a + 1",
     "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN a + 2",
     {"function f(a integer) is different: *"}},
    {"CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'",
     "CREATE TABLE t (a int)",
     {"procedure p() is missing: *", "table t is extra"}},
    {"CREATE AGGREGATE s(int) (sfunc = int4pl, stype = int)",
     "CREATE AGGREGATE s(int) (sfunc = int4mul, stype = int)",
     {"aggregate s(integer) is different: *"}},
    {"CREATE SEQUENCE s",
     "CREATE SEQUENCE s INCREMENT 5",
     {"sequence s is different: *increment 5* instead of *increment 1*"}},
    {"CREATE DOMAIN d AS int CHECK (VALUE > 0)",
     "CREATE DOMAIN d AS int CHECK (VALUE > 1)",
     {"domain d is different: *"}},
    {"CREATE TYPE c AS (a int)",
     "CREATE TYPE c AS (a int, b text)",
     {"type c is different: (a integer, b text) instead of (a integer)"}},
    {"CREATE TABLE t (a int)",
     "CREATE TABLE t (a int)\n--\nCREATE POLICY p ON t USING (a > 0)\n--\n"
     "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
     {"policy t.p is extra: permissive for all to public using((a > 0))",
      "table t is different: row security instead of (nothing)"}},
    {"CREATE TABLE t (a int)",
     "CREATE TABLE t (a int)\n--\nCREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
     {"rule t.r is extra: *"}},
    {"CREATE TABLE t (a int, b int)",
     "CREATE TABLE t (a int, b int)\n--\nCREATE STATISTICS s ON a, b FROM t",
     {"statistics s is extra: *"}},
    {"CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
     "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a\n--\nCREATE INDEX i ON m (a)",
     {"index m.i is extra: btree (a)"}},
    {"CREATE TABLE t (a int)",
     "CREATE UNLOGGED TABLE t (a int)",
     {"table t is different: unlogged instead of (nothing)"}},
    {"CREATE TABLE t (a int) PARTITION BY RANGE (a)\n--\n"
     "CREATE TABLE u PARTITION OF t FOR VALUES FROM (0) TO (10)",
     "CREATE TABLE t (a int) PARTITION BY RANGE (a)\n--\n"
     "CREATE TABLE u PARTITION OF t FOR VALUES FROM (0) TO (20)",
     {"table u is different: inherits t, FOR VALUES FROM(0) TO(20) instead of inherits t, FOR "
      "VALUES "
      "FROM(0) TO(10)"}},
    {"CREATE VIEW v AS SELECT 1 AS a",
     "CREATE VIEW v WITH (security_barrier) AS SELECT 1 AS a",
     {"view v is different: with(security_barrier = true) SELECT 1 AS a instead of SELECT 1 AS a"}},
};

/// `*` stands for anything.
bool fits(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return fits(pattern.substr(1), text) || (!text.empty() && fits(pattern, text.substr(1)));
  }
  return !text.empty() && pattern.front() == text.front() &&
         fits(pattern.substr(1), text.substr(1));
}

TEST_P(SchemaTest, EveryDifferenceChangesTheFingerprintAndIsNamed) {
  const std::vector<Change>& own =
      GetParam() == Engine::kSqlite ? kChangesInSqlite : kChangesInPostgres;
  for (const auto* changes : {&kChangesEverywhere, &own}) {
    for (const Change& change : *changes) {
      const std::string one = text_of(change.one);
      const std::string other = text_of(change.other);
      EXPECT_NE(fingerprint(one), fingerprint(other)) << change.other;
      const std::vector<std::string> found = described(one, other);
      ASSERT_EQ(found.size(), change.differences.size())
          << ::testing::PrintToString(found) << " for " << change.other;
      for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_TRUE(fits(change.differences[i], found[i])) << found[i];
    }
  }
}

TEST(CanonicalTextTest, TellsItsFormat) {
  EXPECT_EQ(canonical_format(canonical_text({})), kCanonicalFormat);
  EXPECT_EQ(canonical_format("table t\n"), 0);
  EXPECT_EQ(canonical_format(""), 0);
}

TEST_P(SchemaTest, NamesAndTextsThatCouldBeTakenForOtherLinesStayOnTheirs) {
  const std::string text =
      text_of("CREATE TABLE \"a b.c\ntable x\" (\"d \"\"e\" text DEFAULT 'l1\nl2 \\')");
  EXPECT_NE(text.find("\ncolumn \"a b.c\\ntable x\".\"d \"\"e\" text default 'l1\\nl2 "),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("\ntable x"), std::string::npos) << text;
  EXPECT_TRUE(described("format 1\n", text) ==
              (std::vector<std::string>{"table \"a b.c\\ntable x\" is extra"}))
      << ::testing::PrintToString(described("format 1\n", text));
}

}  // namespace
}  // namespace bedstone::schema::testing
