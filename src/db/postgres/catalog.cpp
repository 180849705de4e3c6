/// PostgreSQL's catalog, asked within one transaction whose settings make the server print every
/// definition the same way for every role and session.
#include "db/postgres/catalog.hpp"

#include <fmt/format.h>

#include "db/postgres/dialect.hpp"

namespace bedstone::db::postgres {
namespace {

/// "oid-expression belongs to no extension".
std::string not_extensions(std::string_view oid, std::string_view catalog) {
  return fmt::format(
      "{0} NOT IN (SELECT e.objid FROM pg_depend AS e WHERE e.deptype = 'e'"
      " AND e.refclassid = 'pg_extension'::regclass AND e.classid = '{1}'::regclass)",
      oid, catalog);
}

constexpr std::string_view kSortedOptions =
    R"(CASE WHEN {0} IS NOT NULL THEN
  (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest({0}) AS o) END)";

// PostgreSQL 15.20 and its like keep a number of their own among a column's options.
constexpr std::string_view kColumnOptions =
    "(SELECT array_agg(v) FROM unnest(a.attoptions) AS v WHERE left(v, 10) <> 'pg_attver=')";

std::string sorted_options(std::string_view array) {
  return fmt::format(fmt::runtime(kSortedOptions), array);
}

// What a search_path leads to is printed without its schema, so the target schema is the path:
// then its name is in no definition, and schemas of different names compare. (The path skips a
// schema that the role may not use: that has to be asked.) pg_temp comes last
// because it otherwise comes first, and a temporary table would change how its namesake is printed.
std::vector<std::string> session(const CatalogScope& scope) {
  const std::string path = "pg_catalog, " + dialect().quote_identifier(scope.schema) + ", pg_temp";
  return {"SET LOCAL search_path TO " + path,
          "SELECT set_config(name, value, true) FROM (VALUES ('quote_all_identifiers', 'off'),"
          " ('DateStyle', 'ISO, MDY'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'),"
          " ('bytea_output', 'hex'), ('extra_float_digits', '1'), ('lc_monetary', 'C'),"
          " ('xmlbinary', 'base64'), ('lock_timeout', '200ms'), ('jit', 'off')) AS s(name, value)"};
}

std::string relations() {
  return fmt::format(
      R"sql(
SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table'
                      WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view'
                      ELSE 'materialized view' END,
       c.relname,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
       concat_ws(', ',
         CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
         'using ' || quote_ident(nullif(m.amname, 'heap')),
         'of ' || (nullif(c.reloftype, 0))::regtype::text,
         'partition by ' || CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
         (SELECT 'inherits ' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
          FROM pg_inherits AS i WHERE i.inhrelid = c.oid),
         pg_get_expr(c.relpartbound, c.oid),
         'server ' || quote_ident(s.srvname),
         'options (' || {1} || ')',
         'with (' || {2} || ')',
         CASE WHEN c.relkind NOT IN ('r', 'p') THEN NULL
              WHEN c.relreplident = 'n' THEN 'replica identity nothing'
              WHEN c.relreplident = 'f' THEN 'replica identity full' END,
         CASE WHEN c.relrowsecurity THEN 'row security' END,
         CASE WHEN c.relforcerowsecurity THEN 'row security forced' END)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     LEFT JOIN pg_am AS m ON m.oid = c.relam
     LEFT JOIN pg_foreign_table AS f ON f.ftrelid = c.oid
     LEFT JOIN pg_foreign_server AS s ON s.oid = f.ftserver
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND {0}
ORDER BY c.relname)sql",
      not_extensions("c.oid", "pg_class"), sorted_options("f.ftoptions"),
      sorted_options("c.reloptions"));
}

