// Passwords do not survive, and what is no secret stays readable.
#include "sql/redact.hpp"

#include <gtest/gtest.h>

namespace bedstone::sql {
namespace {

TEST(RedactTest, StringsBehindWordsThatSpeakOfSecretsAreMasked) {
  struct Case {
    std::string_view sql, shown;
  };
  constexpr Case kCases[] = {
      {"CREATE ROLE app LOGIN PASSWORD 'hunter2'", "CREATE ROLE app LOGIN PASSWORD '***'"},
      {"alter user app password E'it\\'s' valid until '2030-01-01'",
       "alter user app password '***' valid until '***'"},
      {"CREATE USER app IDENTIFIED BY 'hunter2'", "CREATE USER app IDENTIFIED BY '***'"},
      {"INSERT INTO users (mail, \"Password_Hash\") VALUES ('a@b', 'hunter2')",
       "INSERT INTO users (mail, \"Password_Hash\") VALUES ('***', '***')"},
      {"SELECT crypt($$hunter2$$, gen_salt('bf'))", "SELECT crypt('***', gen_salt('***'))"},
      {"CREATE ROLE app PASSWORD 'hunter2", "CREATE ROLE app PASSWORD '***'"},
      {"CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2'",
       "CREATE SUBSCRIPTION s CONNECTION '***'"},
      {"SELECT dblink('postgresql://app:hunter2@h/db')", "SELECT dblink('***')"},
      {"ALTER ROLE a PASSWORD 'x' -- was 'hunter2'\n;", "ALTER ROLE a PASSWORD '***' --\n;"},
      {"/* secret: hunter2 */ SELECT 'a'", "/**/ SELECT 'a'"},
      {"DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''x'''; END $$", "DO '***'"},
  };
  for (const Case& one : kCases)
    EXPECT_EQ(redact(one.sql, Flavor::kPostgres), one.shown);
}

TEST(RedactTest, WhatIsNoSecretStays) {
  for (const std::string_view sql :
       {"INSERT INTO pets VALUES (1, 'Rex; the ''dog''') -- a comment",
        "CREATE TABLE users (password text NOT NULL, name text)",
        "SELECT 'https://example.com/a', 'a@b'", "DO $$ BEGIN PERFORM 1; END $$", "", "'open"}) {
    EXPECT_EQ(redact(sql, Flavor::kPostgres), sql);
    EXPECT_EQ(redact(sql, Flavor::kSqlite), sql);
  }
}

TEST(RedactTest, ASemicolonEndsWhatAWordMakesSecret) {
  EXPECT_EQ(redact("ALTER ROLE a PASSWORD 'x'; SELECT 'y'", Flavor::kPostgres),
            "ALTER ROLE a PASSWORD '***'; SELECT 'y'");
}

TEST(RedactTest, AnExcerptIsShortWhateverTheStatementsLength) {
  const std::string sql =
      "ALTER ROLE a PASSWORD 'hunter2" + std::string(1U << 20, 'x') + "', b 'hunter2'";
  EXPECT_EQ(excerpt(sql, Flavor::kPostgres), "ALTER ROLE a PASSWORD '***'");
  EXPECT_LE(excerpt(std::string(1U << 20, 'x'), Flavor::kSqlite, 20).size(), 24U);
}

TEST(RedactTest, WhatTheEngineQuotesOfASecretIsMaskedToo) {
  EXPECT_EQ(without_secrets_of("ALTER ROLE a PASSWORD = 'hunter2'", Flavor::kPostgres,
                               "syntax error at or near \"'hunter2'\" or hunter2"),
            "syntax error at or near \"'***'\" or ***");
  EXPECT_EQ(without_secrets_of("SELECT 'hunter2'", Flavor::kPostgres, "near hunter2"),
            "near hunter2");
  EXPECT_EQ(without_secrets_of("ALTER ROLE a PASSWORD 'a'", Flavor::kPostgres, "a role"), "a role");
}

}  // namespace
}  // namespace bedstone::sql
