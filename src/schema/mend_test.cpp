/// What a canonical text records can be made again, and what differs can be mended.
// shows: D2, D8, P29
#include "schema/mend.hpp"

#include <map>

#include "db/dialect.hpp"
#include "schema/testing.hpp"
#include "schema/zoo.hpp"

namespace bedstone::schema::testing {
namespace {

class MendTest : public SchemaTest {
 protected:
  std::string_view zoo() const { return is_sqlite() ? kSqliteZoo : kPostgresZoo; }

  /// The routines of a script, as a project's migrations would tell them.
  Sources sources_of(std::string_view script) const {
    Sources sources;
    for (const std::string& one : statements_of(script)) {
      const std::string sql = one.substr(one.find_first_not_of('\n'));
      for (const std::string_view word :
           {"CREATE FUNCTION ", "CREATE PROCEDURE ", "CREATE AGGREGATE "}) {
        if (!sql.starts_with(word)) continue;
        const std::string rest = sql.substr(word.size());
        sources.routines[rest.substr(0, rest.find('('))].push_back(sql);
      }
    }
    return sources;
  }

  /// Carries out what can be, again and again, as bootstrap does.
  std::vector<std::string> mend(Made& made, const std::string& recorded, const Sources& sources,
                                bool destructive) {
    std::vector<std::string> told;
    for (int round = 0; round < 5; ++round) {
      const std::string live = made.text();
      MendInput input{GetParam(), recorded, live, &sources, true};
      std::vector<MendStep> steps = plan_mending(input);
      std::erase_if(steps, [&](const MendStep& step) {
        return step.action == "leave" || (step.destructive && !destructive);
      });
      bool any = false;
      for (bool progress = true; progress;) {
        progress = false;
        std::erase_if(steps, [&](const MendStep& step) {
          if (!run_step(made, step)) return false;
          told.push_back(describe(step));
          return progress = any = true;
        });
      }
      last_failures_.clear();
      for (const MendStep& step : steps)
        last_failures_ += describe(step) + ": " + last_errors_[describe(step)] + "\n";
      if (!any) break;
    }
    return told;
  }

  bool run_step(Made& made, const MendStep& step) {
    db::Connection& connection = *made.connection;
    if (!step.bare) must(connection.begin());
    for (const std::string& sql : step.statements) {
      const auto done = connection.execute(sql);
      if (done) continue;
      last_errors_[describe(step)] = sql + ": " + done.error().message + " " + done.error().cause;
      if (!step.bare) must(connection.rollback());
      return false;
    }
    if (!step.bare) must(connection.commit());
    return true;
  }

  std::string last_failures_;
  std::map<std::string, std::string> last_errors_;
};

INSTANTIATE_TEST_SUITE_P(Engines, MendTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(MendTest, AWholeSchemaIsMadeAgainFromItsText) {
  const std::string recorded = text_of(zoo());
  Made empty =
      make(is_sqlite() ? "SELECT 1"
                       : "CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi)");
  mend(empty, recorded, sources_of(zoo()), true);
  std::vector<std::string> left = described(recorded, empty.text());
  // What the text does not hold whole, what stands on that, and what has its schema's name in it.
  // SQLite's text leaves out quotes that the name of this table's columns need; its statement is
  // taken from the migrations.
  constexpr std::string_view kElsewhere[] = {"table cages", "text-search", "typed", "coded",
                                             "is_zip",      "statistics",  "rule",  "events_2026"};
  std::erase_if(left, [&](const std::string& line) {
    return std::any_of(std::begin(kElsewhere), std::end(kElsewhere),
                       [&](std::string_view word) { return line.find(word) != std::string::npos; });
  });
  EXPECT_EQ(left, std::vector<std::string>()) << last_failures_;
}

/// One thing done behind Bedstone's back.
struct Case {
  std::string_view name;
  std::string_view engines;  ///< "sp"
  std::string_view done;     ///< Statements separated by "--".
  std::string_view found;    ///< The differences, one a line.
  std::string_view mended;   ///< The steps, by action, kind and object.
  bool destructive = false;
};

constexpr std::string_view kProject = R"sql(
CREATE TABLE keepers (id integer PRIMARY KEY, email varchar(80) NOT NULL DEFAULT 'x', boss integer,
  CONSTRAINT own CHECK (boss <> id))
--
CREATE TABLE pets (id integer PRIMARY KEY, name text NOT NULL, keeper integer, age integer DEFAULT 3,
  CONSTRAINT one_name UNIQUE (name),
  CONSTRAINT kept FOREIGN KEY (keeper) REFERENCES keepers (id) ON DELETE CASCADE)
--
CREATE INDEX pets_age ON pets (age DESC) WHERE age > 1
--
CREATE VIEW old_pets AS SELECT id, name FROM pets WHERE age > 10
--
INSERT INTO keepers (id, email) VALUES (1, 'ada'), (2, 'bob')
--
INSERT INTO pets (id, name, keeper) VALUES (1, 'rex', 1), (2, 'tom', 2), (3, 'kit', NULL)
)sql";

constexpr std::string_view kSqliteOnly = R"sql(
CREATE TRIGGER aged AFTER INSERT ON pets BEGIN UPDATE pets SET age = 4 WHERE id = NEW.id; END
)sql";

constexpr std::string_view kPostgresOnly = R"sql(
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'
--
CREATE TRIGGER aged BEFORE INSERT ON pets FOR EACH ROW EXECUTE FUNCTION touch()
--
CREATE TYPE mood AS ENUM ('sad', 'glad', 'wild')
--
CREATE SEQUENCE numbers START 5
--
CREATE DOMAIN zip AS text CHECK (length(VALUE) > 3)
--
CREATE MATERIALIZED VIEW counts AS SELECT keeper, count(*) AS pets FROM pets GROUP BY keeper
--
ALTER TABLE pets ENABLE ROW LEVEL SECURITY
--
CREATE POLICY everybody ON pets FOR SELECT USING (true)
--
CREATE TABLE counted (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, mood mood DEFAULT 'glad')
)sql";