std::string columns(int version) {
  return fmt::format(
      R"sql(
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END,
       CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
       CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
       CASE WHEN a.attcollation <> t.typcollation THEN (
         SELECT quote_ident(l.collname) FROM pg_collation AS l WHERE l.oid = a.attcollation) END,
       0, a.attnum,
       CASE WHEN a.attstorage <> t.typstorage OR a.attoptions IS NOT NULL {0} THEN nullif(concat_ws(', ',
         CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || CASE a.attstorage
           WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
           ELSE 'extended' END END,
         {1}
         'with (' || {2} || ')'), '') END
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type AS t ON t.oid = a.atttypid
     LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'f')
ORDER BY c.oid, a.attnum)sql",
      version < 140000 ? "" : "OR a.attcompression <> ''",
      version < 140000 ? ""
                       : "CASE a.attcompression WHEN 'p' THEN 'compression pglz' WHEN 'l' THEN "
                         "'compression lz4' END,",
      sorted_options(kColumnOptions));
}

// A lookup each is cheaper than what the planner makes of a join: a hash of all columns of all
// tables.
std::string column_name(std::string_view relation, std::string_view number) {
  return fmt::format(
      "(SELECT x.attname FROM pg_attribute AS x WHERE x.attrelid = {} AND x.attnum = {})", relation,
      number);
}

constexpr std::string_view kActions =
    "CASE {} WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'"
    " WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' END";

std::string constraints(int version) {
  return fmt::format(
      R"sql(
SELECT c.relname, k.oid, k.conname,
       CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'
                      WHEN 'f' THEN 'foreign key' ELSE 'check' END,
       {3}, (SELECT CASE f.relnamespace WHEN c.relnamespace THEN f.relname::text
                    ELSE f.oid::regclass::text END
             FROM pg_class AS f WHERE f.oid = k.confrelid), {4},
       {0}, {1},
       CASE k.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' END,
       CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid) END,
       concat_ws(', ',
         CASE WHEN k.condeferred THEN 'deferrable initially deferred'
              WHEN k.condeferrable THEN 'deferrable' END,
         CASE WHEN NOT k.convalidated THEN 'not valid' END,
         CASE WHEN k.contype = 'c' AND k.connoinherit THEN 'no inherit' END,
         {2}
         CASE WHEN i.indnatts > i.indnkeyatts THEN 'include (' || (
           SELECT string_agg(quote_ident(x.attname), ', ' ORDER BY x.attnum) FROM pg_attribute AS x
           WHERE x.attrelid = i.indexrelid AND x.attnum > i.indnkeyatts) || ')' END)
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
     JOIN pg_namespace AS n ON n.oid = c.relnamespace
     LEFT JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS p(own, other, position)
       ON k.contype <> 'c'
     LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u')
WHERE n.nspname = $1 AND k.contype IN ('p', 'u', 'f', 'c')
ORDER BY c.oid, k.conname COLLATE "C", k.oid, p.position)sql",
      fmt::format(fmt::runtime(kActions), "k.confupdtype"),
      fmt::format(fmt::runtime(kActions), "k.confdeltype"),
      version < 150000 ? "" : R"sql(CASE WHEN i.indnullsnotdistinct THEN 'nulls not distinct' END,
         CASE WHEN k.confdelsetcols IS NOT NULL THEN 'on delete columns (' || (
           SELECT string_agg(quote_ident(x.attname), ', ' ORDER BY x.attnum) FROM pg_attribute AS x
           WHERE x.attrelid = k.conrelid AND x.attnum = ANY (k.confdelsetcols)) || ')' END,)sql",
      column_name("k.conrelid", "p.own"), column_name("k.confrelid", "p.other"));
}

