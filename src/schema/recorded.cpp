/// Reads back what canonical.cpp writes.
#include "schema/recorded.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/lexer.hpp"

namespace bedstone::schema {
namespace {

/// Up to one of `ends` outside quotes and parentheses.
std::size_t length_to(std::string_view text, std::string_view ends) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (depth == 0 && ends.find(c) != std::string_view::npos) return i;
  }
  return text.size();
}

std::string_view behind(std::string_view text, std::size_t length) {
  return text.substr(std::min(length + 1, text.size()));
}

sql::Flavor flavor_of(db::Engine engine) {
  return engine == db::Engine::kSqlite ? sql::Flavor::kSqlite : sql::Flavor::kPostgres;
}

/// A token outside parentheses, or a whole group in them.
struct Piece {
  sql::Token token;
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Piece> pieces_of(std::string_view text, db::Engine engine) {
  sql::Lexer lexer(flavor_of(engine), text);
  std::vector<Piece> pieces;
  sql::Token token;
  int depth = 0;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    const std::size_t begin = token.offset;
    const std::size_t end = begin + token.text.size();
    if (token.kind == sql::TokenKind::kOpen && depth++ == 0) pieces.push_back({token, begin, end});
    if (token.kind == sql::TokenKind::kClose) {
      --depth;
      if (depth == 0 && !pieces.empty()) pieces.back().end = end;
      continue;
    }
    if (depth == 0) pieces.push_back({token, begin, end});
  }
  return pieces;
}

/// How many pieces from `at` on are the words of `phrase`; 0 when they are not. A parenthesis at
/// its end must follow, and belongs to what comes.
std::size_t matches(const std::vector<Piece>& pieces, std::size_t at, std::string_view phrase) {
  std::size_t count = 0;
  for (const std::string_view word : text::split(phrase, ' ')) {
    if (at + count >= pieces.size()) return 0;
    const sql::Token& token = pieces[at + count].token;
    if (word == "(") return token.kind == sql::TokenKind::kOpen ? count : 0;
    if (!token.is(word)) return 0;
    ++count;
  }
  return count;
}

}  // namespace

bool is_relation_kind(std::string_view kind) {
  return kind == "table" || kind == "view" || kind == "materialized-view";
}

std::string unescaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    const char next = text[++i];
    result += next == 'n' ? '\n' : next == 'r' ? '\r' : next;
  }
  return result;
}

std::string plain_name(std::string_view written) {
  if (written.size() < 2 || written.front() != '"') return std::string(written);
  std::string result;
  const std::string inner = unescaped(written.substr(1, written.size() - 2));
  for (std::size_t i = 0; i < inner.size(); ++i) {
    result += inner[i];
    if (inner[i] == '"' && i + 1 < inner.size() && inner[i + 1] == '"') ++i;
  }
  return result;
}

std::vector<std::string> plain_names(std::string_view list) {
  std::vector<std::string> names;
  list = text::trim(list);
  if (list.size() < 2 || list.front() != '(') return names;
  list = list.substr(1, list.size() - 2);
  while (!list.empty()) {
    const std::size_t length = length_to(list, ",");
    names.push_back(plain_name(text::trim(list.substr(0, length))));
    list = behind(list, length);
  }
  return names;
}

std::pair<std::string, std::string> split_object(std::string_view kind, std::string_view object) {
  if (is_relation_kind(kind) || kind == "column-order") {
    return {plain_name(object), plain_name(object)};
  }
  const std::size_t length = length_to(object, ".");
  if (length < object.size()) {
    return {plain_name(object.substr(0, length)), plain_name(behind(object, length))};
  }
  // SQLite's constraints without names belong to the table that is named alone.
  if (kind == "primary-key" || kind == "unique" || kind == "foreign-key" || kind == "check") {
    return {plain_name(object), {}};
  }
  return {{}, plain_name(object)};
}

Recorded::Recorded(std::string_view canonical) {
  for (const std::string_view line : text::split(canonical, '\n')) {
    const std::size_t kind = std::min(line.find(' '), line.size());
    if (line.empty() || line.substr(0, kind) == "format") continue;
    const std::string_view rest = behind(line, kind);
    const std::size_t name = length_to(rest, " ");
    RecordedObject object;
    object.kind = line.substr(0, kind);
    object.object = rest.substr(0, name);
    object.details = behind(rest, name);
    std::tie(object.relation, object.name) = split_object(object.kind, object.object);
    by_relation_[object.relation].push_back(objects_.size());
    objects_.push_back(std::move(object));
  }
}

