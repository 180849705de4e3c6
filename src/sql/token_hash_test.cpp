#include "sql/token_hash.hpp"

#include <gtest/gtest.h>

#include "sql/split_for_tests.hpp"

namespace bedstone::sql {
namespace {

std::string digest_of(std::string_view script, Flavor flavor = Flavor::kPostgres,
                      std::size_t piece = std::string::npos) {
  const Split split = split_in(script, flavor, piece);
  EXPECT_FALSE(split.error) << script << ": " << split.error->message;
  return to_hex(split.digest);
}

struct Pair {
  std::string_view what;
  std::string_view one;
  std::string_view other;
};

TEST(TokenHash, IsTheSameForAnotherLayout) {
  const Pair pairs[] = {
      {"white space", "SELECT a,b FROM t;", "\n select\ta , b\r\nfrom T ;\n"},
      {"comments", "SELECT 1;", "-- one\nSELECT /* it's */ 1 -- x\n;"},
      {"empty statements and the last ;", "SELECT 1; SELECT 2", ";SELECT 1;;\nSELECT 2;"},
      {"signs", "SELECT a=-1", "SELECT a = - 1"},
      {"a byte order mark", "SELECT 1", "\xEF\xBB\xBFSELECT 1"},
      {"line ends in bodies", "DO $$\nBEGIN\nEND $$", "DO $$\r\nBEGIN\r\nEND $$\r\n"},
      {"line ends in strings", "SELECT 'a\nb'", "SELECT 'a\r\nb'"},
      {"line ends in COPY data", "COPY t FROM stdin;\n1\n2\n\\.\n",
       "copy T from STDIN;\r\n1\r\n2\r\n\\.\r\n"},
  };
  for (const Pair& pair : pairs) {
    EXPECT_EQ(digest_of(pair.one), digest_of(pair.other)) << pair.what;
  }
}

TEST(TokenHash, DiffersWhereTheSqlDoes) {
  const Pair pairs[] = {
      {"a number", "SELECT 1", "SELECT 2"},
      {"the case of a string", "SELECT 'a'", "SELECT 'A'"},
      {"space in a string", "SELECT 'a b'", "SELECT 'a  b'"},
      {"a quoted name's case", "SELECT \"a\"", "SELECT \"A\""},
      {"a quoted name and a word", "SELECT \"a\"", "SELECT a"},
      {"a comment in a body", "DO $$BEGIN END$$", "DO $$BEGIN --\n END$$"},
      {"where a statement ends", "SELECT 1; TABLE t", "SELECT 1 TABLE; t"},
      {"; inside and between", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
       "CREATE RULE r AS ON INSERT TO t DO (SELECT 1 SELECT 2)"},
      {"two words and one", "SELECT ab", "SELECT a b"},
      {"a string's prefix", "SELECT E'a'", "SELECT 'a'"},
      {"a lone carriage return", "SELECT 'a\rb'", "SELECT 'ab'"},
      {"COPY data", "COPY t FROM stdin;\n1\n\\.\n", "COPY t FROM stdin;\n2\n\\.\n"},
      {"where COPY data end", "COPY t FROM stdin;\nSELECT 1\n\\.\n",
       "COPY t FROM stdin;\n\\.\nSELECT 1;\n"},
      {"nothing and something", "", "SELECT"},
  };
  for (const Pair& pair : pairs) {
    EXPECT_NE(digest_of(pair.one), digest_of(pair.other)) << pair.what;
  }
}

TEST(TokenHash, DoesNotCareHowTheScriptArrives) {
  const std::string script = "CREATE TABLE " + std::string(3000, 'A') + " (b text DEFAULT '" +
                             std::string(5000, 'x') + "\r\n');\r\nCOPY t FROM stdin;\r\n" +
                             std::string(3000, 'y') + "\r\nz\rz\r\n\\.\r\nSELECT 1";
  const std::string whole = digest_of(script);
  for (const std::size_t piece : {1, 2, 3, 1000}) {
    EXPECT_EQ(digest_of(script, Flavor::kPostgres, piece), whole) << piece;
  }
}

TEST(TokenHash, IsRecordedInDatabasesAndSoNeverChanges) {
  EXPECT_EQ(digest_of("CREATE TABLE t (a int DEFAULT 1, \"B\" text); -- x\n"
                      "INSERT INTO t VALUES ($1, E'\\n'), (2, $$x$$), (.5, X'00');\n"
                      "COPY t FROM stdin;\n1\tx\n\\.\n"),
            "23aa68df491b9f172d977235e9f717660b740e70d27f84e56e8c7c2bb9b7f552");
}

TEST(TokenHash, OfAPrefixIsThatOfACopy) {
  TokenHash hash;
  hash.add({.kind = TokenKind::kWord, .text = "SELECT"});
  const TokenHash prefix = hash;
  hash.add({.kind = TokenKind::kNumber, .text = "1"});
  EXPECT_NE(to_hex(prefix.digest()), to_hex(hash.digest()));
  TokenHash again;
  again.add({.kind = TokenKind::kWord, .text = "select"});
  EXPECT_EQ(to_hex(prefix.digest()), to_hex(again.digest()));
}

}  // namespace
}  // namespace bedstone::sql