std::string indexes(int version) {
  return fmt::format(
      R"sql(
SELECT c.relname, ic.relname, 'index', i.indisunique, m.amname,
       CASE c.relkind WHEN 'm' THEN {2} END,
       CASE WHEN k.number <> 0 THEN k.number END,
       CASE k.number WHEN 0 THEN pg_get_indexdef(i.indexrelid, k.position::int, false) END,
       CASE WHEN k.position <= i.indnkeyatts THEN concat_ws(' ',
         CASE WHEN i.indcollation[k.position - 1] NOT IN (0, 100) THEN 'collate ' || (
           SELECT quote_ident(l.collname) FROM pg_collation AS l
           WHERE l.oid = i.indcollation[k.position - 1]) END,
         CASE WHEN NOT o.opcdefault THEN quote_ident(o.opcname) END,
         CASE WHEN m.amname NOT IN ('btree', 'hash') THEN '(' || (
           SELECT nullif(array_to_string(ARRAY(
             SELECT o FROM unnest(x.attoptions) AS o WHERE left(o, 10) <> 'pg_attver='), ', '), '')
           FROM pg_attribute AS x
           WHERE x.attrelid = i.indexrelid AND x.attnum = k.position) || ')' END,
         CASE i.indoption[k.position - 1] WHEN 1 THEN 'desc nulls last' WHEN 2 THEN 'nulls first'
                                          WHEN 3 THEN 'desc' END) END,
       k.position > i.indnkeyatts,
       CASE k.position WHEN 1 THEN pg_get_expr(i.indpred, i.indrelid) END,
       i.indisvalid,
       concat_ws(', ', {0} 'with (' || {1} || ')',
         CASE WHEN i.indisreplident THEN 'replica identity' END),
       NULL
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
     JOIN pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_class AS ic ON ic.oid = i.indexrelid
     JOIN pg_am AS m ON m.oid = ic.relam
     CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, position)
     LEFT JOIN pg_opclass AS o
       ON k.position <= i.indnkeyatts AND o.oid = i.indclass[k.position - 1]
WHERE n.nspname = $1 AND NOT EXISTS (
  SELECT FROM pg_constraint AS x
  WHERE x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x'))
ORDER BY c.oid, ic.relname COLLATE "C", k.position)sql",
      version < 150000 ? "" : "CASE WHEN i.indnullsnotdistinct THEN 'nulls not distinct' END,",
      sorted_options("ic.reloptions"), column_name("i.indrelid", "k.number"));
}

std::string triggers(int version) {
  return fmt::format(
      R"sql(
SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid, true),
       CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled for replicas'
                        WHEN 'A' THEN 'enabled always' END
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
     JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND NOT t.tgisinternal {}
ORDER BY c.relname, t.tgname)sql",
      version < 130000 ? "" : "AND t.tgparentid = 0");
}

std::string enums() {
  return fmt::format(R"sql(
SELECT t.typname, e.enumlabel
FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
     LEFT JOIN pg_enum AS e ON e.enumtypid = t.oid
WHERE n.nspname = $1 AND t.typtype = 'e' AND {}
ORDER BY t.typname, e.enumsortorder)sql",
                     not_extensions("t.oid", "pg_type"));
}

std::string routines(int version) {
  return fmt::format(
      R"sql(
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
       p.proname, pg_get_function_identity_arguments(p.oid),
       encode(sha256(convert_to(concat_ws(E'\x1f',
         p.prokind, l.lanname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
         p.provolatile, p.proisstrict, p.prosecdef, p.proleakproof, p.proparallel, p.procost,
         p.prorows, {1}, 'config:' || {2}, 'library:' || p.probin,
         'source:' || p.prosrc, 'sql:' || {3},
         'aggregate:' || CASE p.prokind WHEN 'a' THEN concat_ws(' ', a.aggkind, a.aggtransfn,
           a.aggfinalfn, a.aggcombinefn, a.aggtranstype::regtype, a.agginitval) END), 'UTF8')), 'hex')
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
     JOIN pg_language AS l ON l.oid = p.prolang
     LEFT JOIN pg_aggregate AS a ON a.aggfnoid = p.oid
WHERE n.nspname = $1 AND {0}
ORDER BY p.proname, p.oid)sql",
      not_extensions("p.oid", "pg_proc"), "CASE WHEN p.prokind = 'w' THEN 'window' END",
      sorted_options("p.proconfig"), version < 140000 ? "NULL" : "pg_get_function_sqlbody(p.oid)");
}

std::string sequences() {
  return fmt::format(R"sql(
SELECT c.relname,
       concat_ws(' ', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment',
         s.seqincrement, 'minvalue', s.seqmin, 'maxvalue', s.seqmax, 'cache', s.seqcache,
         CASE WHEN s.seqcycle THEN 'cycle' END,
         CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
         'owned by ' || d.refobjid::regclass::text || '.' || quote_ident(a.attname)),
       o.relname
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_sequence AS s ON s.seqrelid = c.oid
     LEFT JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
       AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
     LEFT JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     LEFT JOIN pg_class AS o ON o.oid = d.refobjid AND o.relnamespace = c.relnamespace
WHERE n.nspname = $1 AND {}
ORDER BY c.relname)sql",
                     not_extensions("c.oid", "pg_class"));
}

