/// What every driver must do: values in and out, quoting, statements.
// shows: D9
#include "db/conformance.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>

#include "base/clock.hpp"

namespace bedstone::db::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Engines, Conformance, every_engine(), engine_in_test_name);

TEST_P(Conformance, IntegersComeBackEqual) {
  execute("CREATE TABLE t (id bigint, v bigint)");
  const std::array<std::int64_t, 5> numbers = {0, -1, 1, std::numeric_limits<std::int64_t>::min(),
                                               std::numeric_limits<std::int64_t>::max()};
  for (const std::int64_t number : numbers)
    execute("INSERT INTO t (v) VALUES ($1)", {number});
  for (const std::int64_t number : numbers) {
    const Rows rows = query("SELECT v FROM t WHERE v = $1", {number});
    ASSERT_EQ(rows.size(), 1U) << number;
    EXPECT_EQ(rows.integer(0, 0), number);
    EXPECT_EQ(rows.text(0, 0), std::to_string(number));
  }
}

TEST_P(Conformance, RealsComeBackEqualToTheLastBit) {
  execute("CREATE TABLE t (id bigint, v double precision)");
  const std::array<double, 9> numbers = {
      0.0, 1.0, -2.0, 0.1, 1.0 / 3.0, 1e300, 2.5e-300, 5e-324, 123456789.123456789};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    execute("INSERT INTO t VALUES ($1, $2)", {static_cast<std::int64_t>(i), numbers[i]});
  }
  const Rows rows = query("SELECT v FROM t ORDER BY id");
  ASSERT_EQ(rows.size(), numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(std::strtod(std::string(rows.text(i, 0)).c_str(), nullptr), numbers[i]);
  }
}

TEST_P(Conformance, BooleansComeBackEqual) {
  execute("CREATE TABLE t (yes boolean, no boolean)");
  execute("INSERT INTO t VALUES ($1, $2)", {true, false});
  const Rows rows = query("SELECT yes, no FROM t");
  EXPECT_TRUE(rows.boolean(0, 0));
  EXPECT_FALSE(rows.boolean(0, 1));
}

TEST_P(Conformance, TextsComeBackEqual) {
  execute("CREATE TABLE t (v text)");
  const std::vector<std::string> texts = {"",
                                          "plain",
                                          "it's \"quoted\" \\ and $1 ? :a @b",
                                          "line\nbreak\r\n\ttab",
                                          "Grüße, 日本語, \xF0\x9F\x8E\x89",
                                          std::string(1'000'000, 'x')};
  for (const std::string& text : texts) {
    execute("DELETE FROM t");
    execute("INSERT INTO t VALUES ($1)", {text});
    EXPECT_EQ(query("SELECT v FROM t").text(0, 0), text);
  }
}

TEST_P(Conformance, BlobsComeBackAsHexadecimalDigits) {
  execute(by_engine("CREATE TABLE t (v blob)", "CREATE TABLE t (v bytea)"));
  Blob every_byte;
  std::string digits = "\\x";
  for (int i = 0; i < 256; ++i) {
    every_byte.push_back(static_cast<std::byte>(i));
    digits += fmt::format("{:02x}", i);
  }
  execute("INSERT INTO t VALUES ($1)", {every_byte});
  EXPECT_EQ(query("SELECT v FROM t").text(0, 0), digits);
  EXPECT_EQ(number("SELECT length(v) FROM t"), 256);
  execute("UPDATE t SET v = $1", {Blob{}});
  EXPECT_EQ(query("SELECT v FROM t").at(0, 0), "\\x");
}

TEST_P(Conformance, NullIsNotTheEmptyText) {
  execute("CREATE TABLE t (a text, b text, c bigint)");
  execute("INSERT INTO t VALUES ($1, $2, $3)", {Null{}, std::string(), Null{}});
  const Rows rows = query("SELECT a, b, c FROM t");
  EXPECT_TRUE(rows.is_null(0, 0));
  EXPECT_FALSE(rows.is_null(0, 1));
  EXPECT_EQ(rows.at(0, 1), "");
  EXPECT_EQ(rows.integer(0, 2, 7), 7);
}

TEST_P(Conformance, ParametersGoByTheirNumbers) {
  execute("CREATE TABLE t (a text, b bigint, c text)");
  execute("INSERT INTO t (b, a, c) VALUES ($2, $1, $1)", {std::string("x"), std::int64_t{5}});
  const Rows rows = query("SELECT a, b, c FROM t");
  EXPECT_EQ(rows.text(0, 0), "x");
  EXPECT_EQ(rows.text(0, 1), "5");
  EXPECT_EQ(rows.text(0, 2), "x");
}

