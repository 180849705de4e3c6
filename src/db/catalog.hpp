/// What an engine's catalog is asked, with the same result columns for every engine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/url.hpp"
#include "db/value.hpp"

namespace bedstone::db {

/// Which objects of which server.
struct CatalogScope {
  std::string schema;      ///< PostgreSQL; SQLite has only `main`.
  int server_version = 0;  ///< As SessionInfo has it.
};

/// Queries that read all objects of one schema, whatever their number, in a fixed number of round
/// trips. Bedstone's own objects, the engine's and those that extensions own are left out. An empty
/// text: the engine has no such objects. Rows of one object stand together, in their order.
///
/// The columns of each query, in order; a null means "none" or "no":
/// - relations: kind ("table", "partitioned table", "foreign table", "virtual table", "view",
///   "materialized view"), name, definition (of views and virtual tables; SQLite: of all), options
/// - columns: table, column, type, not null, default, identity, generated ("stored", "virtual"),
///   generation expression, collation, position in the primary key (0: not part of it or unknown),
///   number, storage
/// - constraints: table, key (tells constraints of one table apart), name, kind ("primary key",
///   "unique", "foreign key", "check"), column, referenced table, referenced column, on update,
///   on delete, match, expression, options; one row per column
/// - indexes: relation, name, origin ("index"; SQLite also "unique", "primary key": made by a
///   constraint), unique, method, column or null, or the column's number, expression, order,
///   included, predicate, valid, options, definition (SQLite); one row per column
/// - triggers: relation, name, definition, state ("" is the normal one)
/// - enums: name, value; one row per value, in their order
/// - routines: kind, name, arguments, digest of the definition
/// - sequences: name, definition, the table of this schema that owns it or null
/// - others: kind (one word), relation or null, name, definition
struct CatalogQueries {
  std::vector<Value> params;         ///< To be bound to every query.
  std::string begin;                 ///< Opens a reading transaction.
  std::vector<std::string> session;  ///< Within the transaction, before the queries.
  std::string access;                ///< One row: the role, and whether it may use the schema.
  std::string relations;
  std::string columns;
  std::string constraints;
  std::string indexes;
  std::string triggers;
  std::string enums;
  std::string routines;
  std::string sequences;
  std::string others;
};

CatalogQueries catalog_queries(Engine engine, const CatalogScope& scope);

/// Queries that give a schema as statements; to be asked within the same transaction and settings,
/// with the same parameters as CatalogQueries. An empty text: there is nothing to ask.
///
/// - items: id, id of the table that it may be a part of, kind, relation or null, name, number of
///   the column or null, text as such a part, statement, what follows a table's parentheses. One
///   without a statement is always a part; one with both may stand behind its table instead. The
///   kind "unsupported" is an object that no statement is known for, told in `statement`.
/// - aliases: id, the id that stands for it: of a row type its table, of an index its constraint
/// - dependencies: id, id of what has to be made before it; either may be an alias or no item
struct DumpQueries {
  std::string items;
  std::string aliases;
  std::string dependencies;
  std::vector<std::string> prologue;  ///< Statements around all others.
  std::vector<std::string> epilogue;
};

DumpQueries dump_queries(Engine engine, const CatalogScope& scope);

/// What is shown of a schema and does not count as its state. Columns: what ("comment", "owner",
/// "grant", "extension", "event trigger", "shadow table"), kind of the object or null, its relation
/// or null, its name, text. Parameters and settings as above.
std::string catalog_notes(Engine engine);

/// What lies in the schema, one row per object: kind, schema or null, name. Foreign tools'
/// registries in schemas of their own come with the kind "registry". Parameters as
/// `catalog_queries().params`.
std::string catalog_objects(Engine engine);

/// The sequences that columns of one schema own: table, column, sequence, increment. `$1` is the
/// schema. SQLite has none, and answers an empty text.
std::string catalog_counters(Engine engine);
/// How such a sequence stands to its column: the highest value (counting down, the lowest), and
/// what would come next. The names are quoted already.
std::string catalog_counter(std::string_view table, std::string_view column,
                            std::string_view sequence, bool down);

/// The columns of `count` tables: schema or null, table, column. Parameters: schema and name of
/// each (SQLite ignores the schema).
std::string catalog_table_columns(Engine engine, std::size_t count);

/// A scalar subquery, of type text, whose value changes with every change of the schema that is
/// committed before it is asked. See schema/stamp.hpp. `schema_expression` is SQL: `$1`, a literal.
std::string catalog_stamp(Engine engine, std::string_view schema_expression);

}  // namespace bedstone::db
