/// Each kind of object, changed behind Bedstone's back: exactly that is told, and nothing else.
// shows: P29
#include "schema/ignore.hpp"
#include "schema/testing.hpp"
#include "schema/zoo.hpp"

namespace bedstone::schema::testing {
namespace {

using Lines = std::vector<std::string>;

struct Case {
  std::string_view sql;
  Lines differences;  ///< Their beginnings.
};

const std::vector<Case> kSqliteCases = {
    {"DROP TRIGGER pets_added", {"trigger pets.pets_added is missing"}},
    {"DROP TRIGGER heavy_added", {"trigger heavy.heavy_added is missing"}},
    {"DROP INDEX pets_weight",
     {"index pets.pets_weight is missing: (weight desc) where weight > 5"}},
    {"DROP INDEX keepers_lower", {"index keepers.keepers_lower is missing: unique ((lower(name))"}},
    {"DROP VIEW heavier", {"view heavier is missing"}},
    {"DROP TABLE notes", {"table notes is missing: virtual table"}},
    {"DROP TABLE boxes", {"table boxes is missing: virtual table"}},
    {"DROP TABLE \"odd \"\"name\"\"\"", {"table \"odd \"\"name\"\"\" is missing"}},
    {"ALTER TABLE \"odd \"\"name\"\"\" DROP COLUMN c",
     {"column \"odd \"\"name\"\"\".c is missing"}},
    {"ALTER TABLE keepers DROP COLUMN short", {"column keepers.short is missing: text generated"}},
    {"ALTER TABLE pets ADD COLUMN note text COLLATE nocase DEFAULT 'x'",
     {"column pets.note is extra: text collate nocase default 'x'"}},
    {"CREATE TABLE other (a int) STRICT", {"table other is extra: strict"}},
    {"CREATE INDEX other ON pets (weight) WHERE id > 1", {"index pets.other is extra"}},
};

const std::vector<Case> kPostgresCases = {
    {"ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", {"enum mood is different"}},
    {"ALTER TYPE address ADD ATTRIBUTE country text", {"type address is different"}},
    {"DROP COLLATION german", {"collation german is missing"}},
    {"ALTER DOMAIN zip DROP CONSTRAINT long_enough", {"domain zip is different"}},
    {"ALTER DOMAIN zip SET DEFAULT '1'", {"domain zip is different"}},
    {"ALTER SEQUENCE numbers INCREMENT -6", {"sequence numbers is different"}},
    {"ALTER SEQUENCE keepers_id_seq OWNED BY NONE", {"sequence keepers_id_seq is different"}},
    {"ALTER TABLE scratch SET LOGGED", {"table scratch is different"}},
    {"ALTER TABLE keepers SET (fillfactor = 71)", {"table keepers is different"}},
    {"ALTER TABLE keepers ALTER data SET STORAGE MAIN",
     {"column keepers.data is different: jsonb default '{\"a\": [1, 2]}' :: jsonb storage main"}},
    {"ALTER TABLE keepers ALTER boss RESET (n_distinct)", {"column keepers.boss is different"}},
    {"ALTER TABLE keepers ALTER tags SET COMPRESSION DEFAULT",
     {"column keepers.tags is different"}},
    {"ALTER TABLE keepers ALTER lower_email DROP EXPRESSION",
     {"column keepers.lower_email is different"}},
    {"ALTER TABLE keepers ALTER number SET GENERATED ALWAYS",
     {"column keepers.number is different"}},
    {"ALTER TABLE pets ALTER born TYPE timestamp", {"column pets.born is different"}},
    {"ALTER TABLE keepers ALTER CONSTRAINT keepers_favourite NOT DEFERRABLE",
     {"foreign-key keepers.keepers_favourite is different"}},
    {"ALTER TABLE keepers VALIDATE CONSTRAINT keepers_boss",
     {"foreign-key keepers.keepers_boss is different"}},
    {"ALTER TABLE pets DROP CONSTRAINT alive", {"check pets.alive is missing"}},
    {"ALTER TABLE pets DROP CONSTRAINT pets_during_excl",
     {"exclusion pets.pets_during_excl is missing"}},
    {"ALTER TABLE keepers DROP CONSTRAINT one_email", {"unique keepers.one_email is missing"}},
    {"ALTER INDEX pets_born SET (pages_per_range = 64)", {"index pets.pets_born is different"}},
    {"DROP INDEX keepers_lower", {"index keepers.keepers_lower is missing: unique btree"}},
    {"DROP INDEX one_boss", {"index keepers.one_boss is missing: unique btree (boss) nulls not"}},
    {"DROP INDEX counts_keeper", {"index counts.counts_keeper is missing"}},
    {"DROP STATISTICS keepers_stats", {"statistics keepers_stats is missing"}},
    {"DROP VIEW checked CASCADE",
     {"materialized-view unfilled is missing", "view checked is missing"}},
    {"ALTER VIEW checked SET (security_barrier = false)", {"view checked is different"}},
    {"ALTER VIEW glad ALTER \"E-Mail\" DROP DEFAULT", {"view-default glad.\"E-Mail\" is missing"}},
    {"DROP MATERIALIZED VIEW counts", {"materialized-view counts is missing"}},
    {"ALTER TABLE keepers ENABLE TRIGGER touched", {"trigger keepers.touched is different"}},
    {"DROP TRIGGER seen ON glad", {"trigger glad.seen is missing"}},
    {"DROP TRIGGER late ON pets", {"trigger pets.late is missing"}},
    {"DROP RULE no_delete ON pets", {"rule pets.no_delete is missing"}},
    {"ALTER TABLE keepers NO FORCE ROW LEVEL SECURITY", {"table keepers is different"}},
    {"ALTER POLICY own ON keepers USING (id = 2)", {"policy keepers.own is different"}},
    {"ALTER TABLE keepers REPLICA IDENTITY DEFAULT", {"table keepers is different"}},
    {"ALTER FUNCTION touch() SECURITY INVOKER", {"function touch() is different"}},
    {"DROP PROCEDURE tidy", {"procedure tidy(INOUT n integer, VARIADIC rest text [ ]) is missing"}},
    {"DROP AGGREGATE product(double precision)",
     {"aggregate product(double precision) is missing"}},
    {"ALTER TABLE events DETACH PARTITION events_2026",
     {"foreign-key event_notes.event_notes_event_at_fkey2 is missing",
      "table events_2026 is different"}},
    {"DROP TABLE hens", {"table hens is missing: inherits birds"}},
    {"ALTER TABLE birds NO INHERIT animals", {"table birds is different"}},
    {"DROP TABLE typed", {"table typed is missing"}},
    {"ALTER TEXT SEARCH CONFIGURATION searching DROP MAPPING FOR asciiword",
     {"text-search-configuration searching is different"}},
    {"CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
     {"operator \"===(integer, integer)\" is extra"}},
    // These are shown, and do not count.
    {"COMMENT ON TABLE keepers IS 'other'", {}},
    {"GRANT SELECT ON keepers TO PUBLIC", {}},
    {"CREATE EXTENSION citext", {}},
    {"CREATE FUNCTION pg_temp.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'", {}},
};

class KindsTest : public db::testing::EngineTest, public ::testing::WithParamInterface<Engine> {
 protected:
  KindsTest() : EngineTest(GetParam()) {}
  std::string text(int format = kCanonicalFormat) {
    return canonical_text(must(inspect(db(), {})), format);
  }
  void make_zoo() {
    for (const std::string& sql : statements_of(is_sqlite() ? kSqliteZoo : kPostgresZoo))
      execute(sql);
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, KindsTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(KindsTest, AChangeToAnyKindIsToldAndNothingElse) {
  make_zoo();
  const std::string before = text();
  for (const Case& one : is_sqlite() ? kSqliteCases : kPostgresCases) {
    must(db().begin());
    execute(one.sql);
    Lines found = described(before, text());
    must(db().rollback());
    ASSERT_EQ(found.size(), one.differences.size())
        << one.sql << ": " << ::testing::PrintToString(found);
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_EQ(found[i].substr(0, one.differences[i].size()), one.differences[i]) << one.sql;
  }
  EXPECT_EQ(text(), before);
}

TEST_P(KindsTest, TheOlderFormatDoesNotKnowWhatCameLater) {
  make_zoo();
  const std::string older = text(1);
  EXPECT_EQ(canonical_format(older), 1);
  for (const std::string_view word :
       {"collation ", "view-default ", "text-search-", "range-type ", "storage external"}) {
    EXPECT_EQ(older.find(word), std::string::npos) << word;
    EXPECT_EQ(text().find(word) != std::string::npos, !is_sqlite()) << word;
  }
  EXPECT_EQ(older.find("\nrange span ") != std::string::npos, !is_sqlite());
  // Both formats of one schema give the same lines for what both know.
  if (is_sqlite()) {
    EXPECT_EQ(older.substr(8), text().substr(8));
  }
}

TEST(IgnoreListTest, PatternsNameObjectsOrWhatBelongsToThem) {
  const IgnoreList list({"audit_*", "pets.tmp_?", "*.theirs", "odd name"});
  const std::string text =
      "format 2\ncolumn audit_log.id int\ncolumn pets.theirs int\ncolumn pets.tmp_1 int\n"
      "column pets.tmp_12 int\ncolumn-order pets (id)\nfunction audit_it(a integer) 1\n"
      "function f(a integer) 2\nindex pets.audit_i (id)\ncolumn pets.audit_c int\n"
      "table \"odd name\"\ntable audit_log\ntable pets\n";
  EXPECT_EQ(list.without(text),
            "format 2\ncolumn pets.tmp_12 int\ncolumn-order pets (id)\nfunction f(a integer) 2\n"
            "column pets.audit_c int\ntable pets\n");
  EXPECT_TRUE(IgnoreList().empty());
  EXPECT_EQ(IgnoreList().without(text), text);
}

TEST(IgnoreListTest, AStarIsAnyTextAndAQuestionMarkOneCharacter) {
  struct Row {
    std::string_view pattern, text;
    bool matches;
  };
  for (const Row& row : std::vector<Row>{{"a", "a", true},
                                         {"a", "ab", false},
                                         {"*", "", true},
                                         {"a*", "a", true},
                                         {"*b*d", "abcbd", true},
                                         {"*b*d", "abcbde", false},
                                         {"?", "", false},
                                         {"a?c", "abc", true},
                                         {"A*", "abc", false},
                                         {"", "", true}}) {
    EXPECT_EQ(matches_glob(row.pattern, row.text), row.matches) << row.pattern << ' ' << row.text;
  }
}

}  // namespace
}  // namespace bedstone::schema::testing