/// The rarer kinds, each as one branch of a union.
std::string others(int version) {
  return fmt::format(
      R"sql(
WITH n AS (SELECT oid FROM pg_namespace WHERE nspname = $1)
SELECT 'domain', NULL::text, t.typname::text,
       concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
         CASE WHEN t.typcollation <> b.typcollation THEN 'collate ' || (
           SELECT quote_ident(l.collname) FROM pg_collation AS l WHERE l.oid = t.typcollation) END,
         CASE WHEN t.typnotnull THEN 'not null' END,
         'default ' || pg_get_expr(t.typdefaultbin, 0),
         (SELECT string_agg('constraint ' || quote_ident(k.conname) || ' ' ||
                            pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname)
          FROM pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c'))
FROM pg_type AS t JOIN n ON n.oid = t.typnamespace JOIN pg_type AS b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND {0}
UNION ALL
SELECT CASE WHEN {8} THEN 'type' ELSE 'extension-type' END, NULL, c.relname,
       (SELECT '(' || string_agg(quote_ident(a.attname) || ' ' ||
                                 format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) || ')'
        FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
WHERE c.relkind = 'c' AND {1}
UNION ALL
SELECT 'range', NULL, t.typname,
       concat_ws(' ', format_type(r.rngsubtype, NULL), o.opcname, nullif(r.rngcanonical, 0::regproc),
                 nullif(r.rngsubdiff, 0::regproc))
FROM pg_type AS t JOIN n ON n.oid = t.typnamespace JOIN pg_range AS r ON r.rngtypid = t.oid
     LEFT JOIN pg_opclass AS o ON o.oid = r.rngsubopc
WHERE {0}
UNION ALL
SELECT 'exclusion', c.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN n ON n.oid = c.relnamespace
WHERE k.contype = 'x'
UNION ALL
SELECT 'rule', c.relname, r.rulename,
       concat_ws(' ', pg_get_ruledef(r.oid),
         CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled for replicas'
                           WHEN 'A' THEN 'enabled always' END)
FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', c.relname, p.polname,
       concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, 'for',
         CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
                       WHEN 'd' THEN 'delete' ELSE 'all' END,
         'to', (SELECT string_agg(CASE x WHEN 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(x))
                                  END, ', ' ORDER BY CASE x WHEN 0 THEN '' ELSE
                                  pg_get_userbyid(x) END) FROM unnest(p.polroles) AS x),
         'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
         'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid JOIN n ON n.oid = c.relnamespace
UNION ALL
SELECT 'statistics', NULL, x.stxname, pg_get_statisticsobjdef(x.oid)
FROM pg_statistic_ext AS x JOIN n ON n.oid = x.stxnamespace
UNION ALL
-- From here on, what format 2 of the canonical text brought.
SELECT 'range-type', NULL, t.typname,
       concat_ws(' ', format_type(r.rngsubtype, NULL), o.opcname,
                 nullif(r.rngcanonical, 0::regproc)::regproc,
                 nullif(r.rngsubdiff, 0::regproc)::regproc)
FROM pg_type AS t JOIN n ON n.oid = t.typnamespace JOIN pg_range AS r ON r.rngtypid = t.oid
     LEFT JOIN pg_opclass AS o ON o.oid = r.rngsubopc
WHERE {0}
UNION ALL
SELECT 'view-default', c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid)
FROM pg_attrdef AS d JOIN pg_class AS c ON c.oid = d.adrelid JOIN n ON n.oid = c.relnamespace
     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.adnum
WHERE c.relkind = 'v'
UNION ALL
SELECT 'collation', NULL, l.collname,
       concat_ws(' ', CASE l.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'
                                          ELSE 'libc' END,
                 {2}, quote_literal(l.collcollate), quote_literal(l.collctype){3})
FROM pg_collation AS l JOIN n ON n.oid = l.collnamespace WHERE {4}
UNION ALL
SELECT 'text-search-dictionary', NULL, y.dictname,
       concat_ws(' ', (SELECT tmplname FROM pg_ts_template WHERE oid = y.dicttemplate),
                 y.dictinitoption)
FROM pg_ts_dict AS y JOIN n ON n.oid = y.dictnamespace WHERE {5}
UNION ALL
SELECT 'text-search-configuration', NULL, g.cfgname,
       concat_ws(' ', (SELECT prsname FROM pg_ts_parser WHERE oid = g.cfgparser),
         (SELECT string_agg(m.maptokentype || ' ' || m.mapdict::regdictionary, ', '
                            ORDER BY m.maptokentype, m.mapseqno)
          FROM pg_ts_config_map AS m WHERE m.mapcfg = g.oid))
FROM pg_ts_config AS g JOIN n ON n.oid = g.cfgnamespace WHERE {6}
UNION ALL
SELECT 'operator', NULL, q.oprname || '(' || concat_ws(', ',
         format_type(nullif(q.oprleft, 0), NULL), format_type(nullif(q.oprright, 0), NULL)) || ')',
       q.oprcode::text
FROM pg_operator AS q JOIN n ON n.oid = q.oprnamespace WHERE {7}
ORDER BY 1, 2, 3)sql",
      not_extensions("t.oid", "pg_type"), not_extensions("c.oid", "pg_class"),
      version >= 170000   ? "quote_literal(l.colllocale)"
      : version >= 150000 ? "quote_literal(l.colliculocale)"
                          : "NULL::text",
      version < 120000 ? "" : ", CASE WHEN NOT l.collisdeterministic THEN 'nondeterministic' END",
      not_extensions("l.oid", "pg_collation"), not_extensions("y.oid", "pg_ts_dict"),
      not_extensions("g.oid", "pg_ts_config"), not_extensions("q.oid", "pg_operator"),
      not_extensions("c.reltype", "pg_type"));
}

