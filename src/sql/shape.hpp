/// Shape: follows the tokens of one statement to tell whether a `;` ends it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sql/lexer.hpp"

namespace bedstone::sql {

/// A `;` does not end a PostgreSQL statement inside parentheses (CREATE RULE … DO (…; …)) or inside
/// the BEGIN ATOMIC … END body of CREATE FUNCTION and CREATE PROCEDURE, as in psql's psqlscan.l;
/// nor an SQLite statement inside CREATE TRIGGER … BEGIN … END, as in sqlite3_complete(). Unlike
/// those two it takes BEGIN and END for names where they can be nothing else.
class Shape {
 public:
  explicit Shape(Flavor flavor) : flavor_(flavor) {}

  /// The next token of the statement; not for comments.
  void add(const Token& token);

  bool semicolon_ends() const;
  bool is_copy_from_stdin() const { return head_ == Head::kCopyFromStdin; }

  /// What the statement opened and has not closed so far.
  struct Open {
    std::string_view what;  ///< "parenthesis", "BEGIN … END body"
    std::uint32_t line = 0;
    std::uint32_t column = 0;
  };
  std::optional<Open> open() const;

 private:
  enum class Head : std::uint8_t {
    kStart,
    kExplain,
    kCreate,
    kCopy,
    kCopyFrom,
    kCopyFromStdin,
    kRoutine,  ///< Of PostgreSQL: may have a BEGIN ATOMIC body.
    kTrigger,  ///< Of SQLite: has a BEGIN body.
    kOther,
  };
  enum class Body : std::uint8_t { kNone, kBegin, kOpen, kAfterSemicolon, kClosed };

  void add_head_word(const Token& token);
  void follow_body(const Token& token);

  Flavor flavor_;
  Head head_ = Head::kStart;
  Body body_ = Body::kNone;
  std::uint32_t depth_ = 0;
  Open parenthesis_{"parenthesis"};
  Open body_opened_{"BEGIN … END body"};
};

}  // namespace bedstone::sql
