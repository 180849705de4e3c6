/// A dump makes an equal schema, in an order that any equal schema gives.
// shows: P26
#include "schema/dump.hpp"

#include "schema/testing.hpp"
#include "schema/zoo.hpp"
#include "sql/splitter.hpp"

namespace bedstone::schema::testing {
namespace {

class DumpTest : public db::testing::EngineTest, public ::testing::WithParamInterface<Engine> {
 protected:
  DumpTest() : EngineTest(GetParam()) {}

  static std::string_view zoo() {
    return GetParam() == Engine::kSqlite ? kSqliteZoo : kPostgresZoo;
  }
  void make(std::string_view script) {
    for (const std::string& sql : statements_of(script))
      execute(sql);
  }
  std::string dump(const DumpOptions& options = {}) {
    return dump_text(must(arrange(must(read_dump(db(), options.inspect)), options)), "A zoo");
  }
  std::string text() { return canonical_text(must(inspect(db(), {}))); }
  /// Into an empty database, statement by statement, as any client does.
  void load(const std::string& script) {
    if (is_sqlite()) {
      connection_ = must(db::open(must(db::Url::parse("sqlite::memory:")), {}));
    } else {
      execute("DROP SCHEMA public CASCADE");
    }
    sql::SplitOptions options;
    options.flavor = is_sqlite() ? sql::Flavor::kSqlite : sql::Flavor::kPostgres;
    sql::Splitter splitter(sql::source_of(script), options);
    while (const auto statement = must(splitter.next())) {
      const auto done = db().execute(statement->text);
      if (!done) {
        throw std::runtime_error(std::string(statement->text) + ": " + done.error().message + " " +
                                 done.error().cause);
      }
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, DumpTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(DumpTest, AZooOfAllKindsLoadsAgainAndIsEqual) {
  make(zoo());
  const std::string before = text();
  const std::string script = dump();
  load(script);
  EXPECT_EQ(described(before, text()), std::vector<std::string>()) << script;
  EXPECT_EQ(text(), before);
  EXPECT_EQ(dump(), script);
}

}  // namespace
}  // namespace bedstone::schema::testing
