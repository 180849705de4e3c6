/// Numbers in columns without a type, and the functions behind hashes().
#include <array>
#include <cstdlib>
#include <set>

#include "db/load_fixture.hpp"

namespace bedstone::db::sqlite {
namespace {

using namespace testing;

class SqliteLoads : public Loading<EngineTest> {
 protected:
  SqliteLoads() : Loading(Engine::kSqlite) {}

  std::string hashed(const std::vector<std::string>& expressions, const std::string& from = "") {
    const Rows rows = query("SELECT " + db().dialect().hashes(expressions) + from);
    return std::string(rows.text(0, 0));
  }
};

TEST_F(SqliteLoads, KeepNumbersWhereTheColumnHasNoType) {
  execute("CREATE TABLE t (v)");
  must(load(into({"v"}), {{number_cell("12")},
                          {number_cell("-9223372036854775808")},
                          {number_cell("9223372036854775808")},
                          {number_cell("1.0")},
                          {number_cell("0.1")},
                          {number_cell("1e3")},
                          {number_cell("+5")},
                          {text("12")}}));
  const Rows rows = query("SELECT typeof(v), v FROM t ORDER BY rowid");
  const std::array<std::pair<std::string_view, std::string_view>, 8> expected = {
      {{"integer", "12"},
       {"integer", "-9223372036854775808"},
       {"real", "9.223372036854775808e+18"},
       {"real", "1.0"},
       {"real", "0.1"},
       {"real", "1000.0"},
       {"integer", "5"},
       {"text", "12"}}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(rows.text(i, 0), expected[i].first) << i;
    EXPECT_EQ(std::strtod(rows.text(i, 1).data(), nullptr),
              std::strtod(expected[i].second.data(), nullptr));
  }
  for (const char* none :
       {"", "x", "1x", " 1", "1 ", "--1", "+-1", "nan", "1e999", "0x10", "1,5", "1_0"}) {
    const Error error = error_of(load(into({"v"}), {{number_cell(none)}}));
    EXPECT_EQ(error.sqlstate, "SQLITE_MISMATCH") << none;
    EXPECT_NE(error.message.find("\"v\""), std::string::npos);
  }
}

TEST_F(SqliteLoads, HashesTellStorageClassesApart) {
  const std::vector<std::string> expressions = {"1", "1.0", "'1'", "x'31'", "NULL", "''", "x''"};
  std::set<std::string> seen;
  for (const std::string& one : expressions)
    seen.insert(hashed({one}));
  EXPECT_EQ(seen.size(), expressions.size());
  EXPECT_EQ(hashed({"0.0"}), hashed({"-0.0"}));
}

TEST_F(SqliteLoads, FunctionsStayOutOfTheSchema) {
  execute("CREATE TABLE t (v text)");
  execute("INSERT INTO t VALUES ('a')");
  error_of(db().execute("CREATE INDEX i ON t (bedstone_hashes(v))"));
  error_of(db().execute("CREATE TABLE u (v text CHECK (bedstone_hashes(v) <> x''))"));
  execute("CREATE VIEW w AS SELECT bedstone_joined(bedstone_hashes(v)) FROM t");
  error_of(db().query("SELECT * FROM w"));
}

}  // namespace
}  // namespace bedstone::db::sqlite
