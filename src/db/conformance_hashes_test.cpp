/// What every dialect must do: hashes and texts of values that depend on nothing but the value.
#include <set>

#include "db/conformance.hpp"

namespace bedstone::db::testing {
namespace {

constexpr std::string_view kNullHash = "\\x0000000000000002";

class Hashes : public Conformance {
 protected:
  static std::string hashed(Connection& session, const std::vector<std::string>& expressions,
                            const std::string& from = "") {
    const std::string sql = "SELECT " + session.dialect().hashes(expressions) + from;
    return std::string(must(session.query(sql)).text(0, 0));
  }
  std::string hashed(const std::vector<std::string>& expressions, const std::string& from = "") {
    return hashed(db(), expressions, from);
  }

  static void fix_formats(Connection& session) {
    for (const std::string& sql : session.dialect().fixed_formats())
      must(session.query(sql));
  }

  /// A session of which every setting that PostgreSQL prints values by is odd.
  std::unique_ptr<Connection> odd_session() const {
    auto session = connect();
    if (is_sqlite()) return session;
    for (const std::string_view setting :
         {"DateStyle = 'German, DMY'", "extra_float_digits = 0", "TimeZone = 'Asia/Tokyo'",
          "bytea_output = 'escape'", "IntervalStyle = 'iso_8601'", "lc_monetary = 'C.UTF-8'",
          "quote_all_identifiers = on", "xmloption = 'document'",
          "standard_conforming_strings = off"}) {
      must(session->execute("SET " + std::string(setting)));
    }
    return session;
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Hashes, every_engine(), engine_in_test_name);

TEST_P(Hashes, ValuesAreAlikeWhenTheirHashesAre) {
  execute("CREATE TABLE t (id bigint, v text, n numeric(9, 2), r double precision)");
  execute(
      "INSERT INTO t VALUES (1, 'a', 1.5, 0.5), (2, 'a', 1.50, 0.5), (3, 'A', 2, 0.25), "
      "(4, 'a ', -1, -0.5), (5, '', 0, 0), (6, NULL, NULL, NULL), (7, NULL, NULL, NULL)");
  for (const std::string column : {"v", "n", "r"}) {
    const std::string one = "a." + column;
    const std::string other = "b." + column;
    const auto differ = must(db().query(fmt::format(
        "SELECT count(*) FROM t AS a, t AS b WHERE ({}) <> ({} = {})",
        db().dialect().alike(one, other), db().dialect().hashes(std::vector<std::string>{one}),
        db().dialect().hashes(std::vector<std::string>{other}))));
    EXPECT_EQ(differ.integer(0, 0), 0) << column;
    const auto alike = must(db().query(fmt::format("SELECT count(*) FROM t AS a, t AS b WHERE {}",
                                                   db().dialect().alike(one, other))));
    EXPECT_EQ(alike.integer(0, 0), 11) << column;
  }
}

TEST_P(Hashes, EqualValuesHaveEqualHashesAndOthersHaveNot) {
  execute("CREATE TABLE t (id bigint, v text, n bigint, r double precision)");
  execute(
      "INSERT INTO t VALUES (1, 'a', 1, 0.5), (2, 'a', 1, 0.5), (3, 'A', 2, 0.25), "
      "(4, 'a ', -1, -0.5), (5, '', 0, 0), (6, '0', 10, 1e300)");
  for (const std::string column : {"v", "n", "r"}) {
    std::vector<std::string> seen;
    for (int id = 1; id <= 6; ++id) {
      seen.push_back(hashed({column}, fmt::format(" FROM t WHERE id = {}", id)));
      EXPECT_EQ(seen.back().size(), 2U + 16U);
    }
    EXPECT_EQ(seen[0], seen[1]);
    const std::set<std::string> different(seen.begin(), seen.end());
    EXPECT_EQ(different.size(), 5U) << column;
    EXPECT_FALSE(different.contains(std::string(kNullHash)));
  }
}

TEST_P(Hashes, NullHasAHashOfItsOwn) {
  execute("CREATE TABLE t (v text, n bigint)");
  execute("INSERT INTO t VALUES (NULL, NULL)");
  EXPECT_EQ(hashed({"v"}, " FROM t"), kNullHash);
  EXPECT_EQ(hashed({"n"}, " FROM t"), kNullHash);
  EXPECT_EQ(hashed({"NULL"}), kNullHash);
  EXPECT_NE(hashed({"''"}), kNullHash);
}

TEST_P(Hashes, EveryHashOfAValueIsOdd) {
  execute("CREATE TABLE t (v bigint)");
  execute(
      "INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < "
      "2000) SELECT x FROM c");
  const Rows rows =
      query("SELECT DISTINCT " + db().dialect().hashes(std::array{std::string("v")}) + " FROM t");
  ASSERT_EQ(rows.size(), 2000U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_NE(std::string_view("13579bdf").find(rows.text(i, 0).back()), std::string_view::npos);
  }
}

TEST_P(Hashes, SeveralStandOneBehindTheOther) {
  execute("CREATE TABLE t (a text, b bigint, c text)");
  execute("INSERT INTO t VALUES ('x', 7, NULL)");
  const std::string a = hashed({"a"}, " FROM t"), b = hashed({"b"}, " FROM t");
  EXPECT_EQ(hashed({"a", "b", "c"}, " FROM t"), a + b.substr(2) + std::string(kNullHash.substr(2)));
  EXPECT_EQ(hashed({"b || ''", "a"}, " FROM t").substr(18), a.substr(2));
  EXPECT_EQ(hashed({}), "\\x");
}

TEST_P(Hashes, WideTablesHaveThemToo) {
  std::string columns;
  std::vector<std::string> expressions;
  for (int i = 0; i < 350; ++i) {
    columns += fmt::format("{}c{} bigint DEFAULT {}", i > 0 ? ", " : "", i, i);
    expressions.push_back(fmt::format("c{}", i));
  }
  execute(fmt::format("CREATE TABLE t ({})", columns));
  execute("INSERT INTO t DEFAULT VALUES");
  const std::string all = hashed(expressions, " FROM t");
  ASSERT_EQ(all.size(), 2U + 350U * 16U);
  for (const std::size_t i : {0U, 99U, 100U, 199U, 200U, 349U}) {
    EXPECT_EQ("\\x" + all.substr(2 + i * 16, 16), hashed({expressions[i]}, " FROM t")) << i;
  }
}

TEST_P(Hashes, BytesAreJoinedInOrder) {
  const Dialect& dialect = db().dialect();
  execute("CREATE TABLE t (a text, b bigint)");
  execute("INSERT INTO t VALUES ('x', 7)");
  const auto joined = [&](const std::vector<std::string>& parts) {
    const Rows rows = query("SELECT " + dialect.join_bytes(parts) + " FROM t");
    return std::string(rows.text(0, 0));
  };
  const std::string a = dialect.hashes(std::array{std::string("a")});
  const std::string b = dialect.hashes(std::array{std::string("b")});
  EXPECT_EQ(joined({a, b}), hashed({"a", "b"}, " FROM t"));
  EXPECT_EQ(joined({fmt::format("CASE WHEN b = 7 THEN {} ELSE {} END", b, a), a}),
            hashed({"b", "a"}, " FROM t"));
  EXPECT_EQ(joined({a}), hashed({"a"}, " FROM t"));
  EXPECT_EQ(joined({}), "\\x");
  std::vector<std::string> many, expected;
  for (int i = 0; i < 250; ++i) {
    many.push_back(i % 3 == 0 ? a : b);
    expected.emplace_back(i % 3 == 0 ? "a" : "b");
  }
  EXPECT_EQ(joined(many), hashed(expected, " FROM t"));
}

// Recorded hashes are compared with those that later releases make: these must never change.
TEST_P(Hashes, KnownValuesKeepTheirHashes) {
  struct Case {
    std::string expression;
    std::string_view sqlite, postgres;
  };
  const std::vector<Case> cases = {
      {"''", "\\xaeded812a273c1b3", "\\x9fb1b765a7ea466d"},
      {"'bedstone'", "\\xfc7f874969eae7cd", "\\x0e3cacf977e142c3"},
      {"'Grüße, 日本'", "\\x994b8b3dec7cdedb", "\\x2d7fd87ded8e97a1"},
      {"0", "\\xfbfd5a11e00e4155", "\\x1f0320988a88ffed"},
      {"-42", "\\x3bd8f9ac4d2a18a9", "\\xd15d6e6d07c4a929"},
      {"9223372036854775807", "\\x93c1c71168f7d66b", "\\x60ffedc5c94210e5"},
      {by_engine("0.5", "0.5::double precision"), "\\xf9769b0c84739605", "\\x6647c2449c5210fb"},
      {by_engine("x'00ff'", "'\\x00ff'::bytea"), "\\xa9b4308fbc4f39d5", "\\x521ca548e48b586f"},
  };
  for (const Case& known : cases) {
    EXPECT_EQ(hashed({known.expression}), by_engine(known.sqlite, known.postgres))
        << known.expression;
  }
}

TEST_P(Hashes, OddSessionsSeeTheSameTextsAndHashes) {
  if (is_sqlite()) {
    execute("CREATE TABLE t (a real, b blob, c text)");
    execute("INSERT INTO t VALUES (0.1, x'00ff', '2026-01-31')");
  } else {
    execute("CREATE TYPE mood AS ENUM ('glad')");
    execute(
        "CREATE TABLE t (a double precision, b bytea, c date, d timestamptz, e interval, "
        "f money, g real, h jsonb, i mood, j date[], k numeric(10,4), l regclass)");
    execute(
        "INSERT INTO t VALUES (0.1::float8 + 0.2::float8, '\\x00ff', '2026-01-31', "
        "'2026-01-31 12:00:00+00', '1 day 2 hours', 12.5::numeric::money, 0.1, "
        "'{\"b\": 1, \"a\": 2.50}', 'glad', '{2026-01-31}', 1.5, 'pg_type')");
  }
  std::vector<std::string> columns;
  const Rows all = query("SELECT * FROM t");
  std::string texts;
  for (const std::string& name : all.names()) {
    columns.push_back(name);
    texts += (texts.empty() ? "SELECT " : ", ") + db().dialect().as_text(name);
  }
  const auto seen_by = [&](Connection& session) {
    must(session.begin());
    fix_formats(session);
    std::string seen = hashed(session, columns, " FROM t");
    const Rows rows = must(session.query(texts + " FROM t"));
    for (std::size_t i = 0; i < rows.columns(); ++i)
      seen += "|" + std::string(rows.text(0, i));
    must(session.rollback());
    return seen;
  };
  const std::string plain = seen_by(*connect());
  EXPECT_EQ(seen_by(*odd_session()), plain);
  if (is_sqlite()) return;
  EXPECT_NE(plain.find("|0.30000000000000004|\\x00ff|2026-01-31|2026-01-31 12:00:00+00|"
                       "1 day 02:00:00|"),
            std::string::npos)
      << plain;
  const auto odd = odd_session();
  must(odd->begin());
  EXPECT_NE(hashed(*odd, columns, " FROM t"), plain.substr(0, plain.find('|')));
}

TEST_P(Hashes, AsTextTakesAnyExpression) {
  execute("CREATE TABLE t (a bigint, b text)");
  execute("INSERT INTO t VALUES (2, 'x'), (NULL, NULL)");
  const Dialect& dialect = db().dialect();
  const Rows rows = query(fmt::format("SELECT {}, {} FROM t ORDER BY a IS NULL",
                                      dialect.as_text("a + 1"), dialect.as_text("b || 'y'")));
  EXPECT_EQ(rows.at(0, 0), "3");
  EXPECT_EQ(rows.at(0, 1), "xy");
  EXPECT_TRUE(rows.is_null(1, 0));
}

}  // namespace
}  // namespace bedstone::db::testing
