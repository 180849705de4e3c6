/// PostgreSQL prints most definitions itself; what it has no function for is put together here.
/// Everything is asked with the target schema as search_path, so that no name carries it.
#include "db/postgres/dump.hpp"

#include <fmt/format.h>

#include "db/postgres/dialect.hpp"
#include "db/postgres/dump_tables.hpp"

namespace bedstone::db::postgres {
namespace {

std::string namespace_cte() {
  return "WITH n AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = $1)\n";
}

constexpr std::string_view kExtensions = R"sql(
SELECT 'pg_extension:' || e.oid, NULL::text, 'extension', NULL::text, e.extname::text, NULL::int,
       NULL::text,
       'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname) ||
         CASE WHEN s.nspname <> 'pg_catalog' THEN ' WITH SCHEMA ' || quote_ident(s.nspname)
              ELSE '' END,
       NULL::text
FROM pg_extension AS e JOIN pg_namespace AS s ON s.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
UNION ALL
SELECT 'pg_namespace:' || s.oid, NULL, 'schema', NULL, s.nspname, NULL, NULL,
       'CREATE SCHEMA IF NOT EXISTS ' || quote_ident(s.nspname), NULL
FROM pg_namespace AS s
WHERE s.oid >= 16384 AND s.nspname <> $1
  AND s.oid IN (SELECT extnamespace FROM pg_extension WHERE extname <> 'plpgsql'))sql";

std::string collations(int version) {
  const std::string_view locale = version >= 170000   ? "c.colllocale"
                                  : version >= 150000 ? "c.colliculocale"
                                                      : "NULL::text";
  return fmt::format(R"sql(
SELECT 'pg_collation:' || c.oid, NULL, 'collation', NULL, c.collname::text, NULL::int, NULL,
       'CREATE COLLATION ' || quote_ident(c.collname) || ' (' || concat_ws(', ',
         'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'
                               ELSE 'libc' END,
         'locale = ' || quote_literal({0}),
         CASE WHEN {0} IS NULL THEN 'lc_collate = ' || quote_literal(c.collcollate) END,
         CASE WHEN {0} IS NULL THEN 'lc_ctype = ' || quote_literal(c.collctype) END{1}) || ')',
       NULL
FROM pg_collation AS c JOIN n ON n.oid = c.collnamespace)sql",
                     locale,
                     version < 120000 ? ""
                                      : ",\n         CASE WHEN NOT c.collisdeterministic THEN "
                                        "'deterministic = false' END");
}