const Case kCases[] = {
    {"an index is dropped", "sp", "DROP INDEX pets_age", "index pets.pets_age is missing",
     "create index pets.pets_age"},
    {"an index is another one", "sp",
     "DROP INDEX pets_age\n--\nCREATE INDEX pets_age ON pets (age)",
     "index pets.pets_age is different", "replace index pets.pets_age"},
    {"an index is extra", "sp", "CREATE INDEX theirs ON pets (keeper)",
     "index pets.theirs is extra", "drop index pets.theirs", true},
    {"a view is dropped", "sp", "DROP VIEW old_pets", "view old_pets is missing",
     "create view old_pets"},
    {"a view is another one", "sp",
     "DROP VIEW old_pets\n--\nCREATE VIEW old_pets AS SELECT name, id, age FROM pets",
     "view old_pets is different", "replace view old_pets"},
    {"a view is extra", "sp", "CREATE VIEW theirs AS SELECT id FROM pets", "view theirs is extra",
     "drop view theirs", true},
    {"a table is extra", "sp", "CREATE TABLE theirs (id integer)", "table theirs is extra",
     "drop table theirs", true},
    {"a trigger is dropped", "s", "DROP TRIGGER aged", "trigger pets.aged is missing",
     "create trigger pets.aged"},
    {"a trigger is dropped", "p", "DROP TRIGGER aged ON pets", "trigger pets.aged is missing",
     "create trigger pets.aged"},
    {"a trigger is off", "p", "ALTER TABLE pets DISABLE TRIGGER aged",
     "trigger pets.aged is different", "replace trigger pets.aged"},
    {"a column is extra", "sp", "ALTER TABLE keepers ADD COLUMN theirs text",
     "column keepers.theirs is extra", "", true},
    {"a table is dropped", "p", "DROP TABLE counted",
     "sequence counted_id_seq is missing\ntable counted is missing",
     "create primary-key counted.counted_pkey\ncreate table counted"},
    {"a column is dropped", "s",
     "DROP VIEW old_pets\n--\nDROP INDEX pets_age\n--\nDROP TRIGGER aged"
     "\n--\nALTER TABLE pets DROP COLUMN age",
     "column pets.age is missing\nindex pets.pets_age is missing\n"
     "trigger pets.aged is missing\nview old_pets is missing",
     "create column pets.age\ncreate index pets.pets_age\ncreate trigger pets.aged\n"
     "create view old_pets"},
    {"a column is dropped", "p", "ALTER TABLE pets DROP COLUMN age CASCADE",
     "column pets.age is missing\nindex pets.pets_age is missing\nview old_pets is missing",
     "create column pets.age\ncreate index pets.pets_age\ncreate view old_pets"},
    {"a default is gone", "p", "ALTER TABLE keepers ALTER COLUMN email DROP DEFAULT",
     "column keepers.email is different", "alter column keepers.email"},
    {"a column may be null", "p", "ALTER TABLE keepers ALTER COLUMN email DROP NOT NULL",
     "column keepers.email is different", "alter column keepers.email"},
    {"a column has another type", "p", "ALTER TABLE keepers ALTER COLUMN email TYPE text",
     "column keepers.email is different", "rewrite column keepers.email", true},
    {"a check is dropped", "p", "ALTER TABLE keepers DROP CONSTRAINT own",
     "check keepers.own is missing", "create check keepers.own"},
    {"a foreign key is dropped", "p", "ALTER TABLE pets DROP CONSTRAINT kept",
     "foreign-key pets.kept is missing", "create foreign-key pets.kept"},
    {"a foreign key is not checked", "p",
     "ALTER TABLE pets DROP CONSTRAINT kept\n--\nALTER TABLE pets ADD CONSTRAINT kept FOREIGN KEY"
     " (keeper) REFERENCES keepers (id) ON DELETE CASCADE NOT VALID",
     "foreign-key pets.kept is different", "validate foreign-key pets.kept"},
    {"a foreign key does other things", "p",
     "ALTER TABLE pets DROP CONSTRAINT kept\n--\nALTER TABLE pets ADD CONSTRAINT kept FOREIGN KEY"
     " (keeper) REFERENCES keepers (id)",
     "foreign-key pets.kept is different", "replace foreign-key pets.kept"},
    {"a unique constraint is dropped", "p", "ALTER TABLE pets DROP CONSTRAINT one_name",
     "unique pets.one_name is missing", "create unique pets.one_name"},
    {"a primary key is dropped", "p", "ALTER TABLE pets DROP CONSTRAINT pets_pkey",
     "primary-key pets.pets_pkey is missing", "create primary-key pets.pets_pkey"},
    {"a function is dropped", "p", "DROP FUNCTION touch() CASCADE",
     "function touch() is missing\ntrigger pets.aged is missing",
     "create function touch()\ncreate trigger pets.aged"},
    {"a function is another one", "p",
     "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; "
     "END'",
     "function touch() is different", "replace function touch()"},
    {"a sequence is dropped", "p", "DROP SEQUENCE numbers", "sequence numbers is missing",
     "create sequence numbers"},
    {"a sequence counts otherwise", "p", "ALTER SEQUENCE numbers INCREMENT 10 CYCLE",
     "sequence numbers is different", "alter sequence numbers"},
    {"a domain is dropped", "p", "DROP DOMAIN zip", "domain zip is missing", "create domain zip"},
    {"a materialized view is dropped", "p", "DROP MATERIALIZED VIEW counts",
     "materialized-view counts is missing", "create materialized-view counts"},
    {"row security is off", "p", "ALTER TABLE pets DISABLE ROW LEVEL SECURITY",
     "table pets is different", "alter table pets"},
    {"a policy is dropped", "p", "DROP POLICY everybody ON pets",
     "policy pets.everybody is missing", "create policy pets.everybody"},
    {"a value of an enum is missing", "p",
     "ALTER TABLE counted DROP COLUMN mood\n--\nDROP TYPE mood\n--\nCREATE TYPE mood AS ENUM "
     "('wild')"
     "\n--\nALTER TABLE counted ADD COLUMN mood mood",
     "column counted.mood is different\nenum mood is different",
     "alter column counted.mood\nalter enum mood"},
    {"a column counts no more", "p", "ALTER TABLE counted ALTER COLUMN id DROP IDENTITY",
     "column counted.id is different\nsequence counted_id_seq is missing",
     "alter column counted.id"},
    {"a table has another name", "p", "DROP INDEX pets_age\n--\nALTER TABLE pets RENAME TO animals",
     "materialized-view counts is different\ntable animals is extra\ntable pets is missing\nview "
     "old_pets is different",
     "", true},
    {"a table has another name", "s", "DROP INDEX pets_age\n--\nALTER TABLE pets RENAME TO animals",
     "table animals is extra\ntable pets is missing", "", true},
    {"a check is gone from a table's statement", "s",
     "CREATE TABLE n (id integer PRIMARY KEY, email varchar(80) NOT NULL DEFAULT 'x', boss integer)"
     "\n--\nINSERT INTO n SELECT * FROM keepers\n--\nDROP TABLE keepers\n--\n"
     "ALTER TABLE n RENAME TO keepers",
     "check keepers.own is missing", "rewrite table keepers", true},
    {"a column stands in the middle", "s", "ALTER TABLE keepers DROP COLUMN email",
     "column keepers.email is missing", "rewrite table keepers", true},
};