// Registries that their tools keep in a schema of their own.
constexpr std::string_view kObjects = R"sql(
WITH n AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1),
     e AS MATERIALIZED (
       SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
       AND refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass)
SELECT CASE WHEN c.relkind IN ('r', 'p', 'f') THEN 'table' WHEN c.relkind = 'S' THEN 'sequence'
            WHEN c.relkind = 'c' THEN 'type' ELSE 'view' END, $1::text, c.relname::text
FROM pg_catalog.pg_class AS c JOIN n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND NOT EXISTS (
  SELECT FROM e WHERE (classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objid = c.oid)
  OR (classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND objid = c.reltype))
UNION ALL
SELECT 'type', $1::text, t.typname::text
FROM pg_catalog.pg_type AS t JOIN n ON n.oid = t.typnamespace
WHERE t.typtype IN ('d', 'e', 'r') AND NOT EXISTS (
  SELECT FROM e WHERE classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND objid = t.oid)
UNION ALL
SELECT 'routine', $1::text, p.proname::text
FROM pg_catalog.pg_proc AS p JOIN n ON n.oid = p.pronamespace
WHERE NOT EXISTS (
  SELECT FROM e WHERE classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND objid = p.oid)
UNION ALL
SELECT 'registry', s.nspname::text, c.relname::text
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
WHERE s.nspname <> $1 AND (s.nspname, c.relname) IN (
  ('sqitch', 'changes'), ('pgroll', 'migrations'), ('drizzle', '__drizzle_migrations'),
  ('atlas_schema_revisions', 'atlas_schema_revisions'),
  ('supabase_migrations', 'schema_migrations'))
ORDER BY 1, 2, 3)sql";

}  // namespace

CatalogQueries catalog_queries(const CatalogScope& scope) {
  CatalogQueries queries;
  queries.params = {scope.schema};
  queries.begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  queries.session = session(scope);
  queries.access =
      "SELECT current_user, has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = "
      "$1";
  queries.relations = relations();
  queries.columns = columns(scope.server_version);
  queries.constraints = constraints(scope.server_version);
  queries.indexes = indexes(scope.server_version);
  queries.triggers = triggers(scope.server_version);
  queries.enums = enums();
  queries.routines = routines(scope.server_version);
  queries.sequences = sequences();
  queries.others = others(scope.server_version);
  return queries;
}

