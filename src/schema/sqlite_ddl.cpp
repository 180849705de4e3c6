/// Reads tokens: https://www.sqlite.org/lang_createtable.html, column-def and table-constraint.
#include "schema/sqlite_ddl.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/lexer.hpp"

namespace bedstone::schema {
namespace {

using sql::Flavor;
using sql::Token;
using sql::TokenKind;

bool same_name(std::string_view a, std::string_view b) {
  return text::to_lower(a) == text::to_lower(b);
}

/// The tokens of a statement, comments left out, with a position. Reading past the end is harmless.
class Cursor {
 public:
  explicit Cursor(std::string_view statement) : statement_(statement) {
    sql::Lexer lexer(Flavor::kSqlite, statement);
    Token token;
    while (lexer.next(token) == sql::Lexer::Step::kToken) {
      if (!token.is_comment()) tokens_.push_back(token);
    }
  }

  bool at_end() const { return at_ >= tokens_.size(); }
  const Token& peek(std::size_t ahead = 0) const {
    static const Token kNothing;
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kNothing;
  }
  void skip(std::size_t count = 1) { at_ = std::min(at_ + count, tokens_.size()); }
  bool take(std::string_view word) {
    if (!peek().is(word)) return false;
    skip();
    return true;
  }
  bool take(std::string_view first, std::string_view second) {
    if (!peek().is(first) || !peek(1).is(second)) return false;
    skip(2);
    return true;
  }
  std::string take_name() {
    std::string name = sql::name_of(peek(), Flavor::kSqlite);
    skip();
    return name;
  }
  void skip_to(TokenKind kind) {
    while (!at_end() && peek().kind != kind)
      skip();
  }
  /// Of the parenthesis here, which is left behind.
  std::string take_group() {
    if (peek().kind != TokenKind::kOpen) return {};
    skip();
    const std::size_t begin = offset();
    skip_until([](const Token&) { return false; });
    std::string group(text_since(begin));
    skip();
    return group;
  }
  /// Stops where `stop` says so, or at the end of the group, outside inner parentheses.
  template <typename Stop>
  void skip_until(Stop stop) {
    for (int depth = 0; !at_end(); skip()) {
      if (depth == 0 && (peek().kind == TokenKind::kClose || stop(peek()))) return;
      if (peek().kind == TokenKind::kOpen) ++depth;
      if (peek().kind == TokenKind::kClose) --depth;
    }
  }
  std::size_t offset() const { return at_end() ? statement_.size() : peek().offset; }
  std::string_view text_since(std::size_t begin) const {
    return text::trim(statement_.substr(begin, offset() - begin));
  }

 private:
  std::string_view statement_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

bool is_comma(const Token& token) {
  return token.kind == TokenKind::kComma;
}

std::string join_options(std::string a, std::string_view b) {
  if (!a.empty() && !b.empty()) a += ", ";
  return a += b;
}

/// What stands in parentheses behind PRIMARY KEY, UNIQUE: the names, and what differs from plain.
struct KeyColumns {
  std::vector<std::string> names;
  std::string options;
};

class TableReader {
 public:
  TableReader(Table& table, std::string_view statement) : table_(table), cursor_(statement) {}

  void read() {
    cursor_.skip_to(TokenKind::kOpen);
    cursor_.skip();
    while (!cursor_.at_end() && cursor_.peek().kind != TokenKind::kClose) {
      column_ = nullptr;
      if (!at_table_constraint()) start_column();
      while (!cursor_.at_end() && !is_comma(cursor_.peek()) &&
             cursor_.peek().kind != TokenKind::kClose) {
        read_clause();
      }
      if (is_comma(cursor_.peek())) cursor_.skip();
    }
  }

 private:
  bool at_table_constraint() const {
    const Token& token = cursor_.peek();
    return token.is("constraint") || token.is("primary") || token.is("unique") ||
           token.is("check") || token.is("foreign");
  }

  void start_column() {
    const std::string name = cursor_.take_name();
    const auto found = std::find_if(table_.columns.begin(), table_.columns.end(),
                                    [&](const Column& c) { return same_name(c.name, name); });
    if (found != table_.columns.end()) column_ = &*found;
  }

  void read_clause() {
    if (cursor_.take("constraint")) {
      constraint_ = cursor_.take_name();
      return;
    }
    if (cursor_.take("check")) {
      table_.checks.push_back({constraint_, cursor_.take_group(), conflict()});
    } else if (cursor_.take("primary", "key")) {
      read_primary_key();
    } else if (cursor_.take("unique")) {
      read_unique();
    } else if (cursor_.take("not", "null")) {
      const std::string how = conflict();
      if (column_ != nullptr && !how.empty()) {
        column_->options = join_options(std::move(column_->options), "not null " + how);
      }
    } else if (cursor_.take("collate")) {
      const std::string collation = text::to_lower(cursor_.take_name());
      if (column_ != nullptr && collation != "binary") column_->collation = collation;
    } else if (cursor_.take("as")) {
      const std::string expression = cursor_.take_group();
      if (column_ != nullptr && column_->generated) column_->generated->expression = expression;
    } else if (cursor_.take("references")) {
      read_references();
    } else if (cursor_.take("default")) {
      read_default();
    } else if (cursor_.peek().kind == TokenKind::kOpen) {
      cursor_.take_group();  // the size of a type, the columns of FOREIGN KEY
      return;
    } else {
      cursor_.skip();
      return;
    }
    constraint_.clear();
  }

