/// SQLite's catalog: sqlite_schema joined with the pragmas as table-valued functions.
#include "db/sqlite/catalog.hpp"

namespace bedstone::db::sqlite {
namespace {

/// Neither SQLite's own nor Bedstone's.
std::string visible(const std::string& name) {
  return name + " NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND " + name +
         " NOT LIKE 'bedstone\\_%' ESCAPE '\\'";
}

// The columns of a virtual table whose module is not loaded, or of a view that is broken, are
// errors; their definitions say all there is to know. A CROSS JOIN behind this keeps the planner
// from calling a pragma for rows that the filter throws away, and keeps the rows in the pragmas'
// order, which saves a sort.
// `condition` spares tables of which a pragma could tell nothing: each call of one costs as much as
// compiling a query.
std::string plain_tables(std::string_view condition) {
  return "(SELECT name FROM main.sqlite_schema WHERE type = 'table'"
         " AND sql NOT LIKE 'CREATE VIRTUAL %' AND " +
         visible("name") + " AND " + std::string(condition) + ") AS m";
}

std::string relations() {
  // Shadow tables are the virtual table's own business.
  return R"sql(
WITH listed AS MATERIALIZED (
  SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main')
SELECT CASE WHEN m.type = 'view' THEN 'view'
            WHEN l.type = 'virtual' THEN 'virtual table' ELSE 'table' END,
       m.name,
       m.sql,
       CASE WHEN l.strict AND l.wr THEN 'strict, without rowid'
            WHEN l.strict THEN 'strict' WHEN l.wr THEN 'without rowid' END
FROM main.sqlite_schema AS m LEFT JOIN listed AS l ON l.name = m.name
WHERE m.type IN ('table', 'view') AND l.type IS NOT 'shadow' AND )sql" +
         visible("m.name") + " ORDER BY m.name";
}

std::string columns() {
  return R"sql(
SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, NULL,
       CASE x.hidden WHEN 2 THEN 'virtual' WHEN 3 THEN 'stored' END, NULL, NULL, x.pk, NULL, NULL
FROM )sql" +
         plain_tables("TRUE") + R"sql( CROSS JOIN pragma_table_xinfo(m.name, 'main') AS x)sql";
}

std::string constraints() {
  // The newest foreign key has id 0: downwards is the order of the CREATE statement.
  return R"sql(
SELECT m.name, f.id, NULL, 'foreign key', f."from", f."table", f."to",
       lower(f.on_update), lower(f.on_delete), lower(f.match), NULL, NULL
FROM )sql" +
         plain_tables("instr(lower(sql), 'references')") +
         R"sql( CROSS JOIN pragma_foreign_key_list(m.name, 'main') AS f
ORDER BY m.name, f.id DESC, f.seq)sql";
}

// What CREATE INDEX made has its text; what a UNIQUE in a table made has none, and only the pragma
// tells it from a primary key.
std::string indexes() {
  static constexpr std::string_view kOrder =
      "trim(CASE WHEN x.coll <> 'BINARY' THEN 'collate ' || lower(x.coll) ELSE '' END ||"
      " CASE WHEN x.\"desc\" THEN ' desc' ELSE '' END), 0, NULL, 1, NULL, ";
  return "SELECT i.tbl_name, i.name, 'index', substr(i.sql, 1, 14) = 'CREATE UNIQUE ', NULL,"
         " x.name, NULL, NULL, " +
         std::string(kOrder) +
         "CASE WHEN x.seqno = 0 THEN i.sql END"
         " FROM main.sqlite_schema AS i CROSS JOIN pragma_index_xinfo(i.name, 'main') AS x"
         " WHERE i.type = 'index' AND i.sql IS NOT NULL AND x.key AND " +
         visible("i.name") + " AND " + visible("i.tbl_name") +
         " UNION ALL "
         "SELECT m.name, l.name, 'unique', 1, NULL, x.name, NULL, NULL, " +
         std::string(kOrder) +
         "NULL FROM (SELECT DISTINCT tbl_name AS name FROM main.sqlite_schema"
         " WHERE type = 'index' AND sql IS NULL AND " +
         visible("tbl_name") +
         ") AS m CROSS JOIN pragma_index_list(m.name, 'main') AS l"
         " CROSS JOIN pragma_index_xinfo(l.name, 'main') AS x WHERE x.key AND l.origin = 'u'";
}

std::string triggers() {
  return "SELECT tbl_name, name, sql, NULL FROM main.sqlite_schema WHERE type = 'trigger' AND " +
         visible("name") + " AND " + visible("tbl_name") + " ORDER BY name";
}

}  // namespace

CatalogQueries catalog_queries() {
  CatalogQueries queries;
  queries.begin = "BEGIN";
  queries.relations = relations();
  queries.columns = columns();
  queries.constraints = constraints();
  queries.indexes = indexes();
  queries.triggers = triggers();
  return queries;
}

std::string catalog_objects() {
  return "SELECT type, NULL, name FROM main.sqlite_schema WHERE " + visible("name") + " AND " +
         visible("tbl_name") + " ORDER BY type = 'table' DESC, name";
}

std::string catalog_table_columns(std::size_t count) {
  std::string sql;
  for (std::size_t i = 0; i < count; ++i) {
    // The schema's parameter is named, so that the values are the same for every engine.
    const std::string schema = "$" + std::to_string(2 * i + 1);
    const std::string table = "$" + std::to_string(2 * i + 2);
    if (i > 0) sql += " UNION ALL ";
    sql +=
        "SELECT " + schema + ", " + table + ", name FROM pragma_table_xinfo(" + table + ", 'main')";
  }
  return sql;
}

std::string catalog_stamp() {
  return "(SELECT CAST(schema_version AS TEXT) FROM pragma_schema_version)";
}

}  // namespace bedstone::db::sqlite