TEST_P(Conformance, TheWrongNumberOfValuesIsRefused) {
  execute("CREATE TABLE t (a text, b text)");
  const std::string_view insert = "INSERT INTO t VALUES ($1, $2)";
  error_of(db().execute(insert, {std::string("x")}));
  error_of(db().execute(insert, {std::string("x"), std::string("y"), std::string("z")}));
  error_of(db().execute(insert));
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
  EXPECT_EQ(execute(insert, {std::string("x"), std::string("y")}), 1);
}

TEST_P(Conformance, TenThousandParametersFitIntoOneStatement) {
  execute("CREATE TABLE t (v bigint)");
  std::string sql = "INSERT INTO t VALUES ";
  std::vector<Value> values;
  for (std::int64_t i = 1; i <= 10'000; ++i) {
    sql += fmt::format("{}(${})", i == 1 ? "" : ",", i);
    values.emplace_back(i);
  }
  EXPECT_EQ(must(db().execute(Statement{sql, values})), 10'000);
  EXPECT_EQ(number("SELECT sum(v) FROM t"), 50'005'000);
}

TEST_P(Conformance, HostileIdentifiersAreQuoted) {
  const std::vector<std::string> names = {
      "a\"b", "\"", "select", "two words", "x; DROP TABLE t", "it's", "--", "/* */", "Über",
      "$1",   "?",  "a.b",    "UPPER",     "line\nbreak",     "\\",   "%s", "日本",  "a\"\"b"};
  for (const std::string& name : names) {
    const std::string quoted = db().dialect().quote_identifier(name);
    execute(fmt::format("CREATE TABLE {0} ({0} text)", quoted));
    execute(fmt::format("INSERT INTO {0} ({0}) VALUES ($1)", quoted), {name});
    const Rows rows = query(fmt::format("SELECT {0} FROM {0}", quoted));
    EXPECT_EQ(rows.names().at(0), name);
    EXPECT_EQ(rows.text(0, 0), name);
    execute(fmt::format("DROP TABLE {}", quoted));
  }
}

TEST_P(Conformance, HostileLiteralsAreQuoted) {
  std::vector<std::string> texts = {"",        "'",   "''",   "\\", "\\'", "'; DROP TABLE t; --",
                                    "$1 ? :a", "\n",  "$$x",  "E'", "ü",   "\\x41",
                                    "%s",      "a\\", "'\\''"};
  // Fuzzed with a fixed seed: every mixture of what quoting could trip over.
  std::mt19937 random(20260101);
  constexpr std::string_view kAlphabet = "'\"\\$1;-/*\n aE%?:";
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (std::uint32_t length = random() % 12; length > 0; --length) {
      text += kAlphabet[random() % kAlphabet.size()];
    }
    texts.push_back(text);
  }
  const auto check_all = [&] {
    for (const std::string& text : texts) {
      const std::string literal = db().dialect().quote_literal(text);
      EXPECT_EQ(query(fmt::format("SELECT {} AS v WHERE 1=1", literal)).at(0, 0), text) << literal;
    }
  };
  check_all();
  if (is_sqlite()) return;
  execute("SET standard_conforming_strings = off");
  check_all();
}

TEST_P(Conformance, QualifiedNamesReachTheTable) {
  const Dialect& dialect = db().dialect();
  execute(
      by_engine("CREATE TABLE \"a table\" (v text)", "CREATE TABLE public.\"a table\" (v text)"));
  EXPECT_EQ(number("SELECT count(*) FROM " + dialect.qualified("public", "a table")), 0);
  if (!is_sqlite()) execute("CREATE SCHEMA bedstone");
  execute(fmt::format("CREATE TABLE {} (v text)", dialect.store_table("runs")));
  EXPECT_EQ(
      number(by_engine("SELECT count(*) FROM bedstone_runs", "SELECT count(*) FROM bedstone.runs")),
      0);
}

TEST_P(Conformance, NowIsUtcWithMicroseconds) {
  const auto now = std::chrono::system_clock::now();
  const std::string text(
      query(fmt::format("SELECT {}", db().dialect().now_expression())).text(0, 0));
  EXPECT_EQ(text.size(), to_iso(now).size());
  EXPECT_GT(text, to_iso(now - std::chrono::seconds(5)));
  EXPECT_LT(text, to_iso(now + std::chrono::seconds(60)));
}

