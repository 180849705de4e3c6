/// CREATE TABLE in parts: the columns always, defaults and constraints where they can.
#include "db/postgres/dump_tables.hpp"

#include <fmt/format.h>

namespace bedstone::db::postgres {
namespace {

// A partition is made as a table of its own and attached, so that the order of its columns and the
// names of its indexes stay. What a child merely inherits comes with its parent.
std::string tables(int version) {
  return fmt::format(R"sql(
SELECT 'pg_class:' || c.oid, NULL,
       CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END, NULL, c.relname::text,
       NULL::int, NULL,
       'CREATE ' || CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END ||
         CASE c.relkind WHEN 'f' THEN 'FOREIGN TABLE ' ELSE 'TABLE ' END || quote_ident(c.relname)
         || coalesce(' OF ' || (nullif(c.reloftype, 0))::regtype, ''),
       concat_ws(' ',
         'INHERITS (' || (
           SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
           FROM pg_inherits AS i WHERE i.inhrelid = c.oid AND NOT c.relispartition) || ')',
         'PARTITION BY ' || CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
         'SERVER ' || quote_ident(s.srvname),
         'OPTIONS (' || (SELECT string_agg(quote_ident(o.option_name) || ' ' ||
                                           quote_literal(o.option_value), ', ')
                         FROM pg_options_to_table(f.ftoptions) AS o) || ')',
         'USING ' || quote_ident(nullif(m.amname, 'heap')),
         'WITH (' || (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C")
                      FROM unnest(c.reloptions) AS o) || ')')
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
     LEFT JOIN pg_am AS m ON m.oid = c.relam
     LEFT JOIN pg_foreign_table AS f ON f.ftrelid = c.oid
     LEFT JOIN pg_foreign_server AS s ON s.oid = f.ftserver
WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'attach:' || c.oid, NULL, 'attach', i.inhparent::regclass::text, c.relname, NULL, NULL,
       'ALTER TABLE ONLY ' || i.inhparent::regclass || ' ATTACH PARTITION ' ||
         quote_ident(c.relname) || ' ' || pg_get_expr(c.relpartbound, c.oid), NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
     JOIN pg_inherits AS i ON i.inhrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'f') AND c.relispartition{0})sql",
                     version < 140000 ? "" : " AND NOT i.inhdetachpending");
}

// Of a child table only what is its own, or differs from what it inherits.
std::string columns(int version) {
  return fmt::format(
      R"sql(
SELECT 'column:' || c.oid || ':' || a.attnum, 'pg_class:' || c.oid, 'column', c.relname::text,
       a.attname::text, a.attnum::int,
       concat_ws(' ', quote_ident(a.attname),
         CASE WHEN c.reloftype <> 0 THEN 'WITH OPTIONS'
              ELSE format_type(a.atttypid, a.atttypmod) END,
         'OPTIONS (' || (SELECT string_agg(quote_ident(o.option_name) || ' ' ||
                                           quote_literal(o.option_value), ', ')
                         FROM pg_options_to_table(a.attfdwoptions) AS o) || ')',
         {0}
         CASE WHEN a.attcollation <> t.typcollation AND c.reloftype = 0 THEN 'COLLATE ' || {1} END,
         CASE WHEN a.attnotnull THEN 'NOT NULL' END,
         CASE WHEN a.attgenerated <> '' THEN
           'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')' ||
           CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE '' END END,
         {2}), NULL, NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type AS t ON t.oid = a.atttypid
     LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     LEFT JOIN LATERAL (
       SELECT format_type(q.seqtypid, NULL) AS type, q.*, s.relname
       FROM pg_depend AS x JOIN pg_sequence AS q ON q.seqrelid = x.objid
            JOIN pg_class AS s ON s.oid = q.seqrelid
       WHERE a.attidentity <> '' AND x.classid = 'pg_class'::regclass AND x.deptype = 'i'
         AND x.refclassid = 'pg_class'::regclass AND x.refobjid = c.oid
         AND x.refobjsubid = a.attnum) AS g ON true
WHERE c.relkind IN ('r', 'p', 'f') AND (a.attislocal OR c.relispartition OR EXISTS (
  SELECT FROM pg_inherits AS i JOIN pg_attribute AS p
    ON p.attrelid = i.inhparent AND p.attname = a.attname
  LEFT JOIN pg_attrdef AS e ON e.adrelid = p.attrelid AND e.adnum = p.attnum
  WHERE i.inhrelid = c.oid AND (p.attnotnull <> a.attnotnull OR
    pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_get_expr(e.adbin, e.adrelid)))))sql",
      version < 140000 ? ""
                       : "'COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' "
                         "THEN 'lz4' END,",
      collation_name("a.attcollation"),
      // The sequence's name and numbers only where they are not what comes by itself.
      R"sql(CASE WHEN g.seqrelid IS NOT NULL THEN 'GENERATED ' ||
           CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY' ||
           coalesce(' (' || nullif(concat_ws(' ',
             CASE WHEN g.relname <> left(c.relname || '_' || a.attname || '_seq', 63) THEN
               'SEQUENCE NAME ' || quote_ident(g.relname) END,
             CASE WHEN g.seqstart <> 1 THEN 'START WITH ' || g.seqstart END,
             CASE WHEN g.seqincrement <> 1 THEN 'INCREMENT BY ' || g.seqincrement END,
             CASE WHEN g.seqmin <> 1 THEN 'MINVALUE ' || g.seqmin END,
             CASE WHEN g.seqmax <> CASE g.type WHEN 'smallint' THEN 32767
                    WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END THEN
               'MAXVALUE ' || g.seqmax END,
             CASE WHEN g.seqcache <> 1 THEN 'CACHE ' || g.seqcache END,
             CASE WHEN g.seqcycle THEN 'CYCLE' END), '') || ')', '') END)sql");
}

