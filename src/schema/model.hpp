/// The schema of a database as plain values: what there is, as the engine says it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/url.hpp"

namespace bedstone::schema {

// Texts (types, expressions, definitions) are the engine's own; canonical.hpp makes them
// comparable. Names are as the catalog has them: unquoted, in their case. `options` are what is
// rare, in words, separated by commas: "strict", "not valid", "with (fillfactor=70)".

struct Generated {
  std::string kind;  ///< "stored", "virtual".
  std::string expression;
};

struct Column {
  std::string name;
  std::string type;
  bool nullable = true;
  std::optional<std::string> default_expression;
  std::string identity;  ///< "always", "by default"; SQLite: "autoincrement"; or empty.
  std::optional<Generated> generated;
  std::string collation;  ///< Empty when it is the type's.
  std::string options;
  std::string storage;  ///< How it is kept, where that is not its type's way: "storage external".
};

/// A primary key or a unique constraint. SQLite's have no name.
struct Key {
  std::string name;
  std::vector<std::string> columns;
  std::string options;
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string table;                            ///< With its schema when it is another one.
  std::vector<std::string> referenced_columns;  ///< Empty: the other table's primary key.
  std::string on_update;                        ///< "no action", "cascade", …
  std::string on_delete;
  std::string match;  ///< Empty: simple.
  std::string options;
};

struct Check {
  std::string name;
  std::string expression;
  std::string options;
};

struct IndexColumn {
  std::string text;  ///< A column's name, or an expression.
  bool is_expression = false;
  std::string order;  ///< What differs from the default: "collate nocase desc".
};

struct Index {
  std::string name;
  bool unique = false;
  std::string method;  ///< "btree"; empty in SQLite.
  std::vector<IndexColumn> columns;
  std::vector<std::string> included;
  std::optional<std::string> predicate;
  bool valid = true;  ///< False: left behind by a CREATE INDEX CONCURRENTLY that failed.
  std::string options;
};

struct Trigger {
  std::string name;
  std::string definition;
  std::string state;  ///< "disabled", …; empty is the normal one.
};

struct Table {
  std::string name;
  std::string kind;  ///< "table", "partitioned table", "foreign table", "virtual table".
  std::string options;
  std::string definition;  ///< Of virtual tables.
  std::vector<Column> columns;
  std::optional<Key> primary_key;
  std::vector<Key> uniques;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Check> checks;
  std::vector<Index> indexes;  ///< Without those that constraints made.
  std::vector<Trigger> triggers;
};

struct View {
  std::string name;
  bool materialized = false;
  std::string definition;
  std::string options;
  std::vector<Index> indexes;
  std::vector<Trigger> triggers;
};

struct Enum {
  std::string name;
  std::vector<std::string> values;
};

struct Routine {
  std::string kind;  ///< "function", "procedure", "aggregate".
  std::string name;
  std::string arguments;
  std::string digest;  ///< SHA-256 of all that defines it.
};

struct Sequence {
  std::string name;
  std::string definition;
};

/// Kinds that nothing but their definition is asked of: domains, rules, policies, …
struct OtherObject {
  std::string kind;      ///< One word; "range", "extension-type": see is_historic().
  std::string relation;  ///< The table or view it belongs to, or empty.
  std::string name;
  std::string definition;
};

/// Whether only older formats of the canonical text have such a line; shown to nobody.
inline bool is_historic(const OtherObject& object) {
  return object.kind == "range" || object.kind == "extension-type";
}

/// The objects of one schema, without the engine's, Bedstone's and those that extensions own.
struct Schema {
  db::Engine engine = db::Engine::kSqlite;
  std::vector<Table> tables;
  std::vector<View> views;
  std::vector<Enum> enums;
  std::vector<Routine> routines;
  std::vector<Sequence> sequences;
  std::vector<OtherObject> others;
};

}  // namespace bedstone::schema
