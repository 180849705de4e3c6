/// SQLite: from the statement that somebody wrote where that is known, else from the lines.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "db/dialect.hpp"
#include "schema/remake.hpp"
#include "sql/lexer.hpp"

namespace bedstone::schema {
namespace {

constexpr db::Engine kEngine = db::Engine::kSqlite;

std::string quoted(std::string_view name) {
  return db::dialect_of(kEngine).quote_identifier(name);
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& name : names)
    result += (result.empty() ? "" : ", ") + quoted(name);
  return "(" + result + ")";
}

/// "(a, b) rest".
std::pair<std::string_view, std::string_view> list_and_rest(std::string_view details) {
  sql::Lexer lexer(sql::Flavor::kSqlite, details);
  sql::Token token;
  int depth = 0;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (token.kind == sql::TokenKind::kOpen) ++depth;
    if (token.kind != sql::TokenKind::kClose || --depth > 0) continue;
    return {details.substr(0, token.offset + 1), text::trim(details.substr(token.offset + 1))};
  }
  return {details, {}};
}

/// "id desc, on conflict ignore": what belongs to a key's columns, and to the key.
struct KeyOptions {
  std::vector<std::pair<std::string, std::string>> columns;
  std::string conflict;
  bool desc = false;  ///< "INTEGER PRIMARY KEY DESC".
};

KeyOptions key_options(std::string_view text, const std::vector<std::string>& columns) {
  KeyOptions options;
  for (const std::string& item : list_items(text, kEngine)) {
    if (item.starts_with("on conflict ")) options.conflict = " " + item;
    if (item == "desc") options.desc = true;
    for (const std::string& name : columns) {
      const std::string lower = text::to_lower(name) + " ";
      if (item.starts_with(lower)) options.columns.emplace_back(name, item.substr(lower.size()));
    }
  }
  return options;
}

std::string key_columns(const std::vector<std::string>& columns, const KeyOptions& options) {
  std::string result;
  for (const std::string& name : columns) {
    result += (result.empty() ? "" : ", ") + quoted(name);
    // Collation first, as SQL wants it.
    for (const std::string_view word : {"collate ", "desc"}) {
      for (const auto& [column, text] : options.columns) {
        if (column == name && text.starts_with(word)) result += " " + text;
      }
    }
  }
  return "(" + result + ")";
}

std::string named(const RecordedObject& object) {
  return object.name.empty() ? "" : fmt::format("CONSTRAINT {} ", quoted(object.name));
}

std::string key(const RecordedObject& object, std::string_view words) {
  const std::string details = unescaped(object.details);
  const auto [list, rest] = list_and_rest(details);
  const std::vector<std::string> columns = plain_names(list);
  const KeyOptions options = key_options(rest, columns);
  return fmt::format("{}{} {}{}", named(object), words, key_columns(columns, options),
                     options.conflict);
}

std::string foreign_key(const RecordedObject& object) {
  const std::string details = unescaped(object.details);
  const auto [own, rest] = list_and_rest(details);
  const auto clauses =
      clauses_of(rest, kEngine, {"references", "on update", "on delete", "match", "deferrable"});
  const std::string* target = clause(clauses, "references");
  std::string sql = fmt::format("{}FOREIGN KEY {}", named(object), quoted_list(plain_names(own)));
  if (target == nullptr) return sql;
  const std::size_t open = target->ends_with(')') ? target->rfind('(') : std::string::npos;
  sql += " REFERENCES " + quoted(plain_name(text::trim(std::string_view(*target).substr(0, open))));
  if (open != std::string::npos)
    sql += " " + quoted_list(plain_names(std::string_view(*target).substr(open)));
  for (const auto& [word, words] :
       {std::pair("on update", " ON UPDATE "), std::pair("on delete", " ON DELETE "),
        std::pair("match", " MATCH "), std::pair("deferrable", " DEFERRABLE ")}) {
    if (const std::string* text = clause(clauses, word)) sql += words + *text;
  }
  return sql;
}

std::string check(const RecordedObject& object) {
  const std::string details = unescaped(object.details);
  const auto [expression, rest] = list_and_rest(details);
  return fmt::format("{}CHECK {}{}", named(object), expression,
                     rest.empty() ? "" : " " + std::string(rest));
}

/// The column's own collation would count where the index says nothing.
std::string plain_order(const Recorded& recorded, const RecordedObject& index,
                        const std::string& name, const std::string& order) {
  if (order.find("collate ") != std::string::npos) return order;
  const RecordedObject* column = recorded.find_in("column", index.relation, name);
  const bool collated =
      column != nullptr && !column_details(unescaped(column->details), kEngine).collation.empty();
  return (collated ? " COLLATE BINARY" : "") + order;
}

Remade index(const Recorded& recorded, const RecordedObject& object) {
  const std::string details = unescaped(object.details);
  const bool unique = details.starts_with("unique ");
  const auto [list, rest] = list_and_rest(std::string_view(details).substr(unique ? 7 : 0));
  std::string items;
  for (const std::string& item : list_items(list.substr(1, list.size() - 2), kEngine)) {
    items += items.empty() ? "" : ", ";
    if (item.starts_with('(')) {
      // What was typed without parentheses has none.
      const auto [group, order] = list_and_rest(item);
      items += group.substr(1, group.size() - 2);
      if (!order.empty()) items += " " + std::string(order);
      continue;
    }
    std::size_t end = item.find(item.starts_with('"') ? '"' : ' ', 1);
    while (item.starts_with('"') && end != std::string::npos && end + 1 < item.size() &&
           item[end + 1] == '"') {
      end = item.find('"', end + 2);
    }
    if (item.starts_with('"') && end != std::string::npos) ++end;
    const std::string name = plain_name(item.substr(0, end));
    items += quoted(name) +
             plain_order(recorded, object, name, end == std::string::npos ? "" : item.substr(end));
  }
  return {
      {fmt::format("CREATE {}INDEX {} ON {} ({}){}", unique ? "UNIQUE " : "", quoted(object.name),
                   quoted(object.relation), items, rest.empty() ? "" : " " + std::string(rest))},
      {}};
}

