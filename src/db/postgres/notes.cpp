/// Kinds are those of schema::canonical_text, so that a note finds its object.
#include "db/postgres/notes.hpp"

namespace bedstone::db::postgres {

// Rights that the owner has by himself are not told; PUBLIC is role 0.
std::string catalog_notes() {
  return R"sql(
WITH n AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = $1),
     -- What an extension owns is the extension's to explain.
     e AS MATERIALIZED (SELECT classid, objid FROM pg_depend
       WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass),
     r AS (SELECT * FROM (
  SELECT 'pg_class'::regclass AS class, c.oid, 'relation' AS kind, c.relname::text AS name,
         c.relowner AS owner, c.relacl AS acl
  FROM pg_class AS c JOIN n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, 'routine',
         p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proowner, p.proacl
  FROM pg_proc AS p JOIN n ON n.oid = p.pronamespace
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, 'type', t.typname, t.typowner, t.typacl
  FROM pg_type AS t JOIN n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')) AS x
  WHERE NOT EXISTS (SELECT FROM e WHERE e.classid = x.class AND e.objid = x.oid)
)
SELECT 'owner', r.kind, NULL::text, r.name, pg_get_userbyid(r.owner)::text FROM r
UNION ALL
SELECT 'grant', r.kind, NULL, r.name,
       string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) || ' to ' ||
         CASE a.grantee WHEN 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
FROM r, LATERAL aclexplode(r.acl) AS a WHERE a.grantee <> r.owner
GROUP BY r.kind, r.name, a.grantee
UNION ALL
SELECT 'comment', r.kind, NULL, r.name, obj_description(r.oid, r.class::text::name) FROM r
WHERE obj_description(r.oid, r.class::text::name) IS NOT NULL
UNION ALL
SELECT 'comment', 'column', c.relname, a.attname, d.description
FROM pg_description AS d JOIN pg_class AS c ON c.oid = d.objoid JOIN n ON n.oid = c.relnamespace
     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid
WHERE d.classoid = 'pg_class'::regclass AND d.objsubid > 0
  AND NOT EXISTS (SELECT FROM e WHERE e.classid = d.classoid AND e.objid = c.oid)
UNION ALL
SELECT 'comment', 'index', c.relname, i.relname, obj_description(i.oid, 'pg_class')
FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indrelid JOIN n ON n.oid = c.relnamespace
     JOIN pg_class AS i ON i.oid = x.indexrelid
WHERE obj_description(i.oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT 'comment', 'schema', NULL, n.nspname, obj_description(n.oid, 'pg_namespace') FROM n
WHERE obj_description(n.oid, 'pg_namespace') IS NOT NULL AND n.oid >= 16384
UNION ALL
SELECT 'extension', NULL, NULL, e.extname, e.extversion || ' in ' || quote_ident(s.nspname)
FROM pg_extension AS e JOIN pg_namespace AS s ON s.oid = e.extnamespace
UNION ALL
SELECT 'event trigger', NULL, NULL, t.evtname, 'on ' || t.evtevent || ' execute ' ||
       t.evtfoid::regproc || CASE t.evtenabled WHEN 'D' THEN ', disabled' ELSE '' END
FROM pg_event_trigger AS t
ORDER BY 1, 2, 3, 4, 5)sql";
}

}  // namespace bedstone::db::postgres
