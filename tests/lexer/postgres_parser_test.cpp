// Where statements begin and end, by the splitter and by PostgreSQL's own parser (libpg_query).
// shows: P9
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <pg_query.h>

#include <optional>

#include "corpus.hpp"
#include "sql/split_for_tests.hpp"

namespace bedstone::sql {
namespace {

using Texts = std::vector<std::string>;

/// Without the lines for psql: extensions begin with `\echo Use "CREATE EXTENSION …" … \quit`,
/// regression tests are full of them. What ends COPY data stays.
std::string without_meta_commands(const std::string& text) {
  std::string kept;
  for (const std::string_view line : text::split(text, '\n')) {
    if (!line.starts_with('\\') || text::trim(line) == "\\.") kept += line;
    kept += '\n';
  }
  return kept;
}

/// Blanks the COPY data, which no parser knows.
std::string without_copy_data(std::string script, const Split& split) {
  std::size_t copy = 0;
  for (const Statement& statement : split.statements) {
    if (!statement.copy_data) continue;
    const std::size_t begin = script.find('\n', statement.offset + statement.text.size());
    const std::size_t end = begin + 1 + split.copied[copy++].size() + 2;
    for (std::size_t i = begin; i < std::min(end, script.size()); ++i)
      script[i] = ' ';
  }
  return script;
}

/// From the first token to the last: the parser's pieces have comments around them.
std::string trimmed(std::string_view piece) {
  Lexer lexer(Flavor::kPostgres, piece);
  Token token;
  std::optional<std::size_t> begin;
  std::size_t end = 0;
  while (lexer.next(token) == Lexer::Step::kToken) {
    if (token.is_comment()) continue;
    if (!begin) begin = token.offset;
    end = token.offset + token.text.size();
  }
  return begin ? std::string(piece.substr(*begin, end - *begin)) : std::string();
}

/// What the parser makes of a script, or nothing when it refuses it.
std::optional<Texts> parsed(const std::string& script) {
  const PgQuerySplitResult result = pg_query_split_with_parser(script.c_str());
  std::optional<Texts> texts;
  if (!result.error) {
    texts.emplace();
    for (int i = 0; i < result.n_stmts; ++i) {
      const PgQuerySplitStmt& piece = *result.stmts[i];
      texts->push_back(
          trimmed(std::string_view(script).substr(static_cast<std::size_t>(piece.stmt_location),
                                                  static_cast<std::size_t>(piece.stmt_len))));
    }
  }
  pg_query_free_split_result(result);
  return texts;
}

std::string first_difference(const Texts& here, const Texts& there) {
  for (std::size_t i = 0; i < std::max(here.size(), there.size()); ++i) {
    const std::string one = i < here.size() ? here[i] : "nothing";
    const std::string other = i < there.size() ? there[i] : "nothing";
    if (one != other) {
      return fmt::format("statement {}: [{}] here, [{}] there", i + 1, text::excerpt(one),
                         text::excerpt(other));
    }
  }
  return {};
}

void compare(const std::string& name, const std::string& script, Comparison& result) {
  const Split split = split_in(script, Flavor::kPostgres, std::string::npos);
  if (split.error) {
    ++result.refused_here;
    if (parsed(script)) {
      result.differences.push_back(fmt::format("{}: only refused here, in line {}: {}", name,
                                               split.error->place.line, split.error->message));
    }
    return;
  }
  const std::optional<Texts> there = parsed(without_copy_data(script, split));
  if (!there) {
    ++result.refused_there;
    return;
  }
  const std::string difference = first_difference(split.texts(), *there);
  if (difference.empty()) {
    ++result.files;
    result.statements += static_cast<int>(split.statements.size());
  } else {
    result.differences.push_back(name + ": " + difference);
  }
}

TEST(PostgresParser, CutsTheExtensionsOfDebianAsWeDo) {
  const std::vector<std::string> files = sql_files_below("/usr/share/postgresql");
  if (files.empty()) GTEST_SKIP() << "no PostgreSQL server is installed";
  Comparison result;
  for (const std::string& file : files) {
    compare(file, without_meta_commands(contents(file)), result);
  }
  result.print("shipped SQL");
  EXPECT_TRUE(result.differences.empty());
  EXPECT_GT(result.files, 100);
  EXPECT_GT(result.statements, 3000);
}

TEST(PostgresParser, CutsWhatIsHardAsWeDo) {
  const std::string_view scripts[] = {
      "SELECT 1;;SELECT 2;-- ;\n/* /* ; */ ; */SELECT 3",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; "
      "END; SELECT 2",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT t.end FROM t; END; "
      "SELECT 2",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 end; SELECT 1 case; END; SELECT 2",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin, atomic FROM t; END; SELECT 2",
      "CREATE PROCEDURE p() BEGIN ATOMIC END; SELECT 2",
      "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT 2; END; SELECT 3",
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN CASE WHEN true THEN 1 END; SELECT 2",
      "CREATE RULE r AS ON INSERT TO v DO INSTEAD (INSERT INTO a VALUES (1); DELETE FROM b;); "
      "SELECT 2",
      "SELECT E'a'\n'b\\';'; SELECT 'c\\'; SELECT U&'\\0041;' UESCAPE '!'; SELECT B'0', X'1', N';'",
      "SELECT $a$ $$;$$ $b$;$b$ $a$, $$;$$, a$b$c FROM t; SELECT $1, 1, $$;$$",
      "BEGIN; SELECT 1; END; BEGIN; COMMIT; CREATE TABLE t (a int); SELECT 1",
      "SELECT 1.5e-3, .5, 1 FROM t WHERE a=-1 AND b@-c; SELECT a[1:2], b::int",
      "SELECT 1 + /* ; */ 2 -- ;\r- 3; SELECT 4",
  };
  Comparison result;
  for (const std::string_view script : scripts) {
    compare(std::string(script), std::string(script), result);
  }
  result.print("hard SQL");
  EXPECT_TRUE(result.differences.empty());
  EXPECT_EQ(result.files, static_cast<int>(std::size(scripts)));
}

TEST(PostgresParser, CutsTheGivenCorpusAsWeDo) {
  Comparison result;
  for (const std::string& file : corpus_files()) {
    compare(file, without_meta_commands(contents(file)), result);
  }
  result.print("corpus");
  EXPECT_TRUE(result.differences.empty());
}

}  // namespace
}  // namespace bedstone::sql
