// shows: P9
#include "sql/lexer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace bedstone::sql {
namespace {

constexpr Flavor kPg = Flavor::kPostgres;
constexpr Flavor kLite = Flavor::kSqlite;

char letter_of(TokenKind kind) {
  constexpr std::string_view kLetters = "wqsbdnpo(),.;\\-*";
  return kLetters[static_cast<std::size_t>(kind)];
}

/// "w:select o:* …": a letter for each token's kind, and its text.
std::string render(Lexer& lexer) {
  std::string shown;
  Token token;
  for (;;) {
    const Lexer::Step step = lexer.next(token);
    if (step == Lexer::Step::kEnd) return shown;
    if (!shown.empty()) shown += ' ';
    if (step != Lexer::Step::kToken) {
      return shown + (step == Lexer::Step::kNeedMore ? "more" : "open:") +
             (step == Lexer::Step::kNeedMore ? ' ' : letter_of(token.kind));
    }
    shown += letter_of(token.kind);
    shown += ':';
    shown += token.text;
  }
}

struct Case {
  std::string_view what;
  Flavor flavor;
  std::string_view sql;
  std::string_view tokens;
};

const Case kCases[] = {
    {"words and operators", kPg, "SELECT a.b+1", "w:SELECT w:a .:. w:b o:+ n:1"},
    {"letters beyond ASCII", kPg, "sélect 名前", "w:sélect w:名前"},
    {"a dollar inside a word", kPg, "a$b$c $1", "w:a$b$c p:$1"},
    {"a dollar inside a word of SQLite", kLite, "a$b", "w:a$b"},
    {"a doubled quote", kPg, "'it''s' 'x'", "s:'it''s' s:'x'"},
    {"a backslash means nothing in a standard string", kPg, R"('a\' 'b')", R"(s:'a\' s:'b')"},
    {"a backslash escapes in E", kPg, R"(E'a\'b' e'\\')", R"(s:E'a\'b' s:e'\\')"},
    {"a doubled quote in E", kPg, R"(E'a''b;')", R"(s:E'a''b;')"},
    {"E of SQLite is a word", kLite, R"(e'a\' x)", R"(w:e s:'a\' w:x)"},
    {"a continued E string goes on escaping", kPg, "E'a'\n'b\\';' c", "s:E'a' s:'b\\';' w:c"},
    {"… also over line comments", kPg, "E'a' --;\n  -- x\n'b\\';'",
     "s:E'a' -:--; -:-- x s:'b\\';'"},
    {"… not on the same line", kPg, "E'a' 'b\\' c", "s:E'a' s:'b\\' w:c"},
    {"… not over a block comment", kPg, "E'a'/*\n*/'b\\' c", "s:E'a' *:/*\n*/ s:'b\\' w:c"},
    {"… not after another token", kPg, "E'a',\n'b\\' c", "s:E'a' ,:, s:'b\\' w:c"},
    {"… not behind a standard string", kPg, "'a'\n'b\\' c", "s:'a' s:'b\\' w:c"},
    {"bits, national and unicode strings", kPg, "B'01' x'1F' N'n' U&'\\0061' u&\"d\\0061\"",
     "b:B'01' b:x'1F' s:N'n' s:U&'\\0061' q:u&\"d\\0061\""},
    {"U and & apart are a word and an operator", kPg, "u & 'a' u&a", "w:u o:& s:'a' w:u o:& w:a"},
    {"words that end in a prefix's letter", kPg, R"(fooe'a\' xb'1')",
     R"(w:fooe s:'a\' w:xb s:'1')"},
    {"a blob of SQLite", kLite, "x'53' X'51' b'1'", "b:x'53' b:X'51' w:b s:'1'"},
    {"quoted names", kPg, R"("a;""b" "c")", R"(q:"a;""b" q:"c")"},
    {"quoted names of SQLite", kLite, "`a;``b` [c;'d] \"e\"", "q:`a;``b` q:[c;'d] q:\"e\""},
    {"brackets of PostgreSQL", kPg, "a[1:2]", "w:a o:[ n:1 o:: n:2 o:]"},
    {"a back quote of PostgreSQL is an operator", kPg, "a ` b", "w:a o:` w:b"},
    {"dollar quotes", kPg, "$$a;'$x$ $$ b", "d:$$a;'$x$ $$ w:b"},
    {"tagged dollar quotes", kPg, "$fn$ $$;$$ $f$ $fn$;", "d:$fn$ $$;$$ $f$ $fn$ ;:;"},
    {"a tag beyond ASCII", kPg, "$é_1$;$é_1$", "d:$é_1$;$é_1$"},
    {"dollar quotes side by side", kPg, "$$a$$$$b$$", "d:$$a$$ d:$$b$$"},
    {"a tag ends where the next could begin", kPg, "$a$$b$a$", "d:$a$$b$a$"},
    {"a dollar that opens nothing", kPg, "$ a $b c", "o:$ w:a o:$ w:b w:c"},
    {"tags do not begin with a digit", kPg, "$1$$a$$", "p:$1 d:$$a$$"},
    {"variables of SQLite", kLite, "?1 ? :a @b $c #d", "p:?1 p:? p::a p:@b p:$c p:#d"},
    {"no dollar quotes in SQLite", kLite, "$$;", "p:$$ ;:;"},
    {"line comments", kPg, "a --it's;\nb--c", "w:a -:--it's; w:b -:--c"},
    {"a lone carriage return ends a line in PostgreSQL", kPg, "--a\rb", "-:--a w:b"},
    {"… and not in SQLite", kLite, "--a\rb\nc", "-:--a\rb w:c"},
    {"nested comments", kPg, "/* a /* ; */ ' */ b", "*:/* a /* ; */ ' */ w:b"},
    {"comments of SQLite do not nest", kLite, "/* a /* */ b", "*:/* a /* */ w:b"},
    {"comments made of stars", kPg, "/**/a/***/b/*/*/*/**/c", "*:/**/ w:a *:/***/ w:b open:*"},
    {"/*/ does not close", kLite, "/*/ a */b", "*:/*/ a */ w:b"},
    {"a comment ends an operator", kPg, "1+--x\n2*/*y*/3", "n:1 o:+ -:--x n:2 o:* *:/*y*/ n:3"},
    {"signs are given back", kPg, "a=-1 b@-1 c<+1", "w:a o:= o:- n:1 w:b o:@- n:1 w:c o:< o:+ n:1"},
    {"long operators", kPg, "a<=b::c:=d..e->>f",
     "w:a o:<= w:b o::: w:c o::= w:d o:.. w:e o:->> w:f"},
    {"operators of SQLite", kLite, "a->>'b'||c==d<>-1",
     "w:a o:->> s:'b' o:|| w:c o:== w:d o:<> o:- n:1"},
    {"numbers", kPg, "1 1.5 .5 1e10 1.5e-3 0xFF 1_000 1..10",
     "n:1 n:1.5 n:.5 n:1e10 n:1.5e-3 n:0xFF n:1_000 n:1 o:.. n:10"},
    {"a sign behind a number", kPg, "1e+5 1+5 0xe+1", "n:1e+5 n:1 o:+ n:5 n:0xe o:+ n:1"},
    {"a backslash outside quotes", kPg, "a \\g", "w:a \\:\\ w:g"},
    {"an open string", kPg, "a 'b", "w:a open:s"},
    {"an open name", kPg, "\"b", "open:q"},
    {"an open name of SQLite", kLite, "[b", "open:q"},
    {"an open dollar quote", kPg, "$a$ $$", "open:d"},
    {"an open comment", kLite, "/* b", "open:*"},
    {"an E string that ends in a backslash", kPg, "E'a\\'", "open:s"},
    {"white space only", kPg, " \t\r\n\f\v", ""},
};

TEST(Lexer, CutsAsTheEnginesDo) {
  for (const Case& test : kCases) {
    Lexer lexer(test.flavor, test.sql);
    EXPECT_EQ(render(lexer), test.tokens) << test.what;
  }
}

TEST(Lexer, GivesTheSameTokensHoweverTheTextArrives) {
  for (const Case& test : kCases) {
    Lexer lexer(test.flavor, {}, false);
    std::string shown;
    Token token;
    for (std::size_t known = 0;;) {
      const Lexer::Step step = lexer.next(token);
      if (step == Lexer::Step::kNeedMore) {
        ASSERT_LE(known, test.sql.size()) << test.what;
        known += 1;
        lexer.rebase(test.sql.substr(0, known), 0, known > test.sql.size());
        continue;
      }
      if (step == Lexer::Step::kEnd) break;
      if (!shown.empty()) shown += ' ';
      if (step == Lexer::Step::kUnterminated) {
        shown += std::string("open:") + letter_of(token.kind);
        break;
      }
      shown += std::string(1, letter_of(token.kind)) + ":" + std::string(token.text);
    }
    EXPECT_EQ(shown, test.tokens) << test.what;
  }
}

TEST(Lexer, KnowsWhereEveryTokenStands) {
  Lexer lexer(kPg, "a\r\n  'x\ny' b\n/*\n*/ $$\n\n$$ c");
  struct Where {
    std::string_view text;
    std::uint32_t line, column;
    std::uint64_t offset;
  };
  const Where expected[] = {{"a", 1, 1, 0},       {"'x\ny'", 2, 3, 5},    {"b", 3, 4, 11},
                            {"/*\n*/", 4, 1, 13}, {"$$\n\n$$", 5, 4, 19}, {"c", 7, 4, 26}};
  for (const Where& where : expected) {
    Token token;
    ASSERT_EQ(lexer.next(token), Lexer::Step::kToken);
    EXPECT_EQ(token.text, where.text);
    EXPECT_EQ(token.line, where.line) << where.text;
    EXPECT_EQ(token.column, where.column) << where.text;
    EXPECT_EQ(token.offset, where.offset) << where.text;
  }
}

TEST(Lexer, SaysWhereSomethingWasOpened) {
  Lexer lexer(kPg, "a\n  $x$\n\n");
  Token token;
  ASSERT_EQ(lexer.next(token), Lexer::Step::kToken);
  ASSERT_EQ(lexer.next(token), Lexer::Step::kUnterminated);
  EXPECT_EQ(token.line, 2U);
  EXPECT_EQ(token.column, 3U);
}

TEST(Token, ComparesWordsInAnyCase) {
  Token token{.kind = TokenKind::kWord, .text = "CrEaTe"};
  EXPECT_TRUE(token.is("create"));
  EXPECT_FALSE(token.is("creat"));
  EXPECT_FALSE(token.is("create_"));
  token.kind = TokenKind::kQuotedName;
  EXPECT_FALSE(token.is("create"));
}

TEST(NameOf, TakesOffQuotesAndFoldsAsTheEngineDoes) {
  struct Name {
    Flavor flavor;
    std::string_view sql;
    std::string name;
  };
  const Name names[] = {
      {kPg, "Accounts", "accounts"},
      {kLite, "Accounts", "Accounts"},
      {kPg, "ÄB", "Äb"},  // PostgreSQL folds ASCII only in UTF-8 databases.
      {kPg, R"("Order ""x""")", R"(Order "x")"},
      {kLite, "`a``b`", "a`b"},
      {kLite, "[a b]", "a b"},
      {kLite, "'quoted'", "quoted"},
      {kPg, R"(U&"d\0061t\+000061\\")", R"(data\)"},
      {kPg, R"(U&"\00e9\20ac\+01F600\zz")", "é€😀\\zz"},
      {kPg, std::string_view("é234567890123456789012345678901234567890123456789012345678901234"),
       "é2345678901234567890123456789012345678901234567890123456789012"},
      {kPg, "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé\"",
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
      {kPg, "42", ""},
  };
  for (const Name& test : names) {
    Lexer lexer(test.flavor, test.sql);
    Token token;
    ASSERT_EQ(lexer.next(token), Lexer::Step::kToken);
    EXPECT_EQ(name_of(token, test.flavor), test.name) << test.sql;
  }
}

}  // namespace
}  // namespace bedstone::sql
