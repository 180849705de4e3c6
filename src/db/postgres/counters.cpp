/// The contract is db/catalog.hpp's.
#include "db/postgres/counters.hpp"

#include <fmt/format.h>

namespace bedstone::db::postgres {

std::string catalog_counters() {
  return R"sql(
SELECT t.relname, a.attname, c.relname, s.seqincrement
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = c.oid
     JOIN pg_catalog.pg_depend AS d
       ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
       AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
     JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid AND t.relnamespace = c.relnamespace
     JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE n.nspname = $1 AND c.relkind = 'S' AND t.relkind IN ('r', 'p')
  AND a.atttypid IN (20, 21, 23)  -- bigint, smallint, integer
ORDER BY c.relname)sql";
}

std::string catalog_counter(std::string_view table, std::string_view column,
                            std::string_view sequence, bool down) {
  return fmt::format(
      "SELECT (SELECT {0}({1}) FROM {2}),"
      " (SELECT CASE WHEN is_called THEN last_value ELSE NULL END FROM {3}),"
      " (SELECT last_value FROM {3})",
      down ? "min" : "max", column, table, sequence);
}

}  // namespace bedstone::db::postgres