std::string types(int version) {
  return fmt::format(
      R"sql(
SELECT 'pg_type:' || t.oid, NULL, 'enum', NULL, t.typname::text, NULL::int, NULL,
       'CREATE TYPE ' || quote_ident(t.typname) || ' AS ENUM (' || coalesce((
         SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
         FROM pg_enum AS e WHERE e.enumtypid = t.oid), '') || ')',
       NULL
FROM pg_type AS t JOIN n ON n.oid = t.typnamespace WHERE t.typtype = 'e'
UNION ALL
SELECT 'pg_class:' || c.oid, NULL, 'type', NULL, c.relname, NULL, NULL,
       'CREATE TYPE ' || quote_ident(c.relname) || ' AS (' || coalesce((
         SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) ||
                  CASE WHEN a.attcollation <> y.typcollation THEN
                    ' COLLATE ' || {1} ELSE '' END, ', ' ORDER BY a.attnum)
         FROM pg_attribute AS a JOIN pg_type AS y ON y.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')',
       NULL
FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
WHERE c.relkind = 'c' AND c.reltype NOT IN (
  SELECT d.objid FROM pg_depend AS d WHERE d.classid = 'pg_type'::regclass AND d.deptype = 'e'
  AND d.refclassid = 'pg_extension'::regclass)
UNION ALL
SELECT 'pg_type:' || t.oid, NULL, 'domain', NULL, t.typname, NULL, NULL,
       concat_ws(' ', 'CREATE DOMAIN', quote_ident(t.typname), 'AS',
         format_type(t.typbasetype, t.typtypmod),
         CASE WHEN t.typcollation <> b.typcollation THEN
           'COLLATE ' || {2} END,
         'DEFAULT ' || pg_get_expr(t.typdefaultbin, 0),
         CASE WHEN t.typnotnull THEN 'NOT NULL' END,
         (SELECT string_agg('CONSTRAINT ' || quote_ident(k.conname) || ' ' ||
                            pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname)
          FROM pg_constraint AS k
          WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated)),
       NULL
FROM pg_type AS t JOIN n ON n.oid = t.typnamespace JOIN pg_type AS b ON b.oid = t.typbasetype
WHERE t.typtype = 'd'
UNION ALL
SELECT 'pg_constraint:' || k.oid, NULL, 'domain constraint', NULL, t.typname || '.' || k.conname,
       NULL, NULL,
       'ALTER DOMAIN ' || quote_ident(t.typname) || ' ADD CONSTRAINT ' || quote_ident(k.conname) ||
         ' ' || pg_get_constraintdef(k.oid),
       NULL
FROM pg_constraint AS k JOIN pg_type AS t ON t.oid = k.contypid JOIN n ON n.oid = t.typnamespace
WHERE k.contype = 'c' AND NOT k.convalidated
UNION ALL
SELECT 'pg_type:' || t.oid, NULL, 'range', NULL, t.typname, NULL, NULL,
       'CREATE TYPE ' || quote_ident(t.typname) || ' AS RANGE (' || concat_ws(', ',
         'subtype = ' || format_type(r.rngsubtype, NULL),
         CASE WHEN NOT o.opcdefault THEN 'subtype_opclass = ' || quote_ident(o.opcname) END,
         CASE WHEN r.rngcollation NOT IN (0, 100) THEN
           'collation = ' || {3} END,
         'canonical = ' || nullif(r.rngcanonical, 0::regproc)::regproc,
         'subtype_diff = ' || nullif(r.rngsubdiff, 0::regproc)::regproc{0}) || ')',
       NULL
FROM pg_type AS t JOIN n ON n.oid = t.typnamespace JOIN pg_range AS r ON r.rngtypid = t.oid
     LEFT JOIN pg_opclass AS o ON o.oid = r.rngsubopc)sql",
      version < 140000 ? ""
                       : ",\n         'multirange_type_name = ' || (SELECT quote_ident(m.typname) "
                         "FROM pg_type AS m WHERE m.oid = r.rngmultitypid)",
      collation_name("a.attcollation"), collation_name("t.typcollation"),
      collation_name("r.rngcollation"));
}

// What a range type brings along is made with it. The functions of an extension are left out
// everywhere by the last condition of all items.
constexpr std::string_view kRoutines = R"sql(
SELECT 'pg_proc:' || p.oid, NULL,
       CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, NULL,
       quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', NULL::int,
       NULL,
       CASE p.prokind WHEN 'p' THEN 'CREATE PROCEDURE ' ELSE 'CREATE FUNCTION ' END ||
         substr(pg_get_functiondef(p.oid), length(
           CASE p.prokind WHEN 'p' THEN 'CREATE OR REPLACE PROCEDURE '
                          ELSE 'CREATE OR REPLACE FUNCTION ' END || quote_ident(n.nspname)) + 2),
       NULL
FROM pg_proc AS p JOIN n ON n.oid = p.pronamespace
WHERE p.prokind <> 'a' AND NOT EXISTS (
  SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
  AND d.deptype = 'i' AND d.refclassid = 'pg_type'::regclass)
