/// Rows named by the server's contexts, and the hashes of servers before 11.
#include "db/postgres/load.hpp"

#include "db/load_fixture.hpp"
#include "db/postgres/dialect.hpp"

namespace bedstone::db::postgres {
namespace {

using namespace testing;

TEST(LineInContext, IsReadInAnyLanguage) {
  struct Case {
    std::string_view context, table;
    std::int64_t line;
  };
  const Case cases[] = {
      {"COPY t, line 3, column v: \"abc\"", "\"t\"", 3},
      {"COPY t, line 12: \"5\t6\"", "\"public\".\"t\"", 12},
      {"COPY t, line 7", "t", 7},
      {"COPY t, Zeile 45678, Spalte id: »x1«", "\"t\"", 45'678},
      {"COPY t, строка 9, столбец v: \"3\"", "\"t\"", 9},
      {"COPY t, 3번째 줄, v 열: \"4\"", "\"t\"", 3},
      {"COPY t2, line 9, line 4, column v: \"5\"", "\"t2, line 9\"", 4},
      {"COPY a\"b.c, line 5", "\"x.y\".\"a\"\"b.c\"", 5},
      {"PL/pgSQL function guard() line 8 at RAISE\nCOPY t, line 2: \"3\"", "\"t\"", 2},
      {"COPY t, line 2, column v: \"x\nCOPY t, line 99\"", "\"t\"", 2},
      {"PL/pgSQL function guard() line 8 at RAISE", "\"t\"", 0},
      {"COPY other, line 3", "\"t\"", 0},
      {"COPY t", "\"t\"", 0},
      {"", "\"t\"", 0},
  };
  for (const Case& expected : cases) {
    EXPECT_EQ(line_in_context(expected.context, expected.table), expected.line) << expected.context;
  }
}

TEST(ColumnInContext, IsReadInAnyLanguageThatNamesItBehindTheLine) {
  EXPECT_EQ(column_in_context("COPY t, line 3, column v: \"abc\"", "\"t\""), "v");
  EXPECT_EQ(column_in_context("COPY t, Zeile 45678, Spalte id: »x1«", "\"t\""), "id");
  EXPECT_EQ(column_in_context("COPY t, line 3: \"a, column v: b\"", "\"t\""), "");
  EXPECT_EQ(column_in_context("COPY t, line 3", "\"t\""), "");
  EXPECT_EQ(column_in_context("COPY other, line 3, column v: \"1\"", "\"t\""), "");
}

class PostgresLoads : public Loading<EngineTest> {
 protected:
  PostgresLoads() : Loading(Engine::kPostgres) {}

  std::string hashed(const std::vector<std::string>& expressions, const std::string& from = "") {
    const Rows rows = query("SELECT " + db().dialect().hashes(expressions) + from);
    return std::string(rows.text(0, 0));
  }
};

TEST_F(PostgresLoads, OldServersHashByMd5) {
  const Dialect& old = dialect_for(100'023);
  const std::vector<std::string> expressions = {"'bedstone'", "NULL", "7"};
  EXPECT_EQ(query("SELECT " + old.hashes(expressions)).text(0, 0),
            "\\xd4ac3dbd0aa74ff3"  // md5 of bedstone begins with these digits.
            "0000000000000002"     // NULL
            "8f14e45fceea167b");   // md5('7') begins with 8f14e45fceea167a.
  EXPECT_EQ(old.hashes({}), dialect().hashes({}));
  EXPECT_EQ(&dialect_for(110'000), &dialect());
  EXPECT_EQ(&dialect_for(0), &dialect());
  EXPECT_EQ(&db().dialect(), &dialect());
}

TEST_F(PostgresLoads, HashesIgnoreCollations) {
  execute(
      "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', "
      "deterministic = false)");
  execute("CREATE TABLE t (v text COLLATE blind)");
  execute("INSERT INTO t VALUES ('Anna')");
  EXPECT_EQ(number("SELECT count(*) FROM t WHERE v = 'anna'"), 1);
  EXPECT_EQ(hashed({"v"}, " FROM t"), hashed({"'Anna'"}));
  EXPECT_NE(hashed({"v"}, " FROM t"), hashed({"'anna'"}));
}

TEST_F(PostgresLoads, FixedFormatsEndWithTheirTransaction) {
  const auto session = connect();
  must(session->execute("SET DateStyle = 'German, DMY'"));
  must(session->begin());
  for (const std::string& sql : dialect().fixed_formats())
    must(session->query(sql));
  EXPECT_EQ(must(session->query("SHOW DateStyle")).text(0, 0), "ISO, YMD");
  must(session->commit());
  EXPECT_EQ(must(session->query("SHOW DateStyle")).text(0, 0), "German, DMY");
}

TEST_F(PostgresLoads, ASessionThatIsEndedInALoadIsLostAndLeavesNothing) {
  execute("CREATE TABLE t (id bigint, v text)");
  const auto other = connect();
  const std::string end = "SELECT pg_terminate_backend(" +
                          std::string(query("SELECT pg_backend_pid()").text(0, 0)) + ")";
  Feed feed([&](std::int64_t row) -> Result<Row> {
    if (row == 5'000) must(other->query(end));
    if (row > 200'000) return Row{};
    return Row{text(std::to_string(row)), text(std::string(100, 'x'))};
  });
  std::int64_t failed = -1;
  const Error error = error_of(load(into({"id", "v"}), feed, &failed));
  EXPECT_EQ(error.code, ErrorCode::kConnectionLost) << error.message;
  EXPECT_TRUE(error.connection_lost);
  EXPECT_EQ(failed, 0);
  EXPECT_TRUE(db().lost());
  EXPECT_EQ(must(other->query("SELECT count(*) FROM t")).integer(0, 0), 0);
}

}  // namespace
}  // namespace bedstone::db::postgres