const RecordedObject* Recorded::find(std::string_view kind, std::string_view object) const {
  const auto found = std::find_if(objects_.begin(), objects_.end(), [&](const auto& one) {
    return one.kind == kind && one.object == object;
  });
  return found == objects_.end() ? nullptr : &*found;
}

const RecordedObject* Recorded::find_in(std::string_view kind, std::string_view relation,
                                        std::string_view name) const {
  for (const RecordedObject* one : members(relation)) {
    if (one->kind == kind && one->name == name) return one;
  }
  return nullptr;
}

const RecordedObject* Recorded::relation(std::string_view name) const {
  for (const RecordedObject* one : members(name)) {
    if (is_relation_kind(one->kind)) return one;
  }
  return nullptr;
}

std::vector<const RecordedObject*> Recorded::members(std::string_view relation) const {
  std::vector<const RecordedObject*> result;
  const auto found = by_relation_.find(relation);
  if (found == by_relation_.end()) return result;
  for (const std::size_t index : found->second)
    result.push_back(&objects_[index]);
  return result;
}

std::vector<std::string> Recorded::columns(std::string_view relation) const {
  for (const RecordedObject* one : members(relation)) {
    if (one->kind == "column-order") return plain_names(one->details);
  }
  return {};
}

std::vector<Clause> clauses_of(std::string_view text, db::Engine engine,
                               const std::vector<std::string_view>& words) {
  const std::vector<Piece> pieces = pieces_of(text, engine);
  std::vector<Clause> clauses{{}};
  std::size_t begin = 0;  // of the present clause's text
  std::size_t next = 0;   // of the words
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::size_t word = next; word < words.size(); ++word) {
      const std::size_t count = matches(pieces, i, words[word]);
      if (count == 0) continue;
      clauses.back().text = text::trim(text.substr(begin, pieces[i].begin - begin));
      clauses.push_back({std::string(words[word]), {}});
      i += count - 1;
      begin = pieces[i].end;
      next = word + 1;
      break;
    }
  }
  clauses.back().text = text::trim(text.substr(begin));
  return clauses;
}

const std::string* clause(const std::vector<Clause>& clauses, std::string_view word) {
  for (const Clause& one : clauses) {
    if (one.word == word) return &one.text;
  }
  return nullptr;
}

std::vector<std::string> list_items(std::string_view text, db::Engine engine) {
  std::vector<std::string> items;
  std::size_t begin = 0;
  for (const Piece& piece : pieces_of(text, engine)) {
    if (piece.token.kind != sql::TokenKind::kComma) continue;
    items.emplace_back(text::trim(text.substr(begin, piece.begin - begin)));
    begin = piece.end;
  }
  if (const auto last = text::trim(text.substr(begin)); !last.empty()) items.emplace_back(last);
  return items;
}

ColumnDetails column_details(std::string_view details, db::Engine engine) {
  const bool sqlite = engine == db::Engine::kSqlite;
  // Word by word as canonical.cpp writes them.
  const std::vector<std::string_view> words =
      sqlite ? std::vector<std::string_view>{"collate",
                                             "not null",
                                             "default",
                                             "autoincrement",
                                             "generated always as",
                                             "not null on conflict"}
             : std::vector<std::string_view>{"collate",
                                             "not null",
                                             "default",
                                             "generated always as identity",
                                             "generated by default as identity",
                                             "generated always as",
                                             "storage",
                                             "compression",
                                             "with ("};
  ColumnDetails result;
  for (Clause& one : clauses_of(details, engine, words)) {
    if (one.word.empty()) result.type = std::move(one.text);
    if (one.word == "collate") result.collation = std::move(one.text);
    if (one.word == "not null") result.not_null = true;
    if (one.word == "default") result.value = std::move(one.text);
    if (one.word == "autoincrement") result.identity = one.word;
    if (one.word == "generated always as identity") result.identity = "always";
    if (one.word == "generated by default as identity") result.identity = "by default";
    if (one.word == "generated always as") result.generated = std::move(one.text);
    if (one.word == "not null on conflict") result.not_null_conflict = std::move(one.text);
    if (one.word == "storage" || one.word == "compression" || one.word == "with (") {
      std::string text = one.word.substr(0, one.word.find(' ')) + " " + one.text;
      while (text.ends_with(',') || text.ends_with(' '))
        text.pop_back();
      result.storage += (result.storage.empty() ? "" : ", ") + text;
    }
  }
  return result;
}

}  // namespace bedstone::schema