UNION ALL
SELECT 'pg_proc:' || p.oid, NULL, 'aggregate', NULL,
       quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', NULL,
       NULL,
       'CREATE AGGREGATE ' || quote_ident(p.proname) || '(' ||
         coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') || ') (' || concat_ws(', ',
         'sfunc = ' || a.aggtransfn, 'stype = ' || format_type(a.aggtranstype, NULL),
         'sspace = ' || nullif(a.aggtransspace, 0),
         'finalfunc = ' || nullif(a.aggfinalfn, 0::regproc)::regproc,
         CASE WHEN a.aggfinalextra THEN 'finalfunc_extra' END,
         'finalfunc_modify = ' || CASE
           WHEN a.aggfinalmodify = CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN NULL
           WHEN a.aggfinalmodify = 'r' THEN 'read_only'
           WHEN a.aggfinalmodify = 's' THEN 'shareable' ELSE 'read_write' END,
         'combinefunc = ' || nullif(a.aggcombinefn, 0::regproc)::regproc,
         'serialfunc = ' || nullif(a.aggserialfn, 0::regproc)::regproc,
         'deserialfunc = ' || nullif(a.aggdeserialfn, 0::regproc)::regproc,
         'initcond = ' || quote_literal(a.agginitval),
         'msfunc = ' || nullif(a.aggmtransfn, 0::regproc)::regproc,
         'minvfunc = ' || nullif(a.aggminvtransfn, 0::regproc)::regproc,
         'mstype = ' || CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END,
         'msspace = ' || nullif(a.aggmtransspace, 0),
         'mfinalfunc = ' || nullif(a.aggmfinalfn, 0::regproc)::regproc,
         CASE WHEN a.aggmfinalextra THEN 'mfinalfunc_extra' END,
         'minitcond = ' || quote_literal(a.aggminitval),
         'sortop = ' || CASE WHEN a.aggsortop <> 0 THEN a.aggsortop::regoper::text END,
         CASE a.aggkind WHEN 'h' THEN 'hypothetical' END,
         'parallel = ' || CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END
         ) || ')',
       NULL
FROM pg_proc AS p JOIN n ON n.oid = p.pronamespace JOIN pg_aggregate AS a ON a.aggfnoid = p.oid)sql";

constexpr std::string_view kTextSearch = R"sql(
SELECT 'pg_ts_dict:' || d.oid, NULL, 'text search dictionary', NULL, d.dictname::text, NULL::int,
       NULL,
       'CREATE TEXT SEARCH DICTIONARY ' || quote_ident(d.dictname) || ' (TEMPLATE = ' || (
         SELECT CASE WHEN s.nspname = 'pg_catalog' THEN '' ELSE quote_ident(s.nspname) || '.' END ||
                quote_ident(t.tmplname)
         FROM pg_ts_template AS t JOIN pg_namespace AS s ON s.oid = t.tmplnamespace
         WHERE t.oid = d.dicttemplate) || coalesce(', ' || d.dictinitoption, '') || ')',
       NULL
FROM pg_ts_dict AS d JOIN n ON n.oid = d.dictnamespace
UNION ALL
SELECT 'pg_ts_config:' || c.oid, NULL, 'text search configuration', NULL, c.cfgname, NULL, NULL,
       'CREATE TEXT SEARCH CONFIGURATION ' || quote_ident(c.cfgname) || ' (PARSER = ' || (
         SELECT CASE WHEN s.nspname = 'pg_catalog' THEN '' ELSE quote_ident(s.nspname) || '.' END ||
                quote_ident(p.prsname)
         FROM pg_ts_parser AS p JOIN pg_namespace AS s ON s.oid = p.prsnamespace
         WHERE p.oid = c.cfgparser) || ')' ||
         coalesce((SELECT string_agg(E';\nALTER TEXT SEARCH CONFIGURATION ' ||
             quote_ident(c.cfgname) || ' ADD MAPPING FOR ' || m.alias || ' WITH ' || m.dicts, ''
             ORDER BY m.maptokentype)
           FROM (SELECT x.maptokentype, (
                   SELECT quote_ident(y.alias) FROM ts_token_type(c.cfgparser) AS y
                   WHERE y.tokid = x.maptokentype) AS alias,
                   string_agg(x.mapdict::regdictionary::text, ', ' ORDER BY x.mapseqno) AS dicts
                 FROM pg_ts_config_map AS x WHERE x.mapcfg = c.oid GROUP BY x.maptokentype) AS m),
           ''),
       NULL
