// What is found in a migration before it runs.
// shows: P8, P13, P19
#include "migrate/outline.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"

namespace bedstone::migrate {
namespace {

constexpr auto kPostgres = db::Engine::kPostgres;

class OutlineOf : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(files::make_folder(folder_)); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<Outline> read(std::string_view text, db::Engine engine = kPostgres) {
    MigrationFile file;
    file.version = "1";
    file.path = folder_ + "/1_a.sql";
    file.shown = "migrations/1_a.sql";
    EXPECT_TRUE(files::write_atomic(file.path, text));
    return outline(file, engine);
  }
  /// "1-2 |3| 4-4": transactions as ranges, bare statements between bars.
  std::string units(std::string_view text, db::Engine engine = kPostgres) {
    const auto found = read(text, engine);
    if (!found) return std::string(code_name(found.error().code));
    std::string result;
    for (const Unit& unit : found->units) {
      if (!result.empty()) result += ' ';
      result += unit.bare ? "|" + std::to_string(unit.first) + "|"
                          : std::to_string(unit.first) + "-" + std::to_string(unit.last);
    }
    return result;
  }

  std::string folder_ = ::testing::TempDir() + "bedstone_" + random_id();
};

TEST_F(OutlineOf, GroupsStatementsByWhatTakesEffectTogether) {
  struct Case {
    const char *sql, *units;
  };
  for (const Case& c : {
           Case{"", ""},
           {"-- only a comment\n", ""},
           {"SELECT 1; SELECT 2;", "1-2"},
           {"CREATE TABLE a (); CREATE INDEX CONCURRENTLY ON a (b); SELECT 1;", "1-1 |2| 3-3"},
           {"VACUUM", "|1|"},
           {"ALTER TYPE m ADD VALUE 'x'; SELECT 1; SELECT 2;", "1-1 2-3"},
           {"-- bedstone: transaction=off\nSELECT 1; SELECT 2;", "1-1 2-2"},
           {"-- bedstone: transaction=off\nSELECT 1; CALL p();", "1-1 |2|"},
           {"BEGIN; SELECT 1; SELECT 2; COMMIT;", "2-3"},
           {"BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; END;", "2-2 5-5"},
           {"SELECT 0; BEGIN; SELECT 1; COMMIT; SELECT 2;", "1-1 3-3 5-5"},
           {"SAVEPOINT s; SELECT 1; RELEASE s;", "1-3"},
           {"BEGIN; VACUUM; COMMIT;", "BED0408"},
           {"BEGIN; SELECT 1;", "BED0408"},
           {"COMMIT;", "BED0408"},
           {"BEGIN; BEGIN;", "BED0408"},
           {"ROLLBACK;", "BED0408"},
           {"DISCARD ALL;", "BED0408"},
           {"SELECT 'open", "BED0502"},
           {"\\i other.sql", "BED0503"},
           {"-- bedstone: transactoin=off\nSELECT 1;", "BED0407"},
       }) {
    EXPECT_EQ(units(c.sql), c.units) << c.sql;
  }
}

TEST_F(OutlineOf, TakesTheWayBackOutOfTheFile) {
  const auto found = read("CREATE TABLE a (b text);\n-- bedstone:down\nDROP TABLE a;\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->statements, 1U);
  EXPECT_EQ(found->down_sql, "-- bedstone:down\nDROP TABLE a;\n");
  EXPECT_EQ(found->down_line, 2U);
  EXPECT_FALSE(found->destructive) << "what the way back drops is not what the migration drops";
}

TEST_F(OutlineOf, AMarkerInsideQuotesIsText) {
  const auto found = read("SELECT $$\n-- bedstone:down\n$$;\nSELECT 2;");
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->down_sql);
  EXPECT_EQ(found->statements, 2U);
}

TEST_F(OutlineOf, ChecksumsIgnoreLineEndsBomAndTheWayBack) {
  const auto plain = read("CREATE TABLE a (\n  b text\n);\n");
  const auto windows = read(
      "\xEF\xBB\xBF"
      "CREATE TABLE a (\r\n  b text\r\n);\r\n");
  const auto with_down = read("CREATE TABLE a (\n  b text\n);\n-- bedstone:down\nDROP TABLE a;\n");
  const auto laid_out = read("create table a (b text); -- the same\n");
  const auto other = read("CREATE TABLE a (\n  b varchar\n);\n");
  ASSERT_TRUE(plain && windows && with_down && laid_out && other);
  EXPECT_EQ(plain->checksum, windows->checksum);
  EXPECT_NE(plain->checksum_raw, windows->checksum_raw);
  EXPECT_EQ(plain->checksum, with_down->checksum);
  EXPECT_NE(plain->checksum, laid_out->checksum);
  EXPECT_EQ(plain->tokens, laid_out->tokens);
  EXPECT_NE(plain->tokens, other->tokens);
}

TEST_F(OutlineOf, EachUnitHasAHashOfItsOwn) {
  const auto one = read("SELECT 1; VACUUM; SELECT 2;");
  const auto two = read("SELECT 1; VACUUM; SELECT 3;");
  ASSERT_TRUE(one && two);
  ASSERT_EQ(one->units.size(), 3U);
  EXPECT_EQ(one->units[0].hash, two->units[0].hash);
  EXPECT_EQ(one->units[1].hash, two->units[1].hash);
  EXPECT_NE(one->units[2].hash, two->units[2].hash);
}

TEST_F(OutlineOf, DirectivesAreRead) {
  const auto found = read("-- bedstone: lock_timeout=500ms, depends=20260101000000\nSELECT 1;");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->directives.lock_timeout, std::chrono::milliseconds(500));
  EXPECT_EQ(found->directives.depends, std::vector<std::string>{"20260101000000"});
}

TEST_F(OutlineOf, WarnsOfWhatLosesData) {
  EXPECT_TRUE(read("DROP TABLE a;")->destructive);
  EXPECT_TRUE(read("DROP TABLE a;")->drops_tables);
  EXPECT_FALSE(read("CREATE TABLE a ();")->destructive);
  EXPECT_TRUE(read("SET search_path = x; SELECT 1;")->changes_session);
}

}  // namespace
}  // namespace bedstone::migrate
