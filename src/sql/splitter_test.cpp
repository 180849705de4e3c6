// shows: P9
#include "sql/splitter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sql/split_for_tests.hpp"

namespace bedstone::sql {
namespace {

using Texts = std::vector<std::string>;
constexpr Flavor kPg = Flavor::kPostgres;
constexpr Flavor kLite = Flavor::kSqlite;

struct Case {
  std::string_view what;
  Flavor flavor;
  std::string_view script;
  Texts statements;
};

const Case kCases[] = {
    {"two statements", kPg, "SELECT 1; SELECT 2;", {"SELECT 1", "SELECT 2"}},
    {"no ; at the end", kPg, "SELECT 1;\nSELECT 2", {"SELECT 1", "SELECT 2"}},
    {"nothing", kPg, "", {}},
    {"comments only", kPg, "-- nothing to do;\n/* ' ; */\n", {}},
    {"comments only, SQLite", kLite, "-- it's nothing;\n/* /* ; */", {}},
    {"a comment at the very end", kLite, "SELECT 1; --", {"SELECT 1"}},
    {"empty statements", kPg, ";; ;\n-- x\n;SELECT 1;;;", {"SELECT 1"}},
    {"comments around are left out, inside kept",
     kPg,
     "/* a */ SELECT -- b;\n 1 /* c */ ; -- d",
     {"SELECT -- b;\n 1"}},
    {"a byte order mark", kPg, "\xEF\xBB\xBFSELECT 1;", {"SELECT 1"}},
    {"nothing but a byte order mark", kLite, "\xEF\xBB\xBF", {}},
    {"CRLF", kPg, "SELECT 1;\r\nSELECT\r\n2;\r\n", {"SELECT 1", "SELECT\r\n2"}},
    {"; in strings, names and comments",
     kPg,
     "SELECT ';', \";\" /* ; */ -- ;\n, E'\\';' ; SELECT 'it''s;'",
     {"SELECT ';', \";\" /* ; */ -- ;\n, E'\\';'", "SELECT 'it''s;'"}},
    {"backslashes after standard_conforming_strings = off",
     kPg,
     "SET standard_conforming_strings = off; SELECT 'a\\';'; set standard_conforming_strings to "
     "'ON'; SELECT 'a\\'; SELECT 1",
     {"SET standard_conforming_strings = off", "SELECT 'a\\';'",
      "set standard_conforming_strings to 'ON'", "SELECT 'a\\'", "SELECT 1"}},
    {"a string that ends in a backslash",
     kPg,
     "SELECT 'a\\'; SELECT 2;",
     {"SELECT 'a\\'", "SELECT 2"}},
    {"odd apostrophes and $$ in comments",
     kPg,
     "-- don't\n-- $$\nSELECT 1; /* can't $$ */ SELECT 2;",
     {"SELECT 1", "SELECT 2"}},
    {"${…} and {{…}} are data", kPg, "SELECT '${a};{{b}}';", {"SELECT '${a};{{b}}'"}},
    {"a dollar-quoted body",
     kPg,
     "DO $$ BEGIN PERFORM 1; END $$; SELECT 2;",
     {"DO $$ BEGIN PERFORM 1; END $$", "SELECT 2"}},
    {"$$ inside a tagged body",
     kPg,
     "CREATE FUNCTION f() RETURNS void AS $fn$ BEGIN EXECUTE $$a;b$$; END $fn$ LANGUAGE plpgsql; "
     "SELECT 2",
     {"CREATE FUNCTION f() RETURNS void AS $fn$ BEGIN EXECUTE $$a;b$$; END $fn$ LANGUAGE plpgsql",
      "SELECT 2"}},
    {"BEGIN ATOMIC",
     kPg,
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3;",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "SELECT 3"}},
    {"BEGIN ATOMIC with CASE, in any case of letters",
     kPg,
     "create or replace procedure p() begin Atomic select case when a then 1 else 2 end; end; "
     "select 3",
     {"create or replace procedure p() begin Atomic select case when a then 1 else 2 end; end",
      "select 3"}},
    {"BEGIN ATOMIC with columns called end and case",
     kPg,
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end, 1 AS end, 2 end; SELECT 1 case; "
     "END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end, 1 AS end, 2 end; SELECT 1 case; "
      "END",
      "SELECT 3"}},
    {"an empty BEGIN ATOMIC",
     kPg,
     "CREATE PROCEDURE p() BEGIN ATOMIC END; SELECT 3",
     {"CREATE PROCEDURE p() BEGIN ATOMIC END", "SELECT 3"}},
    {"BEGIN ATOMIC that begins a statement with a parenthesis",
     kPg,
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC (SELECT 1); (SELECT 2); END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC (SELECT 1); (SELECT 2); END", "SELECT 3"}},
    {"functions whose names are keywords",
     kPg,
     "CREATE FUNCTION begin(a int) RETURNS int LANGUAGE sql AS 'select 1'; SELECT 2;",
     {"CREATE FUNCTION begin(a int) RETURNS int LANGUAGE sql AS 'select 1'", "SELECT 2"}},
    {"transactions are statements of their own",
     kPg,
     "BEGIN; CREATE TABLE t (a int); END; COMMIT",
     {"BEGIN", "CREATE TABLE t (a int)", "END", "COMMIT"}},
    {"CREATE RULE with several actions",
     kPg,
     "CREATE RULE r AS ON INSERT TO v DO INSTEAD (INSERT INTO a VALUES (1); DELETE FROM b;); "
     "SELECT 2",
     {"CREATE RULE r AS ON INSERT TO v DO INSTEAD (INSERT INTO a VALUES (1); DELETE FROM b;)",
      "SELECT 2"}},
    {"a trigger of SQLite",
     kLite,
     "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = 1; DELETE FROM d; END; SELECT 1;",
     {"CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = 1; DELETE FROM d; END",
      "SELECT 1"}},
    {"a trigger with CASE … END;",
     kLite,
     "create temp trigger if not exists t after insert on a begin select case new.x when 1 then "
     "raise(abort, 'no;') end; end; select 1",
     {"create temp trigger if not exists t after insert on a begin select case new.x when 1 then "
      "raise(abort, 'no;') end; end",
      "select 1"}},
    {"a trigger with columns called end",
     kLite,
     "CREATE TRIGGER begin AFTER UPDATE OF \"end\" ON t WHEN old.end > 1 BEGIN SELECT old.end; "
     "SELECT end FROM t; END; SELECT 1",
     {"CREATE TRIGGER begin AFTER UPDATE OF \"end\" ON t WHEN old.end > 1 BEGIN SELECT old.end; "
      "SELECT end FROM t; END",
      "SELECT 1"}},
    {"a trigger with a comment before END",
     kLite,
     "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; -- END;\nEND -- ;\n; SELECT 1",
     {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; -- END;\nEND", "SELECT 1"}},
    {"a trigger that ends the file without ;",
     kLite,
     "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
     {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END"}},
    {"EXPLAIN of a trigger",
     kLite,
     "EXPLAIN QUERY PLAN CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; SELECT 2",
     {"EXPLAIN QUERY PLAN CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END", "SELECT 2"}},
    {"a trigger of PostgreSQL has no body",
     kPg,
     "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f(); SELECT 1",
     {"CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()", "SELECT 1"}},
    {"a parenthesis holds no ; in SQLite",
     kLite,
     "SELECT (1; SELECT 2;",
     {"SELECT (1", "SELECT 2"}},
    {"what pg_dump writes for psql's safety",
     kPg,
     "--\n\\restrict abc;'\nSELECT 1;\n\\unrestrict abc;'\n",
     {"SELECT 1"}},
    {"names of SQLite in brackets",
     kLite,
     "SELECT [a;b], `c;d`;SELECT 2",
     {"SELECT [a;b], `c;d`", "SELECT 2"}},
};

TEST(Splitter, FindsTheStatements) {
  for (const Case& test : kCases) {
    const Split split = split_in(test.script, test.flavor, std::string::npos);
    EXPECT_EQ(split.texts(), test.statements) << test.what;
    EXPECT_FALSE(split.error) << test.what << ": " << split.error->message;
  }
}

TEST(Splitter, DoesNotCareHowTheScriptArrives) {
  for (const Case& test : kCases) {
    const Split whole = split_in(test.script, test.flavor, std::string::npos);
    for (const std::size_t piece : {1, 2, 3, 7}) {
      EXPECT_EQ(split_in(test.script, test.flavor, piece), whole) << test.what << ", by " << piece;
    }
  }
}

TEST(Splitter, SaysWhereEveryStatementStands) {
  const std::string_view script =
      "\xEF\xBB\xBF/* a\n*/ SELECT 1;\r\n\r\n  -- b\r\n  SELECT\n2; SELECT 'é', 3; SELECT 4";
  const Split split = split_in(script, kPg, 2);
  struct Where {
    std::uint64_t number;
    std::uint32_t line, column;
    std::string text;
    bool terminated;
  };
  const Where expected[] = {{1, 2, 4, "SELECT 1", true},
                            {2, 5, 3, "SELECT\n2", true},
                            {3, 6, 4, "SELECT 'é', 3", true},
                            {4, 6, 20, "SELECT 4", false}};
  ASSERT_EQ(split.statements.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    const Statement& statement = split.statements[i];
    EXPECT_EQ(statement.text, expected[i].text);
    EXPECT_EQ(statement.number, expected[i].number);
    EXPECT_EQ(statement.line, expected[i].line) << statement.text;
    EXPECT_EQ(statement.column, expected[i].column) << statement.text;
    EXPECT_EQ(statement.terminated, expected[i].terminated) << statement.text;
    EXPECT_EQ(script.substr(statement.offset, statement.text.size()), statement.text);
  }
}

TEST(Splitter, TellsCommentsAndEndsWhereOneIsRefused) {
  Texts seen;
  SplitOptions options;
  options.on_comment = [&](const Token& comment, bool inside) {
    seen.push_back(std::string(comment.text) + (inside ? " inside" : ""));
    return comment.text != "-- down";
  };
  Splitter splitter(source_of("-- up\nSELECT /* x */ '-- down';\nSELECT 2\n-- down\nDROP 'x"),
                    options);
  Texts texts;
  for (;;) {
    const auto statement = splitter.next();
    ASSERT_TRUE(statement);
    if (!*statement) break;
    texts.push_back((*statement)->text);
  }
  EXPECT_EQ(texts, (Texts{"SELECT /* x */ '-- down'", "SELECT 2"}));
  EXPECT_EQ(seen, (Texts{"-- up", "/* x */ inside", "-- down inside"}));
  EXPECT_FALSE(*splitter.next()) << "it stays at its end";
}

TEST(Splitter, FeedsTheHashWithWhatItHasYielded) {
  TokenHash both;
  SplitOptions options;
  options.hash = &both;
  Splitter two(source_of("SELECT 1; SELECT 2"), options);
  ASSERT_TRUE(two.next());
  TokenHash one;
  options.hash = &one;
  Splitter first(source_of("/* one */ select\n1"), options);
  ASSERT_TRUE(first.next());
  EXPECT_EQ(both.digest(), one.digest());
  ASSERT_TRUE(two.next());
  EXPECT_NE(both.digest(), one.digest());
}

TEST(Splitter, HoldsOneStatementAndOnePieceAtMost) {
  // 8 MB of small statements; the pieces are counted, not kept.
  std::string piece;
  while (piece.size() < 64 * 1024)
    piece += "INSERT INTO t VALUES (1, 'abc'); -- x\n";
  int left = 128;
  SplitOptions options;
  options.limit_bytes = 100 * 1024;
  Splitter splitter(
      [&]() -> Result<std::string_view> {
        return left-- > 0 ? std::string_view(piece) : std::string_view();
      },
      options);
  std::uint64_t count = 0;
  for (;;) {
    const auto statement = splitter.next();
    ASSERT_TRUE(statement) << statement.error().message;
    if (!*statement) break;
    ++count;
  }
  EXPECT_EQ(count, 128U * (piece.size() / 38));
}

}  // namespace
}  // namespace bedstone::sql
