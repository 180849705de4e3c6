/// PostgreSQL prints its definitions itself, so most of a line is a statement's tail already.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "db/dialect.hpp"
#include "schema/remake.hpp"
#include "sql/lexer.hpp"

namespace bedstone::schema {
namespace {

constexpr db::Engine kEngine = db::Engine::kPostgres;

std::string quoted(std::string_view name) {
  return db::dialect_of(kEngine).quote_identifier(name);
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& name : names)
    result += (result.empty() ? "" : ", ") + quoted(name);
  return "(" + result + ")";
}

Remade cannot(std::string why) {
  return {{}, std::move(why)};
}

/// Takes "deferrable initially deferred", "not valid", … off a list of options.
struct ConstraintOptions {
  std::string deferrable;
  bool not_valid = false;
  bool no_inherit = false;
  bool nulls_not_distinct = false;
  std::string include;
  std::string delete_columns;
};

ConstraintOptions constraint_options(std::string_view text) {
  ConstraintOptions options;
  for (const std::string& item : list_items(text, kEngine)) {
    if (item.starts_with("deferrable")) options.deferrable = " " + item;
    if (item == "not valid") options.not_valid = true;
    if (item == "no inherit") options.no_inherit = true;
    if (item == "nulls not distinct") options.nulls_not_distinct = true;
    if (item.starts_with("include")) options.include = " " + item;
    // "on delete columns (a)"
    if (item.starts_with("on delete columns ")) options.delete_columns = item.substr(17);
  }
  return options;
}

/// "(a, b) rest" → the list and the rest.
std::pair<std::string_view, std::string_view> list_and_rest(std::string_view details) {
  bool in_name = false;
  for (std::size_t i = 0; i < details.size(); ++i) {
    if (details[i] == '"') in_name = !in_name;
    if (!in_name && details[i] == ')')
      return {details.substr(0, i + 1), text::trim(details.substr(i + 1))};
  }
  return {details, {}};
}

/// "(expression) rest": the expression's own parentheses and strings are told by the lexer.
std::pair<std::string, std::string> group_and_rest(std::string_view details) {
  sql::Lexer lexer(sql::Flavor::kPostgres, details);
  sql::Token token;
  int depth = 0;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (token.kind == sql::TokenKind::kOpen) ++depth;
    if (token.kind != sql::TokenKind::kClose || --depth > 0) continue;
    return {std::string(details.substr(0, token.offset + 1)),
            std::string(text::trim(details.substr(token.offset + 1)))};
  }
  return {std::string(details), {}};
}

std::string alter_table(const std::string& table) {
  return "ALTER TABLE " + quoted(table);
}

Remade key(const RecordedObject& object, std::string_view words) {
  const std::string details = unescaped(object.details);
  const auto [list, rest] = list_and_rest(details);
  const ConstraintOptions options = constraint_options(rest);
  return {{fmt::format("{} ADD CONSTRAINT {} {}{} {}{}{}", alter_table(object.relation),
                       quoted(object.name), words,
                       options.nulls_not_distinct ? " NULLS NOT DISTINCT" : "",
                       quoted_list(plain_names(list)), options.include, options.deferrable)},
          {}};
}

Remade foreign_key(const Recorded& recorded, const RecordedObject& object) {
  const std::string details = unescaped(object.details);
  const auto [own, rest] = list_and_rest(details);
  const auto clauses = clauses_of(
      rest, kEngine, {"references", "on update", "on delete", "match", "deferrable", "not valid"});
  const std::string* target = clause(clauses, "references");
  if (target == nullptr) return cannot("what it refers to cannot be read");
  const std::size_t open = target->rfind('(');
  if (open == std::string::npos) return cannot("what it refers to cannot be read");
  const std::string table(text::trim(std::string_view(*target).substr(0, open)));
  std::string sql = fmt::format(
      "{} ADD CONSTRAINT {} FOREIGN KEY {} REFERENCES {} {}", alter_table(object.relation),
      quoted(object.name), quoted_list(plain_names(own)),
      // Of another schema it is written as it is to be typed.
      recorded.relation(table) != nullptr || table.find('.') == std::string::npos ? quoted(table)
                                                                                  : table,
      quoted_list(plain_names(std::string_view(*target).substr(open))));
  const auto bare = [](const std::string* text) {
    const std::string_view whole = *text;
    const std::size_t end = std::min(whole.find(','), whole.find(" on delete columns "));
    return std::string(text::trim(whole.substr(0, end)));
  };
  ConstraintOptions options;
  // The options are a list behind the last clause.
  for (const Clause& one : clauses) {
    if (one.word == "deferrable") options = constraint_options("deferrable " + one.text);
    if (one.word == "not valid") options.not_valid = true;
  }
  if (const std::size_t at = rest.find("on delete columns "); at != std::string_view::npos)
    options.delete_columns = constraint_options(rest.substr(at)).delete_columns;
  if (const std::string* match = clause(clauses, "match")) sql += " MATCH " + bare(match);
  if (const std::string* action = clause(clauses, "on update")) sql += " ON UPDATE " + bare(action);
  if (const std::string* action = clause(clauses, "on delete");
      action != nullptr && !action->starts_with("columns")) {
    sql += " ON DELETE " + bare(action) + options.delete_columns;
  }
  while (options.deferrable.ends_with(' '))
    options.deferrable.pop_back();
  return {{sql + options.deferrable + (options.not_valid ? " NOT VALID" : "")}, {}};
}