  std::string conflict() {
    if (!cursor_.take("on", "conflict")) return {};
    const std::string how = text::to_lower(cursor_.take_name());
    return how == "abort" ? std::string() : "on conflict " + how;
  }

  KeyColumns key_columns() {
    KeyColumns key;
    if (cursor_.peek().kind != TokenKind::kOpen) return key;
    cursor_.skip();
    while (!cursor_.at_end() && cursor_.peek().kind != TokenKind::kClose) {
      key.names.push_back(cursor_.take_name());
      if (cursor_.take("collate")) {
        key.options =
            join_options(std::move(key.options),
                         text::to_lower(key.names.back() + " collate " + cursor_.take_name()));
      }
      if (cursor_.take("desc")) {
        key.options =
            join_options(std::move(key.options), text::to_lower(key.names.back()) + " desc");
      }
      cursor_.skip_until(is_comma);
      if (is_comma(cursor_.peek())) cursor_.skip();
    }
    cursor_.skip();
    return key;
  }

  void read_primary_key() {
    // "INTEGER PRIMARY KEY DESC" is no alias of the rowid: the word matters.
    std::string options = cursor_.take("desc") ? "desc" : "";
    cursor_.take("asc");
    options = join_options(std::move(options), key_columns().options);
    options = join_options(std::move(options), conflict());
    if (cursor_.take("autoincrement") && column_ != nullptr) column_->identity = "autoincrement";
    if (table_.primary_key) table_.primary_key->options = std::move(options);
  }

  void read_unique() {
    KeyColumns key = key_columns();
    if (key.names.empty() && column_ != nullptr) key.names = {column_->name};
    const std::string options = join_options(key.options, conflict());
    for (Key& unique : table_.uniques) {
      if (std::equal(unique.columns.begin(), unique.columns.end(), key.names.begin(),
                     key.names.end(), same_name)) {
        unique.options = options;
      }
    }
  }

  void read_references() {
    cursor_.take_name();
    cursor_.take_group();
    bool deferrable = false;
    for (;;) {
      if (cursor_.take("on")) {
        cursor_.skip();  // DELETE, UPDATE
        if (!cursor_.take("set")) cursor_.take("no");
        cursor_.skip();  // NULL, ACTION, CASCADE, …
      } else if (cursor_.take("match")) {
        cursor_.skip();
      } else if (cursor_.take("not", "deferrable")) {
        deferrable = false;
        read_initially();
      } else if (cursor_.take("deferrable")) {
        deferrable = read_initially();
      } else {
        break;
      }
    }
    if (foreign_key_ >= table_.foreign_keys.size()) return;
    ForeignKey& foreign_key = table_.foreign_keys[foreign_key_++];
    foreign_key.name = constraint_;
    if (deferrable) foreign_key.options = "deferrable initially deferred";
  }

  /// Whether it says DEFERRED.
  bool read_initially() {
    if (!cursor_.take("initially")) return false;
    const bool deferred = cursor_.peek().is("deferred");
    cursor_.skip();
    return deferred;
  }

  /// Passed over, because it may be any word; pragmas tell it.
  void read_default() {
    if (cursor_.peek().kind == TokenKind::kOpen) {
      cursor_.take_group();
      return;
    }
    if (cursor_.peek().kind == TokenKind::kOperator) cursor_.skip();
    cursor_.skip();
  }

  Table& table_;
  Cursor cursor_;
  Column* column_ = nullptr;
  std::string constraint_;
  std::size_t foreign_key_ = 0;
};

}  // namespace

void add_clauses(Table& table, std::string_view create_table) {
  TableReader(table, create_table).read();
}

IndexClauses read_create_index(std::string_view create_index) {
  Cursor cursor(create_index);
  IndexClauses clauses;
  cursor.skip_to(TokenKind::kOpen);
  cursor.skip();
  while (!cursor.at_end() && cursor.peek().kind != TokenKind::kClose) {
    const std::size_t begin = cursor.offset();
    cursor.skip_until(
        [](const Token& token) { return is_comma(token) || token.is("asc") || token.is("desc"); });
    clauses.items.emplace_back(cursor.text_since(begin));
    cursor.skip_until(is_comma);
    if (is_comma(cursor.peek())) cursor.skip();
  }
  cursor.skip();
  if (!cursor.take("where")) return clauses;
  const std::size_t begin = cursor.offset();
  while (!cursor.at_end())
    cursor.skip();
  clauses.predicate = std::string(cursor.text_since(begin));
  return clauses;
}

}  // namespace bedstone::schema
