/// SQLite keeps the statements as they were typed; only their order has to be found. The
/// definitions of indexes and triggers need their table or view, and nothing else is looked at when
/// they run.
#include "db/sqlite/dump.hpp"

namespace bedstone::db::sqlite {
namespace {

// Making a virtual table makes its shadow tables.
constexpr std::string_view kItems = R"sql(
WITH listed AS MATERIALIZED (
  SELECT name, type FROM pragma_table_list WHERE schema = 'main')
SELECT m.type || ':' || lower(m.name), NULL,
       CASE WHEN l.type = 'virtual' THEN 'virtual table' ELSE m.type END,
       CASE WHEN m.type IN ('index', 'trigger') THEN m.tbl_name END, m.name, NULL, NULL, m.sql, NULL
FROM main.sqlite_schema AS m
     LEFT JOIN listed AS l ON l.name = m.name AND m.type IN ('table', 'view')
WHERE m.sql IS NOT NULL AND l.type IS NOT 'shadow'
  AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT LIKE 'bedstone\_%' ESCAPE '\'
  AND m.tbl_name NOT LIKE 'bedstone\_%' ESCAPE '\'
ORDER BY m.name)sql";

constexpr std::string_view kDependencies = R"sql(
SELECT m.type || ':' || lower(m.name), t.type || ':' || lower(t.name)
FROM main.sqlite_schema AS m
     JOIN main.sqlite_schema AS t
       ON t.type IN ('table', 'view') AND lower(t.name) = lower(m.tbl_name)
WHERE m.type IN ('index', 'trigger') AND m.sql IS NOT NULL)sql";

}  // namespace

DumpQueries dump_queries() {
  DumpQueries queries;
  queries.items = kItems;
  queries.dependencies = kDependencies;
  queries.prologue = {"BEGIN"};
  queries.epilogue = {"COMMIT"};
  return queries;
}

}  // namespace bedstone::db::sqlite
