// What names of migration files mean.
#include "migrate/file_name.hpp"

#include <gtest/gtest.h>

namespace bedstone::migrate {
namespace {

TEST(FileName, ComparesVersionsAsNumbersOfAnyLength) {
  struct Case {
    const char *smaller, *larger;
  };
  for (const Case& c : {Case{"1", "2"},
                        {"9", "10"},
                        {"0099", "100"},
                        {"20261120093000", "120261120093000"},
                        {"99999999999999999999", "100000000000000000000"}}) {
    EXPECT_EQ(compare_versions(c.smaller, c.larger), std::strong_ordering::less) << c.smaller;
    EXPECT_EQ(compare_versions(c.larger, c.smaller), std::strong_ordering::greater) << c.smaller;
  }
  EXPECT_EQ(compare_versions("007", "7"), std::strong_ordering::equal);
  EXPECT_EQ(compare_versions("000", "0"), std::strong_ordering::equal);
}

TEST(FileName, ReadsVersionNameDialectAndDirection) {
  struct Case {
    const char *file, *version, *name;
    std::optional<db::Engine> engine;
    bool down;
  };
  for (const Case& c : {
           Case{"20261120093000_create_accounts.sql",
                "20261120093000",
                "create_accounts",
                {},
                false},
           {"1.sql", "1", "", {}, false},
           {"3-dash.sql", "3", "dash", {}, false},
           {"4_search.postgres.sql", "4", "search", db::Engine::kPostgres, false},
           {"4_search.postgresql.sql", "4", "search", db::Engine::kPostgres, false},
           {"4_search.sqlite.down.sql", "4", "search", db::Engine::kSqlite, true},
           {"4_search.down.sqlite.sql", "4", "search", db::Engine::kSqlite, true},
           {"5_a.b.sql", "5", "a.b", {}, false},
           {"6_x.down.sql", "6", "x", {}, true},
       }) {
    const auto parsed = parse_versioned(c.file);
    ASSERT_TRUE(parsed) << c.file;
    EXPECT_EQ(parsed->version, c.version) << c.file;
    EXPECT_EQ(parsed->name, c.name) << c.file;
    EXPECT_EQ(parsed->engine, c.engine) << c.file;
    EXPECT_EQ(parsed->down, c.down) << c.file;
  }
}

TEST(FileName, RefusesWhatHasNoVersion) {
  for (const char* file :
       {"accounts.sql", "_1.sql", "1_.sql", "1x.sql", "1_a.txt", ".sql", "V1__a.sql"}) {
    EXPECT_FALSE(parse_versioned(file)) << file;
  }
  EXPECT_FALSE(parse_repeatable("view.down.sql"));
  EXPECT_EQ(parse_repeatable("view.sqlite.sql")->name, "view");
}

TEST(FileName, TellsWhatWasMeantByANameThatSaysSomethingElse) {
  struct Case {
    const char *file, *what, *meant;
  };
  for (const Case& c : {
           Case{"2_b.SQL", "ends in .SQL", "2_b.sql"},
           {"3_c.sqlite3.sql", "names the dialect sqlite3", "3_c.sqlite.sql"},
           {"3_c.pg.sql", "names the dialect pg", "3_c.postgres.sql"},
           {"3_c.postgre.down.sql", "names the dialect postgre", "3_c.postgres.down.sql"},
           {"3_c.Postgres.sql", "names the dialect Postgres", "3_c.postgres.sql"},
           {"3_c.mysql.sql", "names the dialect mysql", ""},
       }) {
    const auto found = misnomer(c.file);
    ASSERT_TRUE(found) << c.file;
    EXPECT_EQ(found->what, c.what) << c.file;
    EXPECT_EQ(found->meant, c.meant) << c.file;
  }
  for (const char* file : {"1_a.sql", "1_a.sqlite.sql", "1_a.postgresql.down.sql", "5_a.b.sql",
                           "6_release_2.0.sql", "7_x.up.sql", "notes.txt", "", ".sql"}) {
    EXPECT_FALSE(misnomer(file)) << file;
  }
}

TEST(FileName, MakesNamesOutOfMessages) {
  EXPECT_EQ(slug("Add users' e-mail!"), "add_users_e_mail");
  EXPECT_EQ(slug("  __ "), "");
  EXPECT_EQ(slug(std::string(100, 'a')).size(), 60U);
}

}  // namespace
}  // namespace bedstone::migrate
