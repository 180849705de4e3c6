// The splitter's promises, for any bytes. The first byte chooses the engine: even SQLite, odd
// PostgreSQL.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "sql/classify.hpp"
#include "sql/split_for_tests.hpp"

namespace {

using namespace bedstone;
using namespace bedstone::sql;

void require(bool kept, std::string_view promise) {
  if (kept) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

/// What stands between two statements: comments, `;` and what is skipped by name.
bool is_gap(std::string_view gap, Flavor flavor) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (gap.starts_with(kMark)) gap.remove_prefix(kMark.size());
  Lexer lexer(flavor, gap);
  Token token;
  while (lexer.next(token) == Lexer::Step::kToken) {
    if (token.kind == TokenKind::kBackslash) {
      const std::string_view rest = gap.substr(lexer.position());
      if (!rest.starts_with("restrict") && !rest.starts_with("unrestrict")) return false;
      lexer.skip(std::min(rest.find('\n'), rest.size()));
    } else if (!token.is_comment() && token.kind != TokenKind::kSemicolon) {
      return false;
    }
  }
  return true;
}

/// What follows the data of a COPY and their end mark; they begin on the line behind its `;`.
std::string_view behind_copy(std::string_view text, std::string_view data) {
  Lexer lexer(Flavor::kPostgres, text);
  Token token;
  do {
    require(lexer.next(token) == Lexer::Step::kToken, "a COPY with data ends in ;");
  } while (token.kind != TokenKind::kSemicolon);
  text.remove_prefix(lexer.position());
  text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  require(text.starts_with(data), "COPY data stand in the script as they were delivered");
  text.remove_prefix(data.size());
  require(text.starts_with("\\."), "COPY data end at their mark");
  return text.substr(2);
}

void check_cover(const Split& split, std::string_view script, Flavor flavor) {
  std::size_t at = 0;
  std::size_t copies = 0;
  for (const Statement& statement : split.statements) {
    require(statement.offset >= at, "statements come in order");
    require(script.substr(statement.offset, statement.text.size()) == statement.text,
            "a statement is a piece of its script");
    require(is_gap(script.substr(at, statement.offset - at), flavor),
            "nothing but comments stands between statements");
    at = statement.offset + statement.text.size();
    if (statement.copy_data && copies < split.copied.size()) {
      const bool whole = !split.error || copies + 1 < split.copied.size();
      if (!whole) return;
      at = script.size() - behind_copy(script.substr(at), split.copied[copies++]).size();
    }
  }
  if (!split.error) {
    require(is_gap(script.substr(at), flavor), "nothing but comments stands behind the last");
  }
}

void check_statement(const Statement& statement, Flavor flavor) {
  const StatementClass what = classify(statement.text, flavor);
  require(what.copy_from_stdin == statement.copy_data, "the classifier and the splitter agree");
  if (statement.copy_data) return;
  const Split again = split_in(" " + statement.text + "\n;", flavor, std::string::npos);
  require(!again.error && again.statements.size() == 1 &&
              again.statements.front().text == statement.text,
          "a statement alone is that statement");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Flavor flavor = data[0] % 2 == 0 ? Flavor::kSqlite : Flavor::kPostgres;
  const std::string_view script(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Split whole = split_in(script, flavor, std::string::npos);
  require(split_in(script, flavor, 1) == whole, "a script may arrive byte by byte");
  require(split_in(script, flavor, 7) == whole, "a script may arrive in pieces");
  check_cover(whole, script, flavor);
  for (const Statement& statement : whole.statements) {
    check_statement(statement, flavor);
    // From there on strings are read in another way than in a statement alone.
    if (classify(statement.text, flavor).name.name == "standard_conforming_strings") break;
  }
  return 0;
}