Remade check(const RecordedObject& object) {
  const auto [expression, rest] = group_and_rest(unescaped(object.details));
  const ConstraintOptions options = constraint_options(rest);
  return {{fmt::format("{} ADD CONSTRAINT {} CHECK {}{}{}", alter_table(object.relation),
                       quoted(object.name), expression, options.no_inherit ? " NO INHERIT" : "",
                       options.not_valid ? " NOT VALID" : "")},
          {}};
}

/// Names are written bare where they are plain; `order` and `user` still need their quotes.
std::string index_item(const std::string& item) {
  if (item.starts_with('(')) return item;
  std::size_t end = item.starts_with('"') ? item.find('"', 1) : item.find(' ');
  while (item.starts_with('"') && end != std::string::npos && end + 1 < item.size() &&
         item[end + 1] == '"') {
    end = item.find('"', end + 2);
  }
  if (end != std::string::npos && item.starts_with('"')) ++end;
  const std::string name = item.substr(0, end);
  return quoted(plain_name(name)) + (end == std::string::npos ? "" : item.substr(end));
}

Remade index(const RecordedObject& object) {
  const std::string details = unescaped(object.details);
  const auto clauses = clauses_of(
      details, kEngine,
      {"include", "where", "nulls not distinct", "with (", "replica identity", "invalid"});
  std::string_view head = clauses.front().text;
  const bool unique = head.starts_with("unique ");
  if (unique) head.remove_prefix(7);
  const std::size_t open = head.find('(');
  if (open == std::string_view::npos) return cannot("its columns cannot be read");
  const std::string method(text::trim(head.substr(0, open)));
  std::string items;
  std::string_view inner = text::trim(head.substr(open + 1));
  inner.remove_suffix(1);
  for (const std::string& item : list_items(inner, kEngine))
    items += (items.empty() ? "" : ", ") + index_item(item);
  std::string sql = fmt::format("CREATE {}INDEX {} ON {} USING {} ({})", unique ? "UNIQUE " : "",
                                quoted(object.name), quoted(object.relation), method, items);
  const auto cut = [](std::string text) {
    while (text.ends_with(',') || text.ends_with(' '))
      text.pop_back();
    return text;
  };
  if (const std::string* included = clause(clauses, "include"))
    sql += " INCLUDE " + quoted_list(plain_names(*included));
  if (clause(clauses, "nulls not distinct") != nullptr) sql += " NULLS NOT DISTINCT";
  if (const std::string* options = clause(clauses, "with (")) sql += " WITH " + cut(*options);
  if (const std::string* predicate = clause(clauses, "where")) sql += " WHERE " + cut(*predicate);
  Remade remade{{std::move(sql)}, {}};
  if (clause(clauses, "replica identity") != nullptr) {
    remade.statements.push_back(fmt::format("{} REPLICA IDENTITY USING INDEX {}",
                                            alter_table(object.relation), quoted(object.name)));
  }
  return remade;
}

/// Takes how a trigger or rule is switched off the end of its definition.
std::string take_state(std::string& definition) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kStates = {
      {{" disabled", "DISABLE"},
       {" enabled for replicas", "ENABLE REPLICA"},
       {" enabled always", "ENABLE ALWAYS"}}};
  for (const auto& [ending, words] : kStates) {
    if (!definition.ends_with(ending)) continue;
    definition.resize(definition.size() - ending.size());
    return std::string(words);
  }
  return {};
}