FROM pg_ts_config AS c JOIN n ON n.oid = c.cfgnamespace)sql";

// No statement is known for these.
constexpr std::string_view kUnsupported = R"sql(
SELECT 'pg_operator:' || o.oid, NULL, 'unsupported', NULL, o.oprname::text, NULL::int, NULL,
       'operator ' || o.oid::regoperator, NULL
FROM pg_operator AS o JOIN n ON n.oid = o.oprnamespace
UNION ALL
SELECT 'pg_opclass:' || o.oid, NULL, 'unsupported', NULL, o.opcname, NULL, NULL,
       'operator class ' || quote_ident(o.opcname), NULL
FROM pg_opclass AS o JOIN n ON n.oid = o.opcnamespace
UNION ALL
SELECT 'pg_type:' || t.oid, NULL, 'unsupported', NULL, t.typname, NULL, NULL,
       'base type ' || quote_ident(t.typname), NULL
FROM pg_type AS t JOIN n ON n.oid = t.typnamespace
WHERE t.typtype = 'b' AND t.typelem = 0
UNION ALL
SELECT 'pg_conversion:' || c.oid, NULL, 'unsupported', NULL, c.conname, NULL, NULL,
       'conversion ' || quote_ident(c.conname), NULL
FROM pg_conversion AS c JOIN n ON n.oid = c.connamespace)sql";

// The name as pg_identify_object gives it, less the schema in front.
constexpr std::string_view kComments = R"sql(
SELECT 'comment:' || x.classoid || ':' || x.objoid || ':' || x.objsubid,
       CASE WHEN x.classoid <> 'pg_namespace'::regclass THEN
         x.classoid::regclass || ':' || x.objoid END, 'comment',
       c.relname::text, i.type || ' ' || i.identity, NULL::int, NULL,
       'COMMENT ON ' || CASE i.type WHEN 'table column' THEN 'COLUMN' WHEN 'view column' THEN 'COLUMN'
           WHEN 'materialized view column' THEN 'COLUMN' WHEN 'foreign table column' THEN 'COLUMN'
           WHEN 'composite type column' THEN 'COLUMN' WHEN 'composite type' THEN 'TYPE'
           WHEN 'table constraint' THEN 'CONSTRAINT' WHEN 'domain constraint' THEN 'CONSTRAINT'
           WHEN 'statistics object' THEN 'STATISTICS' ELSE upper(i.type) END || ' ' ||
         CASE i.type WHEN 'domain constraint' THEN
             regexp_replace(i.identity, '^(.*) on ' || n.prefix, '\1 ON DOMAIN ')
           WHEN 'schema' THEN i.identity
           ELSE regexp_replace(i.identity, '(^| on )' || n.prefix, '\1') END ||
         ' IS ' || quote_literal(x.description),
       NULL
FROM pg_description AS x
     LEFT JOIN pg_class AS c ON x.classoid = 'pg_class'::regclass AND c.oid = x.objoid,
     (SELECT oid, regexp_replace(quote_ident(nspname), '([^A-Za-z0-9_])', '\\\1', 'g') || '\.'
        AS prefix FROM n) AS n,
     LATERAL pg_identify_object(x.classoid, x.objoid, x.objsubid) AS i