TEST_P(MendTest, WhatWasDoneBehindItsBackIsFoundAndMended) {
  const std::string_view letter = is_sqlite() ? "s" : "p";
  const std::string script =
      std::string(kProject) + "\n--\n" + std::string(is_sqlite() ? kSqliteOnly : kPostgresOnly);
  const Sources sources = sources_of(kPostgresOnly);
  for (const Case& one : kCases) {
    if (one.engines.find(letter) == std::string_view::npos) continue;
    SCOPED_TRACE(one.name);
    Made made = make(script);
    const std::string recorded = made.text();
    if (is_sqlite()) must(made.connection->execute("PRAGMA legacy_alter_table = ON"));
    run(*made.connection, one.done);
    std::string found;
    for (const std::string& line : described(recorded, made.text())) {
      // Without the details.
      for (const std::string_view word : {" is missing", " is extra", " is different"}) {
        const std::size_t at = line.find(word);
        if (at == std::string::npos) continue;
        found += (found.empty() ? "" : "\n") + line.substr(0, at + word.size());
      }
    }
    EXPECT_EQ(found, one.found);
    if (one.destructive) {
      EXPECT_EQ(mend(made, recorded, sources, false), std::vector<std::string>());
      EXPECT_FALSE(described(recorded, made.text()).empty());
    }
    std::vector<std::string> steps = mend(made, recorded, sources, true);
    std::vector<std::string> left = described(recorded, made.text());
    // PostgreSQL adds columns at the end.
    std::erase_if(left, [](const std::string& line) { return line.starts_with("column-order"); });
    EXPECT_EQ(left, std::vector<std::string>()) << last_failures_;
    if (!one.mended.empty()) {
      std::sort(steps.begin(), steps.end());
      std::string told;
      for (const std::string& step : steps)
        told += (told.empty() ? "" : "\n") + step.substr(0, step.find(':'));
      EXPECT_EQ(told, one.mended);
    }
    const db::Rows rows = must(made.connection->query("SELECT count(*) FROM pets"));
    EXPECT_EQ(rows.integer(0, 0), 3);
    const db::Rows keepers = must(made.connection->query("SELECT count(*) FROM keepers"));
    EXPECT_EQ(keepers.integer(0, 0), 2);
  }
}