const std::string* as_typed(const Sources& sources, const RecordedObject& object) {
  const auto found = sources.verbatim.find(object.kind + " " + text::to_lower(object.name));
  return found == sources.verbatim.end() ? nullptr : &found->second;
}

/// The statement with another name for its table: the first one behind TABLE.
std::string renamed(const std::string& statement, const std::string& name) {
  sql::Lexer lexer(sql::Flavor::kSqlite, statement);
  sql::Token token;
  bool table = false;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (token.is_comment()) continue;
    if (!table) {
      table = token.is("table");
      continue;
    }
    if (token.is("if") || token.is("not") || token.is("exists")) continue;
    return statement.substr(0, token.offset) + quoted(name) +
           statement.substr(token.offset + token.text.size());
  }
  return statement;
}

}  // namespace

std::string column_definition_sqlite(const RecordedObject& column) {
  const ColumnDetails details = column_details(unescaped(column.details), kEngine);
  std::string sql = quoted(column.name);
  if (!details.type.empty()) sql += " " + details.type;
  if (!details.collation.empty()) sql += " COLLATE " + details.collation;
  if (details.not_null) sql += " NOT NULL";
  if (!details.not_null_conflict.empty()) sql += " ON CONFLICT " + details.not_null_conflict;
  if (details.value) sql += " DEFAULT (" + *details.value + ")";
  if (!details.generated.empty()) sql += " GENERATED ALWAYS AS " + details.generated;
  return sql;
}

Remade remake_table_sqlite(const Recorded& recorded, const std::string& table,
                           const Sources& sources, const std::string& name) {
  const RecordedObject* object = recorded.relation(table);
  if (object == nullptr) return {{}, "it is not recorded"};
  const std::string details = unescaped(object->details);
  if (details.starts_with("virtual table ")) {
    // Their options follow, and then the whole statement.
    const std::size_t at = text::to_lower(details).find("create virtual table");
    if (at == std::string::npos) return {{}, "its definition cannot be read"};
    const std::string* typed = as_typed(sources, *object);
    return {{typed != nullptr ? *typed : details.substr(at)}, {}};
  }
  if (const std::string* typed = as_typed(sources, *object)) {
    return {{name == table ? *typed : renamed(*typed, name)}, {}};
  }
  std::string body;
  const auto add = [&body](const std::string& part) {
    body += (body.empty() ? "\n  " : ",\n  ") + part;
  };
  const auto members = recorded.members(table);
  const RecordedObject* key_object = nullptr;
  for (const RecordedObject* one : members) {
    if (one->kind == "primary-key") key_object = one;
  }
  bool key_in_column = false;
  for (const std::string& column : recorded.columns(table)) {
    const RecordedObject* one = recorded.find_in("column", table, column);
    if (one == nullptr) return {{}, "its columns cannot be read"};
    std::string sql = column_definition_sqlite(*one);
    const bool counts = !column_details(unescaped(one->details), kEngine).identity.empty();
    if (key_object != nullptr) {
      const std::string key_details = unescaped(key_object->details);
      const auto [list, rest] = list_and_rest(key_details);
      const KeyOptions options = key_options(rest, {});
      if (plain_names(list) == std::vector<std::string>{column} && (counts || options.desc)) {
        sql += fmt::format(" PRIMARY KEY{}{}{}", options.desc ? " DESC" : "", options.conflict,
                           counts ? " AUTOINCREMENT" : "");
        key_in_column = true;
      }
    }
    add(sql);
  }
  if (key_object != nullptr && !key_in_column) add(key(*key_object, "PRIMARY KEY"));
  for (const RecordedObject* one : members) {
    if (one->kind == "unique") add(key(*one, "UNIQUE"));
    if (one->kind == "check") add(check(*one));
    if (one->kind == "foreign-key") add(foreign_key(*one));
  }
  return {{fmt::format("CREATE TABLE {} ({}\n){}", quoted(name), body,
                       details.empty() ? "" : " " + details)},
          {}};
}

Remade remake_sqlite(const Recorded& recorded, const RecordedObject& object,
                     const Sources& sources) {
  if (object.kind == "table")
    return remake_table_sqlite(recorded, object.name, sources, object.name);
  if (const std::string* typed = as_typed(sources, object)) return {{*typed}, {}};
  if (object.kind == "index") return index(recorded, object);
  const std::string details = unescaped(object.details);
  // The canonical text has views and triggers whole.
  if (object.kind == "view" || object.kind == "trigger") return {{details}, {}};
  if (object.kind == "column") {
    return {{fmt::format("ALTER TABLE {} ADD COLUMN {}", quoted(object.relation),
                         column_definition_sqlite(object))},
            {}};
  }
  return {{}, fmt::format("a {} is a part of its table", object.kind)};
}

std::string drop_sqlite(const RecordedObject& object) {
  if (object.kind == "table" || object.kind == "index" || object.kind == "view" ||
      object.kind == "trigger") {
    return fmt::format("DROP {} {}", object.kind, quoted(object.name));
  }
  return {};
}

}  // namespace bedstone::schema