TEST_P(Conformance, ExecuteCountsTheRowsItChanged) {
  EXPECT_EQ(execute("CREATE TABLE t (id bigint PRIMARY KEY, v text)"), 0);
  EXPECT_EQ(execute("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')"), 3);
  EXPECT_EQ(execute("SELECT * FROM t"), 0);
  EXPECT_EQ(execute("UPDATE t SET v = 'x' WHERE id > 1"), 2);
  EXPECT_EQ(execute("CREATE TABLE u (id bigint)"), 0);
  EXPECT_EQ(execute("UPDATE t SET v = 'x' WHERE id > 9"), 0);
  EXPECT_EQ(execute("INSERT INTO t VALUES (1, 'a') ON CONFLICT (id) DO NOTHING"), 0);
  EXPECT_EQ(execute("INSERT INTO t VALUES (1, 'z') ON CONFLICT (id) DO UPDATE SET v = 'z'"), 1);
  EXPECT_EQ(execute("DELETE FROM t"), 3);
}

TEST_P(Conformance, QueryOfAChangeReturnsItsRows) {
  EXPECT_EQ(query("CREATE TABLE t (id bigint)").columns(), 0U);
  EXPECT_TRUE(query("INSERT INTO t VALUES (1)").empty());
  const Rows rows = query("INSERT INTO t VALUES (2), (3) RETURNING id AS \"the id\"");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.names().at(0), "the id");
  const Rows none = query("SELECT id FROM t WHERE id > 9");
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.columns(), 1U);
}

TEST_P(Conformance, CommentsAndSemicolonsAreNoStatements) {
  EXPECT_EQ(query("-- first\n/* second */ SELECT 7; -- last").integer(0, 0), 7);
  EXPECT_EQ(query("\n\n  SELECT 8;\n").integer(0, 0), 8);
  EXPECT_TRUE(query("-- nothing").empty());
  EXPECT_TRUE(query("").empty());
  EXPECT_EQ(execute("/* nothing */"), 0);
}

TEST_P(Conformance, TwoStatementsAtOnceAreRefusedAndNeitherRuns) {
  execute("CREATE TABLE t (v text)");
  EXPECT_EQ(error_of(db().execute("INSERT INTO t VALUES ('a'); INSERT INTO t VALUES ('b')")).code,
            ErrorCode::kSqlSyntax);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
}

TEST_P(Conformance, AHundredThousandRowsComeBack) {
  const Rows rows = query(
      by_engine("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) "
                "SELECT x, 'row ' || x, NULL FROM c",
                "SELECT x, 'row ' || x, NULL FROM generate_series(1, 100000) AS x"));
  ASSERT_EQ(rows.size(), 100'000U);
  ASSERT_EQ(rows.columns(), 3U);
  EXPECT_EQ(rows.integer(99'999, 0), 100'000);
  EXPECT_EQ(rows.text(49'999, 1), "row 50000");
  EXPECT_TRUE(rows.is_null(99'999, 2));
}

TEST_P(Conformance, RepeatedTextSurvivesAChangeOfTheSchema) {
  execute("CREATE TABLE t (a bigint)");
  const std::string_view sql = "SELECT * FROM t WHERE a = $1";
  execute("INSERT INTO t VALUES (1)");
  EXPECT_EQ(query(sql, {std::int64_t{1}}).columns(), 1U);
  execute("ALTER TABLE t ADD COLUMN b text");
  EXPECT_EQ(query(sql, {std::int64_t{1}}).columns(), 2U);
  execute("DROP TABLE t");
  EXPECT_EQ(error_of(db().query(sql, {std::int64_t{1}})).code, ErrorCode::kObjectMissing);
  execute("CREATE TABLE t (a bigint, b text, c text)");
  EXPECT_EQ(query(sql, {std::int64_t{1}}).columns(), 3U);
}

TEST_P(Conformance, TheSessionKnowsItsServer) {
  EXPECT_EQ(db().engine(), GetParam());
  EXPECT_GT(db().session().server_version, by_engine(3'035'000, 120'000));
  EXPECT_FALSE(db().session().server_version_text.empty());
  EXPECT_EQ(db().session().backend_pid > 0, !is_sqlite());
  EXPECT_FALSE(db().lost());
}

}  // namespace
}  // namespace bedstone::db::testing