TEST(RecordedTest, ObjectsAreToldApartWhateverTheirNames) {
  const Recorded recorded(
      "format 2\n"
      "column \"odd \"\"name\"\"\".\"a b\" text collate \"C\" not null default 'x y'::text\n"
      "column-order \"odd \"\"name\"\"\" (\"a b\", c)\n"
      "function f(a numeric(5,2), b text) 0a\n"
      "table \"odd \"\"name\"\"\" with (fillfactor=70), row security\n");
  ASSERT_EQ(recorded.objects().size(), 4U);
  const RecordedObject* column = recorded.find_in("column", "odd \"name\"", "a b");
  ASSERT_NE(column, nullptr);
  const ColumnDetails details = column_details(column->details, Engine::kPostgres);
  EXPECT_EQ(details.type, "text");
  EXPECT_EQ(details.collation, "\"C\"");
  EXPECT_TRUE(details.not_null);
  EXPECT_EQ(details.value, "'x y'::text");
  EXPECT_EQ(recorded.columns("odd \"name\""), (std::vector<std::string>{"a b", "c"}));
  EXPECT_EQ(recorded.objects()[2].object, "f(a numeric(5,2), b text)");
  EXPECT_EQ(list_items("with (a=1, b=2), row security", Engine::kPostgres),
            (std::vector<std::string>{"with (a=1, b=2)", "row security"}));
}

TEST(CounterTest, OnlyASequenceThatWouldGiveAValueThatIsThereIsMoved) {
  EXPECT_FALSE(advance({"t", "id", "s", 1, 6, 5, true}));
  EXPECT_FALSE(advance({"t", "id", "s", 1, 1, 0, false}));
  ASSERT_TRUE(advance({"t", "id", "s", 1, 5, 5, true}));
  ASSERT_TRUE(advance({"t", "id", "s", -1, -3, -7, true}));
  EXPECT_FALSE(advance({"t", "id", "s", -1, -8, -7, true}));
  EXPECT_EQ(advance({"t", "id", "my seq", 1, 5, 9, true})->statements.front(),
            "SELECT pg_catalog.setval('\"my seq\"', 9)");
}

TEST(MendPlanTest, AnInvalidIndexIsRebuiltAlsoWhereItWasRecorded) {
  const std::string text = "format 2\nindex t.i btree (a) invalid\ntable t\ncolumn t.a integer\n";
  const auto steps = plan_mending({Engine::kPostgres, text, text, nullptr, true});
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps.front().action, "rebuild");
  EXPECT_TRUE(steps.front().bare);
  EXPECT_EQ(steps.front().statements.front(), "REINDEX INDEX CONCURRENTLY \"i\"");
}

}  // namespace
}  // namespace bedstone::schema::testing
