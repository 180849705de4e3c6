// Where statements begin and end, by the splitter and by SQLite's own parser.
// shows: P9
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <random>

#include "corpus.hpp"
#include "sql/split_for_tests.hpp"

namespace bedstone::sql {
namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

Database scratch() {
  sqlite3* handle = nullptr;
  sqlite3_open(":memory:", &handle);
  return {handle, sqlite3_close};
}

/// Prepares the first statement of `text` and runs it, since later ones may need its table.
/// Returns how far SQLite read, or nothing when it refused.
std::optional<std::size_t> consumed(sqlite3* database, std::string_view text) {
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int status =
      sqlite3_prepare_v2(database, text.data(), static_cast<int>(text.size()), &statement, &tail);
  if (status != SQLITE_OK) return std::nullopt;
  while (statement && sqlite3_step(statement) == SQLITE_ROW) {
  }
  sqlite3_finalize(statement);
  return static_cast<std::size_t>(tail - text.data());
}

bool only_gap(std::string_view text) {
  Lexer lexer(Flavor::kSqlite, text);
  Token token;
  while (lexer.next(token) == Lexer::Step::kToken) {
    if (!token.is_comment() && token.kind != TokenKind::kSemicolon) return false;
  }
  return true;
}

/// Walks through a script with SQLite in front; every piece must hold the next statement and
/// nothing else. Where SQLite refuses a statement, ours says where to go on.
void compare(sqlite3* database, const std::string& name, std::string_view script,
             Comparison& result) {
  const Split split = split_in(script, Flavor::kSqlite, std::string::npos);
  if (split.error) {
    ++result.refused_here;
    result.differences.push_back(name + ": refused here: " + split.error->message);
    return;
  }
  std::size_t at = 0;
  for (const Statement& statement : split.statements) {
    const std::size_t end = statement.offset + statement.text.size();
    while (at < script.size()) {
      const auto taken = consumed(database, script.substr(at));
      if (!taken) {
        ++result.refused_there;
        at = end;
        break;
      }
      const std::size_t next = at + *taken;
      const bool before = only_gap(script.substr(at, *taken));
      if (!before &&
          (next < end || statement.offset < at || !only_gap(script.substr(end, next - end)))) {
        result.differences.push_back(fmt::format("{}: [{}] here, [{}] there", name,
                                                 text::excerpt(statement.text),
                                                 text::excerpt(script.substr(at, *taken))));
        return;
      }
      at = next;
      if (!before) break;
    }
    // Its own test of completeness agrees: this is one statement, and no part of it is.
    if (!sqlite3_complete((statement.text + ";").c_str())) {
      result.differences.push_back(name + ": incomplete: " + text::excerpt(statement.text));
      return;
    }
    ++result.statements;
  }
  if (!only_gap(script.substr(at))) {
    result.differences.push_back(name + ": more behind: " + text::excerpt(script.substr(at)));
    return;
  }
  ++result.files;
}

constexpr std::string_view kTables =
    "CREATE TABLE t (a, b, \"end\", [c;d], `e;f`); CREATE TABLE log (x);\n";

constexpr std::string_view kStatements[] = {
    "SELECT 1",
    "SELECT 'it''s; -- no', \"end\", `e;f`, [c;d] FROM t",
    "SELECT x'00', .5, 1e3, 0xFF, a->'x', a->>'$.y' FROM t",
    "INSERT INTO t (a) VALUES (';'), ('--'), ('/*'), (NULL)",
    "SELECT CASE a WHEN 1 THEN 'END;' ELSE 'x' END FROM t",
    "SELECT /* ; */ 1 -- ;\n + 2",
    "SELECT 1 /* /* ; */",
    "BEGIN",
    "END",
    "SAVEPOINT s",
    "PRAGMA user_version = 1",
    "SELECT t.end, end, begin FROM (SELECT 1 AS end, 2 AS begin) t",
    "DROP TRIGGER IF EXISTS g",
    "CREATE TRIGGER IF NOT EXISTS g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (';'); END",
    "CREATE TRIGGER IF NOT EXISTS g BEFORE UPDATE OF a, \"end\" ON t WHEN new.end > 1 BEGIN "
    "SELECT CASE new.a WHEN 1 THEN raise(ABORT, 'no; END;') END; -- END;\n DELETE FROM log; /* ; "
    "*/ END",
    "CREATE TEMP TRIGGER IF NOT EXISTS g INSTEAD OF DELETE ON v BEGIN SELECT old.end; SELECT 1 AS "
    "end; END",
    "CREATE TEMPORARY TRIGGER begin AFTER DELETE ON t BEGIN UPDATE t SET end = CASE WHEN 1 THEN 2 "
    "END; END",
    "EXPLAIN CREATE TRIGGER h AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END",
    "EXPLAIN QUERY PLAN SELECT 1",
    "CREATE VIEW IF NOT EXISTS v AS SELECT a, end FROM t",
    "WITH c(x) AS (SELECT 1) INSERT INTO log SELECT x FROM c",
};

constexpr std::string_view kBetween[] = {";",          ";\n",          " ; ;\r\n",   ";-- it's;\n",
                                         "; /* ' */ ", "\n-- \"\n;\n", ";\n\n/*;*/;"};

TEST(SqlitePrepare, CutsRandomScriptsAsWeDo) {
  std::mt19937 random(20261120);
  const auto pick = [&](const auto& list) { return list[random() % std::size(list)]; };
  Comparison result;
  for (int round = 0; round < 400; ++round) {
    std::string script(kTables);
    for (int i = 0; i < 12; ++i) {
      script += pick(kStatements);
      script += pick(kBetween);
    }
    if (round % 3 == 0) script += pick(kStatements);
    const Database database = scratch();
    compare(database.get(), fmt::format("round {}", round), script, result);
  }
  result.print("random scripts");
  EXPECT_TRUE(result.differences.empty());
  EXPECT_EQ(result.files, 400);
  EXPECT_LT(result.refused_there, result.statements / 4) << "most must really be compared";
}

TEST(SqlitePrepare, CutsTheGivenCorpusAsWeDo) {
  Comparison result;
  Database database = scratch();
  std::string folder;
  for (const std::string& file : corpus_files()) {
    if (file.find("sqlite") == std::string::npos || file.find("down") != std::string::npos)
      continue;
    compare(database.get(), file, contents(file), result);
  }
  result.print("corpus");
  EXPECT_TRUE(result.differences.empty());
}

}  // namespace
}  // namespace bedstone::sql