WHERE x.objoid >= 16384 AND x.classoid IN (
    'pg_class'::regclass, 'pg_constraint'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass,
    'pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_rewrite'::regclass,
    'pg_statistic_ext'::regclass, 'pg_collation'::regclass, 'pg_ts_config'::regclass,
    'pg_ts_dict'::regclass, 'pg_namespace'::regclass)
  AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = x.classoid AND e.objid = x.objoid
    AND e.deptype = 'e' AND e.refclassid = 'pg_extension'::regclass)
  AND n.oid = CASE x.classoid
    WHEN 'pg_class'::regclass THEN c.relnamespace
    WHEN 'pg_namespace'::regclass THEN x.objoid
    WHEN 'pg_constraint'::regclass THEN (SELECT connamespace FROM pg_constraint WHERE oid = x.objoid)
    WHEN 'pg_proc'::regclass THEN (SELECT pronamespace FROM pg_proc WHERE oid = x.objoid)
    WHEN 'pg_type'::regclass THEN (SELECT typnamespace FROM pg_type WHERE oid = x.objoid)
    WHEN 'pg_trigger'::regclass THEN (SELECT r.relnamespace FROM pg_trigger AS t JOIN pg_class AS r
      ON r.oid = t.tgrelid WHERE t.oid = x.objoid)
    WHEN 'pg_policy'::regclass THEN (SELECT r.relnamespace FROM pg_policy AS t JOIN pg_class AS r
      ON r.oid = t.polrelid WHERE t.oid = x.objoid)
    WHEN 'pg_rewrite'::regclass THEN (SELECT r.relnamespace FROM pg_rewrite AS t JOIN pg_class AS r
      ON r.oid = t.ev_class WHERE t.oid = x.objoid)
    WHEN 'pg_statistic_ext'::regclass THEN
      (SELECT stxnamespace FROM pg_statistic_ext WHERE oid = x.objoid)
    WHEN 'pg_collation'::regclass THEN (SELECT collnamespace FROM pg_collation WHERE oid = x.objoid)
    WHEN 'pg_ts_config'::regclass THEN (SELECT cfgnamespace FROM pg_ts_config WHERE oid = x.objoid)
    ELSE (SELECT dictnamespace FROM pg_ts_dict WHERE oid = x.objoid) END)sql";

// A row type is its table, an array its element, a multirange its range, a view's rule the view, an
// index the constraint that made it, and what an extension owns the extension.
std::string aliases(int version) {
  return fmt::format(R"sql(
SELECT 'pg_type:' || t.oid, 'pg_class:' || t.typrelid FROM pg_type AS t
WHERE t.oid >= 16384 AND t.typrelid <> 0
UNION ALL
SELECT 'pg_type:' || t.typarray, 'pg_type:' || t.oid FROM pg_type AS t
WHERE t.oid >= 16384 AND t.typarray <> 0
UNION ALL
SELECT 'pg_rewrite:' || r.oid, 'pg_class:' || r.ev_class FROM pg_rewrite AS r
WHERE r.oid >= 16384 AND r.rulename = '_RETURN'
UNION ALL
SELECT 'pg_class:' || k.conindid, 'pg_constraint:' || k.oid FROM pg_constraint AS k
WHERE k.contype IN ('p', 'u', 'x')
UNION ALL
SELECT 'pg_constraint:' || k.oid, 'pg_type:' || k.contypid FROM pg_constraint AS k
WHERE k.contypid <> 0 AND k.oid >= 16384 AND k.convalidated
UNION ALL
SELECT 'pg_class:' || d.objid, 'pg_class:' || d.refobjid FROM pg_depend AS d
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
  AND d.deptype = 'i' AND d.objsubid = 0 AND d.objid IN (SELECT seqrelid FROM pg_sequence)
UNION ALL
SELECT d.classid::regclass || ':' || d.objid, 'pg_extension:' || d.refobjid FROM pg_depend AS d
WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
{})sql",
                     version < 140000 ? "" : R"sql(UNION ALL
SELECT 'pg_type:' || r.rngmultitypid, 'pg_type:' || r.rngtypid FROM pg_range AS r
WHERE r.rngtypid >= 16384)sql");
}