std::string catalog_objects() {
  return std::string(kObjects);
}

std::string catalog_table_columns(std::size_t count) {
  std::string wanted;
  for (std::size_t i = 0; i < count; ++i) {
    wanted += fmt::format("{}(${}, ${})", i > 0 ? ", " : "", 2 * i + 1, 2 * i + 2);
  }
  return "SELECT n.nspname, c.relname, a.attname FROM pg_catalog.pg_class AS c"
         " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
         " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0"
         " AND NOT a.attisdropped WHERE (n.nspname, c.relname) IN (" +
         wanted + ") ORDER BY 1, 2, a.attnum";
}

// The row versions (xmin, hashed with the owner's oid) of the catalogs' rows, summed: DDL writes
// rows with a transaction id that no row had before, or removes some. VACUUM and ANALYZE write
// pg_class in place, and freezing keeps xmin.
//
// Every start pays for this with a fresh session, so it is written for the planner: few catalogs,
// one join. A default lives in pg_attrdef, but atthasdef is written with it. Enums' values, of
// which a database has few, are not narrowed down to the schema; temporary tables have none.
// Objects made by users have oids from 16384 on (FirstNormalObjectId), which lets the indexes skip
// the system's.
std::string catalog_stamp(std::string_view schema_expression) {
  return fmt::format(
      R"sql((SELECT (SELECT pg_catalog.sum(h)::text FROM (
  SELECT pg_catalog.hash_array_extended(ARRAY[x.v, c.xmin], c.oid::int8) AS h
  FROM pg_catalog.pg_class AS c JOIN (
    SELECT a.attrelid, a.xmin, true FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid >= 16384 AND a.attnum > 0
    UNION ALL SELECT i.indexrelid, i.xmin, false FROM pg_catalog.pg_index AS i
    UNION ALL SELECT s.seqrelid, s.xmin, false FROM pg_catalog.pg_sequence AS s
    UNION ALL SELECT t.tgrelid, t.xmin, false FROM pg_catalog.pg_trigger AS t
      WHERE NOT t.tgisinternal
    UNION ALL SELECT r.ev_class, r.xmin, false FROM pg_catalog.pg_rewrite AS r
    UNION ALL SELECT p.polrelid, p.xmin, false FROM pg_catalog.pg_policy AS p
  ) AS x(relid, v, is_column) ON x.relid = c.oid
  -- An index's columns never change without the index or its table.
  WHERE c.relnamespace = n.oid AND NOT (x.is_column AND c.relkind IN ('i', 'I'))
  UNION ALL
  SELECT pg_catalog.hash_array_extended(ARRAY[k.xmin], k.oid::int8)
  FROM pg_catalog.pg_constraint AS k WHERE k.connamespace = n.oid
  UNION ALL
  SELECT pg_catalog.hash_array_extended(ARRAY[p.xmin], p.oid::int8)
  FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384 AND p.pronamespace = n.oid
  UNION ALL
  SELECT pg_catalog.hash_array_extended(ARRAY[t.xmin], t.oid::int8)
  FROM pg_catalog.pg_type AS t
  WHERE t.oid >= 16384 AND t.typtype <> 'b' AND t.typnamespace = n.oid
  UNION ALL
  SELECT pg_catalog.hash_array_extended(ARRAY[e.xmin], e.oid::int8) FROM pg_catalog.pg_enum AS e
  UNION ALL
  SELECT pg_catalog.hash_array_extended(ARRAY[x.xmin], x.oid::int8)
  FROM pg_catalog.pg_statistic_ext AS x WHERE x.stxnamespace = n.oid
) AS s) FROM pg_catalog.pg_namespace AS n WHERE n.nspname = CAST({} AS pg_catalog.text)))sql",
      schema_expression);
}

}  // namespace bedstone::db::postgres