Remade switched(const RecordedObject& object, std::string_view what) {
  std::string definition = unescaped(object.details);
  const std::string state = take_state(definition);
  Remade remade{{std::move(definition)}, {}};
  if (!state.empty()) {
    remade.statements.push_back(
        fmt::format("{} {} {} {}", alter_table(object.relation), state, what, quoted(object.name)));
  }
  return remade;
}

Remade view(const RecordedObject& object) {
  std::string definition = unescaped(object.details);
  std::string options;
  if (definition.starts_with("with(")) {
    auto [group, rest] = group_and_rest(std::string_view(definition).substr(4));
    options = " WITH " + group;
    definition = std::move(rest);
  }
  const bool materialized = object.kind == "materialized-view";
  if (materialized && definition.starts_with("using "))
    return cannot("it has an access method of its own");
  return {
      {fmt::format("CREATE {} {}{} AS {}", materialized ? "MATERIALIZED VIEW" : "OR REPLACE VIEW",
                   quoted(object.name), options, definition)},
      {}};
}

/// "accounts.id" as PostgreSQL writes it → plain names.
std::pair<std::string, std::string> owner_of(const RecordedObject& sequence) {
  const std::string details = unescaped(sequence.details);
  const auto clauses = clauses_of(details, kEngine, {"owned by"});
  const std::string* owner = clause(clauses, "owned by");
  if (owner == nullptr) return {};
  sql::Lexer lexer(sql::Flavor::kPostgres, *owner);
  sql::Token token;
  std::vector<std::string> names;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (token.kind != sql::TokenKind::kDot)
      names.push_back(sql::name_of(token, sql::Flavor::kPostgres));
  }
  if (names.size() != 2) return {};
  return {names[0], names[1]};
}

/// "bigint start 1 …" without its owner, as CREATE and ALTER SEQUENCE take it.
std::string sequence_options(const RecordedObject& sequence, bool& unlogged) {
  std::string options = unescaped(sequence.details);
  if (const std::size_t at = options.find(" owned by "); at != std::string::npos)
    options.resize(at);
  unlogged = options.ends_with(" unlogged");
  if (unlogged) options.resize(options.size() - 9);
  return options;
}

Remade sequence(const Recorded& recorded, const RecordedObject& object) {
  if (is_of_identity(recorded, object))
    return cannot("its column makes it: take the column's identity off, and put it on again");
  bool unlogged = false;
  const std::string options = sequence_options(object, unlogged);
  return {{fmt::format("CREATE {}SEQUENCE {} AS {}", unlogged ? "UNLOGGED " : "",
                       quoted(object.name), options)},
          {}};
}

Remade table(const Recorded& recorded, const RecordedObject& object) {
  std::string details = unescaped(object.details);
  if (details.starts_with("foreign table")) return cannot("it lies on another server");
  if (details.starts_with("partitioned table")) details.erase(0, 17);
  bool unlogged = false;
  std::string parent, bound, partition_by, with;
  std::vector<std::string> after;
  for (const std::string& item : list_items(details, kEngine)) {
    if (item == "unlogged") {
      unlogged = true;
    } else if (item.starts_with("partition by ")) {
      partition_by = " PARTITION BY " + item.substr(13);
    } else if (item.starts_with("inherits ")) {
      parent = item.substr(9);
    } else if (item.starts_with("FOR VALUES ") || item == "DEFAULT") {
      bound = " " + item;
    } else if (item.starts_with("with(")) {
      with = " WITH " + item.substr(4);
    } else if (item.starts_with("replica identity ")) {
      after.push_back(alter_table(object.name) + " REPLICA IDENTITY " + item.substr(17));
    } else if (item == "row security") {
      after.push_back(alter_table(object.name) + " ENABLE ROW LEVEL SECURITY");
    } else if (item == "row security forced") {
      after.push_back(alter_table(object.name) + " FORCE ROW LEVEL SECURITY");
    } else {
      return cannot(fmt::format("Bedstone does not know how to make a table that is {}", item));
    }
  }
  std::string sql =
      fmt::format("CREATE {}TABLE {}", unlogged ? "UNLOGGED " : "", quoted(object.name));
  if (!bound.empty()) {
    sql += fmt::format(" PARTITION OF {}{}", parent, bound);
  } else {
    std::string columns;
    for (const std::string& name : recorded.columns(object.name)) {
      const RecordedObject* column = recorded.find_in("column", object.name, name);
      if (column == nullptr) return cannot("its columns cannot be read");
      columns +=
          (columns.empty() ? "\n    " : ",\n    ") + column_definition_postgres(recorded, *column);
    }
    sql += columns.empty() ? " ()" : " (" + columns + "\n)";
    if (!parent.empty()) sql += " INHERITS (" + parent + ")";
  }
  Remade remade{{sql + partition_by + with}, {}};
  for (std::string& one : after)
    remade.statements.push_back(std::move(one));
  return remade;
}