// OWNED BY is a statement of its own, so a sequence comes before its table. A partition is attached
// when all indexes of both are there: then equal ones find one another instead of being made anew.
constexpr std::string_view kDependencies = R"sql(
SELECT DISTINCT d.classid::regclass || ':' || d.objid, d.refclassid::regclass || ':' || d.refobjid
FROM pg_depend AS d
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
  AND NOT (d.classid = 'pg_class'::regclass AND d.objid IN (SELECT seqrelid FROM pg_sequence)
           AND d.refclassid = 'pg_class'::regclass)
UNION ALL
SELECT 'owned:' || d.objid, 'pg_class:' || x FROM pg_depend AS d, unnest(ARRAY[d.objid, d.refobjid])
  AS x
WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND d.objsubid = 0
  AND d.refclassid = 'pg_class'::regclass AND d.objid IN (SELECT seqrelid FROM pg_sequence)
UNION ALL
SELECT 'attach:' || h.inhrelid, 'pg_class:' || x FROM pg_inherits AS h
  JOIN pg_class AS c ON c.oid = h.inhrelid AND c.relispartition,
  unnest(ARRAY[h.inhrelid, h.inhparent]) AS x
WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'attach:' || h.inhrelid, 'pg_class:' || i.indexrelid FROM pg_inherits AS h
  JOIN pg_class AS c ON c.oid = h.inhrelid AND c.relispartition
  JOIN pg_index AS i ON i.indrelid IN (h.inhrelid, h.inhparent)
UNION ALL
SELECT 'attach:' || h.inhrelid, 'attach:' || g.inhrelid FROM pg_inherits AS h
  JOIN pg_class AS c ON c.oid = h.inhrelid AND c.relkind = 'p' AND c.relispartition
  JOIN pg_inherits AS g ON g.inhparent = h.inhrelid
UNION ALL
SELECT 'identity:' || i.indrelid, 'pg_class:' || i.indexrelid FROM pg_index AS i
WHERE i.indisreplident
UNION ALL
SELECT 'options:' || k.conindid, 'pg_constraint:' || k.oid FROM pg_constraint AS k
WHERE k.conindid <> 0
UNION ALL
SELECT 'pg_constraint:' || k.oid, 'pg_constraint:' || u.oid FROM pg_constraint AS k
  JOIN pg_constraint AS u ON u.conindid = k.conindid AND u.contype IN ('p', 'u')
WHERE k.contype = 'f')sql";

}  // namespace

DumpQueries dump_queries(const CatalogScope& scope) {
  const int version = scope.server_version;
  DumpQueries queries;
  std::string union_of_all(kExtensions);
  for (const std::string& part :
       {collations(version), types(version), std::string(kRoutines), dump_of_tables(version),
        dump_of_details(version), std::string(kTextSearch), std::string(kUnsupported),
        std::string(kComments)}) {
    union_of_all += "\nUNION ALL";
    union_of_all += part;
  }
  // What extensions own comes with them.
  queries.items = namespace_cte() + "SELECT * FROM (" + union_of_all + R"sql(
) AS x(id, parent, kind, relation, name, number, part, statement, tail)
WHERE id NOT IN (
  SELECT d.classid::regclass || ':' || d.objid FROM pg_depend AS d
  WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass)
  AND (relation IS NULL OR relation NOT IN (
    SELECT c.relname FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
    JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      AND d.refclassid = 'pg_extension'::regclass))
ORDER BY kind, relation COLLATE "C", name COLLATE "C", number)sql";
  queries.aliases = aliases(version);
  queries.dependencies = kDependencies;
  const std::string schema = dialect().quote_identifier(scope.schema);
  queries.prologue = {"BEGIN",
                      "SET LOCAL client_min_messages = warning",
                      "SET LOCAL standard_conforming_strings = on",
                      "SET LOCAL check_function_bodies = off",
                      "CREATE SCHEMA IF NOT EXISTS " + schema,
                      "SET LOCAL search_path TO " + schema};
  queries.epilogue = {"COMMIT"};
  return queries;
}

}  // namespace bedstone::db::postgres