// A generated column's expression has no statement of its own: it is a dependency of its table.
constexpr std::string_view kDefaults = R"sql(
SELECT 'pg_attrdef:' || d.oid, 'pg_class:' || c.oid, 'default', c.relname::text, a.attname::text,
       a.attnum::int,
       CASE WHEN a.attgenerated <> '' THEN ''
            WHEN c.relkind IN ('r', 'p', 'f') THEN 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
       CASE WHEN a.attgenerated = '' THEN
         'ALTER ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'TABLE ONLY ' END ||
         quote_ident(c.relname) || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT ' ||
         pg_get_expr(d.adbin, d.adrelid) END,
       NULL
FROM pg_attrdef AS d JOIN pg_class AS c ON c.oid = d.adrelid JOIN n ON n.oid = c.relnamespace
     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.adnum AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'f', 'v'))sql";

// Foreign keys to a partitioned table have one row for each partition, too; a child has its
// parents' checks by itself. NOT VALID can only be said behind the table.
constexpr std::string_view kConstraints = R"sql(
SELECT 'pg_constraint:' || k.oid, 'pg_class:' || c.oid,
       CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'x' THEN 'exclusion'
                      WHEN 'f' THEN 'foreign key' ELSE 'check' END,
       c.relname::text, k.conname::text, NULL::int,
       CASE WHEN k.convalidated THEN
         'CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) END,
       'ALTER ' || CASE c.relkind WHEN 'f' THEN 'FOREIGN TABLE ' ELSE 'TABLE ' END ||
         CASE WHEN c.relkind = 'r' THEN 'ONLY ' ELSE '' END || quote_ident(c.relname) ||
         ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid),
       NULL
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN n ON n.oid = c.relnamespace
WHERE k.contype IN ('p', 'u', 'x', 'f', 'c') AND (k.conislocal OR c.relispartition)
  AND NOT EXISTS (SELECT FROM pg_constraint AS p
                  WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
UNION ALL
SELECT 'options:' || i.oid, NULL, 'index options', c.relname, i.relname, NULL, NULL,
       'ALTER INDEX ' || quote_ident(i.relname) || ' SET (' || (
         SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(i.reloptions) AS o) || ')',
       NULL
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN n ON n.oid = c.relnamespace
     JOIN pg_class AS i ON i.oid = k.conindid
WHERE k.contype IN ('p', 'u', 'x') AND i.reloptions IS NOT NULL)sql";

constexpr std::string_view kSequences = R"sql(
SELECT 'pg_class:' || c.oid, NULL, 'sequence', NULL, c.relname::text, NULL::int, NULL,
       concat_ws(' ', CASE WHEN c.relpersistence = 'u' THEN 'CREATE UNLOGGED SEQUENCE'
                           ELSE 'CREATE SEQUENCE' END, quote_ident(c.relname),
         'AS ' || nullif(format_type(s.seqtypid, NULL), 'bigint'),
         CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT BY ' || s.seqincrement END,
         CASE WHEN s.seqmin <> 1 OR s.seqincrement < 0 THEN 'MINVALUE ' || s.seqmin END,
         CASE WHEN s.seqincrement < 0 OR s.seqmax <> CASE format_type(s.seqtypid, NULL)
                WHEN 'smallint' THEN 32767 WHEN 'integer' THEN 2147483647
                ELSE 9223372036854775807 END THEN 'MAXVALUE ' || s.seqmax END,
         CASE WHEN s.seqstart <> s.seqmin OR s.seqincrement < 0 THEN 'START WITH ' || s.seqstart END,
         CASE WHEN s.seqcache <> 1 THEN 'CACHE ' || s.seqcache END,
         CASE WHEN s.seqcycle THEN 'CYCLE' END),
       NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace JOIN pg_sequence AS s ON s.seqrelid = c.oid
