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

TEST_P(DumpTest, WhatIsLeftOutAndNeededIsNamed) {
  make(
      "CREATE TABLE mine (id integer PRIMARY KEY)\n--\n"
      "CREATE TABLE theirs (id integer PRIMARY KEY)\n--\n"
      "CREATE TABLE uses (a integer REFERENCES theirs (id))\n--\n"
      "CREATE INDEX theirs_i ON theirs (id)");
  DumpOptions options;
  options.inspect.exclude = [](std::string_view name) { return name == "theirs"; };
  const std::string script = dump(options);
  EXPECT_EQ(script.find("CREATE TABLE theirs"), std::string::npos);
  EXPECT_EQ(script.find("theirs_i"), std::string::npos);
  EXPECT_NE(script.find("CREATE TABLE mine"), std::string::npos);
  if (!is_sqlite()) {
    EXPECT_NE(script.find("-- Not in here, but needed: table theirs\n"), std::string::npos);
  }
}

TEST(ArrangeTest, CirclesAreBrokenAtForeignKeysThenAtDefaults) {
  const auto table = [](std::string name) {
    DumpItem item;
    item.id = item.name = std::move(name);
    item.kind = "table";
    item.statement = "CREATE TABLE " + item.name;
    item.tail = "";
    return item;
  };
  const auto part = [](std::string kind, std::string parent) {
    DumpItem item;
    item.id = kind + " of " + parent;
    item.name = item.id;
    item.kind = std::move(kind);
    item.parent = std::move(parent);
    item.part = item.id;
    item.statement = "ALTER " + item.parent + " ADD " + item.id;
    return item;
  };
  DumpSource source;
  source.items = {
      table("a"),        table("b"), table("c"), part("foreign key", "a"), part("foreign key", "b"),
      part("check", "c")};
  source.needs = {{"foreign key of a", "b"}, {"foreign key of b", "a"}, {"check of c", "a"}};
  const Dump dump = must(arrange(source, {}));
  std::vector<std::string> statements;
  for (const DumpStatement& statement : dump.statements)
    statements.push_back(statement.sql);
  EXPECT_EQ(statements,
            (std::vector<std::string>{
                "CREATE TABLE a ()", "CREATE TABLE b ()", "CREATE TABLE c (\n    check of c\n)",
                "ALTER a ADD foreign key of a", "ALTER b ADD foreign key of b"}));
  source.items[3].statement.reset();
  source.items[4].statement.reset();
  const Error error = db::testing::error_of(arrange(source, {}));
  EXPECT_EQ(error.code, ErrorCode::kSchemaNotDumped);
  EXPECT_EQ(error.cause, "table a, table b");
}

}  // namespace
}  // namespace bedstone::schema::testing