Remade routine(const RecordedObject& object, const Sources& sources) {
  const std::string name = plain_name(object.object.substr(0, object.object.find('(')));
  const auto found = sources.routines.find(name);
  if (found == sources.routines.end() || found->second.empty()) {
    return cannot(
        "of routines a digest is recorded alone, and no migration of this project makes it");
  }
  // The last one that makes it is the one that was recorded; who carries this out compares digests.
  return {{found->second.back()}, {}};
}

Remade collation(const RecordedObject& object) {
  const std::string details = unescaped(object.details);
  const bool icu = details.starts_with("icu ");
  if (!icu && !details.starts_with("libc ")) return cannot("its provider is not known");
  std::vector<std::string> texts;
  sql::Lexer lexer(sql::Flavor::kPostgres, details);
  sql::Token token;
  while (lexer.next(token) == sql::Lexer::Step::kToken) {
    if (token.kind == sql::TokenKind::kString) texts.emplace_back(token.text);
  }
  if (texts.empty()) return cannot("its locale cannot be read");
  const bool nondeterministic = details.ends_with("nondeterministic");
  return {{fmt::format("CREATE COLLATION {} (provider = {}, {}{})", quoted(object.name),
                       icu ? "icu" : "libc",
                       icu || texts.size() < 2
                           ? "locale = " + texts.front()
                           : fmt::format("lc_collate = {}, lc_ctype = {}", texts[0], texts[1]),
                       nondeterministic ? ", deterministic = false" : "")},
          {}};
}

/// Its checks come behind it: one that is not validated cannot stand within.
Remade domain(const RecordedObject& object) {
  constexpr std::size_t kMostChecks = 64;
  const std::string details = unescaped(object.details);
  const auto clauses = clauses_of(
      details, kEngine, std::vector<std::string_view>(kMostChecks, std::string_view("constraint")));
  Remade remade;
  for (const Clause& one : clauses) {
    remade.statements.push_back(
        one.word.empty()
            ? fmt::format("CREATE DOMAIN {} AS {}", quoted(object.name), one.text)
            : fmt::format("ALTER DOMAIN {} ADD CONSTRAINT {}", quoted(object.name), one.text));
  }
  return remade;
}

Remade type_of(const RecordedObject& object) {
  return {{fmt::format("CREATE TYPE {} AS {}", quoted(object.name),
                       object.details.empty() ? "()" : unescaped(object.details))},
          {}};
}

}  // namespace

bool is_of_identity(const Recorded& recorded, const RecordedObject& sequence) {
  const auto [table, column] = owner_of(sequence);
  const RecordedObject* owner = table.empty() ? nullptr : recorded.find_in("column", table, column);
  return owner != nullptr && !column_details(unescaped(owner->details), kEngine).identity.empty();
}

std::string owned_by(const Recorded& recorded, const RecordedObject& sequence) {
  const auto [table, column] = owner_of(sequence);
  if (table.empty() || is_of_identity(recorded, sequence)) return {};
  return fmt::format("ALTER SEQUENCE {} OWNED BY {}.{}", quoted(sequence.name), quoted(table),
                     quoted(column));
}

std::string column_definition_postgres(const Recorded& recorded, const RecordedObject& column) {
  const ColumnDetails details = column_details(unescaped(column.details), kEngine);
  std::string sql = quoted(column.name) + " " + details.type;
  if (!details.collation.empty()) sql += " COLLATE " + details.collation;
  if (details.not_null) sql += " NOT NULL";
  if (details.value) sql += " DEFAULT " + *details.value;
  if (!details.generated.empty()) sql += " GENERATED ALWAYS AS " + details.generated;
  if (details.identity.empty()) return sql;
  sql += fmt::format(" GENERATED {} AS IDENTITY",
                     details.identity == "always" ? "ALWAYS" : "BY DEFAULT");
  for (const RecordedObject& one : recorded.objects()) {
    if (one.kind != "sequence" || owner_of(one) != std::pair(column.relation, column.name))
      continue;
    bool unlogged = false;
    std::string options = sequence_options(one, unlogged);
    // The type is the column's.
    options = options.substr(std::min(options.find(" start "), options.size()));
    sql += fmt::format(" (SEQUENCE NAME {}{})", quoted(one.name), options);
  }
  return sql;
}