WHERE NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'i')
UNION ALL
SELECT 'owned:' || c.oid, NULL, 'owned by', t.relname, c.relname, NULL, NULL,
       'ALTER SEQUENCE ' || quote_ident(c.relname) || ' OWNED BY ' || d.refobjid::regclass || '.' ||
         quote_ident(a.attname), NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
     JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
       AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
     JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     JOIN pg_class AS t ON t.oid = d.refobjid
WHERE c.relkind = 'S')sql";

constexpr std::string_view kIndexes = R"sql(
SELECT 'pg_class:' || ic.oid, NULL, 'index', c.relname::text, ic.relname::text, NULL::int, NULL,
       pg_get_indexdef(ic.oid, 0, true), NULL
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN n ON n.oid = c.relnamespace
     JOIN pg_class AS ic ON ic.oid = i.indexrelid
WHERE i.indisvalid AND NOT EXISTS (
  SELECT FROM pg_constraint AS x WHERE x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x')))sql";

constexpr std::string_view kViews = R"sql(
SELECT 'pg_class:' || c.oid, NULL,
       CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, NULL, c.relname::text,
       NULL::int, NULL,
       concat_ws(' ', CASE c.relkind WHEN 'v' THEN 'CREATE VIEW' ELSE 'CREATE MATERIALIZED VIEW' END,
         quote_ident(c.relname), 'USING ' || quote_ident(nullif(m.amname, 'heap')),
         'WITH (' || (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C")
                      FROM unnest(c.reloptions) AS o) || ')',
         'AS') || E'\n' || rtrim(pg_get_viewdef(c.oid), ';') ||
         CASE c.relkind WHEN 'm' THEN E'\nWITH NO DATA' ELSE '' END,
       NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace LEFT JOIN pg_am AS m ON m.oid = c.relam
WHERE c.relkind IN ('v', 'm')
UNION ALL
SELECT 'refresh:' || c.oid, 'pg_class:' || c.oid, 'refresh', c.relname, c.relname, NULL, NULL,
       'REFRESH MATERIALIZED VIEW ' || quote_ident(c.relname), NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace WHERE c.relkind = 'm' AND c.relispopulated)sql";

std::string triggers(int version) {
  return fmt::format(R"sql(
SELECT 'pg_trigger:' || t.oid, NULL, 'trigger', c.relname::text, t.tgname::text, NULL::int, NULL,
       pg_get_triggerdef(t.oid, true), NULL
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal {0}
UNION ALL
SELECT 'state:' || t.oid, 'pg_trigger:' || t.oid, 'state', c.relname, t.tgname, NULL, NULL,
       'ALTER TABLE ' || quote_ident(c.relname) || CASE t.tgenabled WHEN 'D' THEN ' DISABLE'
         WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END || ' TRIGGER ' ||
         quote_ident(t.tgname), NULL
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgenabled <> 'O' {0}
UNION ALL
SELECT 'pg_rewrite:' || r.oid, NULL, 'rule', c.relname, r.rulename, NULL, NULL,
       rtrim(pg_get_ruledef(r.oid, true), ';'), NULL
FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'state:' || r.oid, 'pg_rewrite:' || r.oid, 'state', c.relname, r.rulename, NULL, NULL,
       'ALTER TABLE ' || quote_ident(c.relname) || CASE r.ev_enabled WHEN 'D' THEN ' DISABLE'
         WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END || ' RULE ' ||
         quote_ident(r.rulename), NULL
FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND r.ev_enabled <> 'O')sql",
                     version < 130000 ? "" : "AND t.tgparentid = 0");
}

constexpr std::string_view kPolicies = R"sql(
SELECT 'pg_policy:' || p.oid, NULL, 'policy', c.relname::text, p.polname::text, NULL::int, NULL,
       concat_ws(' ', 'CREATE POLICY', quote_ident(p.polname), 'ON', quote_ident(c.relname),
         CASE WHEN NOT p.polpermissive THEN 'AS RESTRICTIVE' END,
         'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                 WHEN 'd' THEN 'DELETE' END,
         'TO ' || CASE WHEN p.polroles <> '{0}' THEN (
           SELECT string_agg(CASE x WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x)) END,
                             ', ' ORDER BY pg_get_userbyid(x)) FROM unnest(p.polroles) AS x) END,
         'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
         'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
       NULL
FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid JOIN n ON n.oid = c.relnamespace
UNION ALL
SELECT 'security:' || c.oid, 'pg_class:' || c.oid, 'row security', c.relname, c.relname, NULL, NULL,
       concat_ws(E';\n',
         CASE WHEN c.relrowsecurity THEN
           'ALTER TABLE ' || quote_ident(c.relname) || ' ENABLE ROW LEVEL SECURITY' END,
         CASE WHEN c.relforcerowsecurity THEN
           'ALTER TABLE ONLY ' || quote_ident(c.relname) || ' FORCE ROW LEVEL SECURITY' END),
       NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND (c.relrowsecurity OR c.relforcerowsecurity)
UNION ALL
SELECT 'identity:' || c.oid, 'pg_class:' || c.oid, 'replica identity', c.relname, c.relname, NULL,
       NULL,
       'ALTER TABLE ONLY ' || quote_ident(c.relname) || ' REPLICA IDENTITY ' ||
         CASE c.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' ELSE (
           SELECT 'USING INDEX ' || quote_ident(x.relname) FROM pg_index AS i
           JOIN pg_class AS x ON x.oid = i.indexrelid
           WHERE i.indrelid = c.oid AND i.indisreplident) END,
       NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND (c.relreplident IN ('n', 'f') OR c.relreplident = 'i' AND EXISTS (
  SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisreplident)))sql";

// How a column is kept.
constexpr std::string_view kStorage = R"sql(
SELECT 'storage:' || c.oid || ':' || a.attnum, 'pg_class:' || c.oid, 'storage', c.relname::text,
       a.attname::text, a.attnum::int, NULL,
       concat_ws(E';\n',
         CASE WHEN a.attstorage <> t.typstorage AND c.relkind <> 'f' THEN x.alter || 'SET STORAGE ' ||
           CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                             ELSE 'EXTENDED' END END,
         CASE WHEN a.attstattarget >= 0 THEN x.alter || 'SET STATISTICS ' || a.attstattarget END,
         CASE WHEN a.attoptions IS NOT NULL THEN x.alter || 'SET (' || (
           SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(a.attoptions) AS o
           WHERE left(o, 10) <> 'pg_attver=') ||
           ')' END),
       NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type AS t ON t.oid = a.atttypid,
     LATERAL (SELECT 'ALTER ' || CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW '
                WHEN 'f' THEN 'FOREIGN TABLE ' ELSE 'TABLE ' END ||
                CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || quote_ident(c.relname) ||
                ' ALTER COLUMN ' || quote_ident(a.attname) || ' ' AS alter) AS x
WHERE c.relkind IN ('r', 'p', 'f', 'm')
  AND (a.attstorage <> t.typstorage AND c.relkind <> 'f' OR a.attstattarget >= 0
       OR EXISTS (SELECT FROM unnest(a.attoptions) AS o WHERE left(o, 10) <> 'pg_attver='))
UNION ALL
SELECT 'pg_statistic_ext:' || x.oid, NULL, 'statistics', NULL, x.stxname, NULL, NULL,
       'CREATE STATISTICS ' ||
         substr(pg_get_statisticsobjdef(x.oid),
                length('CREATE STATISTICS ' || quote_ident(n.nspname)) + 2),
       NULL
FROM pg_statistic_ext AS x JOIN n ON n.oid = x.stxnamespace)sql";

std::string all_of(std::initializer_list<std::string_view> branches) {
  std::string result;
  for (const std::string_view branch : branches) {
    if (!result.empty()) result += "\nUNION ALL";
    result += branch;
  }
  return result;
}

}  // namespace

std::string collation_name(std::string_view oid) {
  return fmt::format(
      "(SELECT CASE WHEN pg_collation_is_visible(l.oid) THEN '' ELSE quote_ident(s.nspname) || '.' "
      "END || quote_ident(l.collname) FROM pg_collation AS l JOIN pg_namespace AS s"
      " ON s.oid = l.collnamespace WHERE l.oid = {})",
      oid);
}

std::string dump_of_tables(int server_version) {
  return all_of({tables(server_version), columns(server_version), kDefaults, kConstraints});
}

std::string dump_of_details(int server_version) {
  return all_of({kSequences, kIndexes, kViews, triggers(server_version), kPolicies, kStorage});
}

}  // namespace bedstone::db::postgres