Remade remake_postgres(const Recorded& recorded, const RecordedObject& object,
                       const Sources& sources) {
  const std::string& kind = object.kind;
  if (kind == "table") return table(recorded, object);
  if (kind == "column") {
    return {{fmt::format("{} ADD COLUMN {}", alter_table(object.relation),
                         column_definition_postgres(recorded, object))},
            {}};
  }
  if (kind == "primary-key") return key(object, "PRIMARY KEY");
  if (kind == "unique") return key(object, "UNIQUE");
  if (kind == "foreign-key") return foreign_key(recorded, object);
  if (kind == "check") return check(object);
  if (kind == "exclusion") {
    return {{fmt::format("{} ADD CONSTRAINT {} {}", alter_table(object.relation),
                         quoted(object.name), unescaped(object.details))},
            {}};
  }
  if (kind == "index") return index(object);
  if (kind == "trigger") return switched(object, "TRIGGER");
  if (kind == "rule") return switched(object, "RULE");
  if (kind == "view" || kind == "materialized-view") return view(object);
  if (kind == "view-default") {
    return {{fmt::format("ALTER VIEW {} ALTER COLUMN {} SET DEFAULT {}", quoted(object.relation),
                         quoted(object.name), unescaped(object.details))},
            {}};
  }
  if (kind == "policy") {
    return {{fmt::format("CREATE POLICY {} ON {} AS {}", quoted(object.name),
                         quoted(object.relation), unescaped(object.details))},
            {}};
  }
  if (kind == "statistics") return {{unescaped(object.details)}, {}};
  if (kind == "enum") {
    return {
        {fmt::format("CREATE TYPE {} AS ENUM {}", quoted(object.name), unescaped(object.details))},
        {}};
  }
  if (kind == "domain") return domain(object);
  if (kind == "type") return type_of(object);
  if (kind == "sequence") return sequence(recorded, object);
  if (kind == "collation") return collation(object);
  if (kind == "function" || kind == "procedure" || kind == "aggregate")
    return routine(object, sources);
  return cannot(fmt::format("Bedstone knows no statement that makes a {}", kind));
}

std::string drop_postgres(const RecordedObject& object) {
  const std::string& kind = object.kind;
  const std::string name = quoted(object.name);
  if (kind == "table") {
    return object.details.starts_with("foreign table") ? "DROP FOREIGN TABLE " + name
                                                       : "DROP TABLE " + name;
  }
  if (kind == "column") return fmt::format("{} DROP COLUMN {}", alter_table(object.relation), name);
  if (kind == "primary-key" || kind == "unique" || kind == "foreign-key" || kind == "check" ||
      kind == "exclusion") {
    return fmt::format("{} DROP CONSTRAINT {}", alter_table(object.relation), name);
  }
  if (kind == "trigger" || kind == "rule" || kind == "policy") {
    return fmt::format("DROP {} {} ON {}",
                       kind == "trigger" ? "TRIGGER"
                       : kind == "rule"  ? "RULE"
                                         : "POLICY",
                       name, quoted(object.relation));
  }
  if (kind == "view-default") {
    return fmt::format("ALTER VIEW {} ALTER COLUMN {} DROP DEFAULT", quoted(object.relation), name);
  }
  if (kind == "function" || kind == "procedure" || kind == "aggregate") {
    const std::size_t open = object.object.find('(');
    const std::string arguments = unescaped(std::string_view(object.object).substr(open));
    return fmt::format("DROP {} {}{}", kind, quoted(plain_name(object.object.substr(0, open))),
                       arguments == "()" && kind == "aggregate" ? "(*)" : arguments);
  }
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kWords = {
      {{"index", "INDEX"},
       {"view", "VIEW"},
       {"materialized-view", "MATERIALIZED VIEW"},
       {"sequence", "SEQUENCE"},
       {"enum", "TYPE"},
       {"type", "TYPE"},
       {"range-type", "TYPE"},
       {"domain", "DOMAIN"},
       {"statistics", "STATISTICS"},
       {"collation", "COLLATION"}}};
  for (const auto& [word, sql] : kWords) {
    if (kind == word) return fmt::format("DROP {} {}", sql, name);
  }
  if (kind == "text-search-dictionary") return "DROP TEXT SEARCH DICTIONARY " + name;
  if (kind == "text-search-configuration") return "DROP TEXT SEARCH CONFIGURATION " + name;
  return {};
}

}  // namespace bedstone::schema
