/// How statements stand to transactions, for the classifier's test and for asking the engines.
#pragma once

#include <string_view>
#include <utility>

#include "sql/classify.hpp"

namespace bedstone::sql {

struct BareStatement {
  Flavor flavor;
  std::string_view sql;
  std::string_view label;
  bool idempotent;
  int since = 0;  ///< The engine's major version that knows the statement.
};

/// What the engines refuse inside a transaction, or ignore.
inline constexpr BareStatement kBare[] = {
    {Flavor::kPostgres, "VACUUM", "VACUUM", true},
    {Flavor::kPostgres, "VACUUM FULL ANALYZE t", "VACUUM", true},
    {Flavor::kPostgres, "VACUUM (FULL, VERBOSE) s.t", "VACUUM", true},
    {Flavor::kPostgres, "CREATE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX CONCURRENTLY", false},
    {Flavor::kPostgres, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
     "CREATE INDEX CONCURRENTLY", false},
    {Flavor::kPostgres, "DROP INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY", false},
    {Flavor::kPostgres, "DROP INDEX CONCURRENTLY IF EXISTS i", "DROP INDEX CONCURRENTLY", true},
    {Flavor::kPostgres, "REINDEX INDEX CONCURRENTLY i", "REINDEX INDEX CONCURRENTLY", true},
    {Flavor::kPostgres, "REINDEX (CONCURRENTLY) TABLE t", "REINDEX TABLE CONCURRENTLY", true},
    {Flavor::kPostgres, "REINDEX (VERBOSE, CONCURRENTLY true) TABLE t",
     "REINDEX TABLE CONCURRENTLY", true},
    {Flavor::kPostgres, "REINDEX (TABLESPACE x, CONCURRENTLY 'on') INDEX i",
     "REINDEX INDEX CONCURRENTLY", true},
    {Flavor::kPostgres, "REINDEX SCHEMA s", "REINDEX SCHEMA", true},
    {Flavor::kPostgres, "REINDEX DATABASE d", "REINDEX DATABASE", true},
    {Flavor::kPostgres, "REINDEX SYSTEM CONCURRENTLY d", "REINDEX SYSTEM CONCURRENTLY", true},
    {Flavor::kPostgres, "CLUSTER", "CLUSTER", true},
    {Flavor::kPostgres, "CLUSTER (VERBOSE)", "CLUSTER", true, 17},
    {Flavor::kPostgres, "CREATE DATABASE d", "CREATE DATABASE", false},
    {Flavor::kPostgres, "DROP DATABASE IF EXISTS d WITH (FORCE)", "DROP DATABASE", true},
    {Flavor::kPostgres, "ALTER DATABASE d SET TABLESPACE x", "ALTER DATABASE … SET TABLESPACE",
     true},
    {Flavor::kPostgres, "CREATE TABLESPACE x LOCATION '/x'", "CREATE TABLESPACE", false},
    {Flavor::kPostgres, "DROP TABLESPACE x", "DROP TABLESPACE", false},
    {Flavor::kPostgres, "ALTER SYSTEM SET wal_level = logical", "ALTER SYSTEM", true},
    {Flavor::kPostgres, "ALTER SYSTEM RESET ALL", "ALTER SYSTEM", true},
    {Flavor::kPostgres, "ALTER TABLE t DETACH PARTITION s.p CONCURRENTLY",
     "ALTER TABLE … DETACH PARTITION CONCURRENTLY", false},
    {Flavor::kPostgres, "DISCARD ALL", "DISCARD ALL", true},
    {Flavor::kPostgres, "COMMIT PREPARED 'x'", "COMMIT PREPARED", false},
    {Flavor::kPostgres, "ROLLBACK PREPARED 'x'", "ROLLBACK PREPARED", false},
    {Flavor::kPostgres, "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", "CREATE SUBSCRIPTION",
     false},
    {Flavor::kPostgres,
     "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot, copy_data = off)",
     "CREATE SUBSCRIPTION", false},
    {Flavor::kPostgres, "DROP SUBSCRIPTION s", "DROP SUBSCRIPTION", false},
    {Flavor::kPostgres, "ALTER SUBSCRIPTION s REFRESH PUBLICATION", "ALTER SUBSCRIPTION … REFRESH",
     true},
    {Flavor::kPostgres, "ALTER SUBSCRIPTION s SET PUBLICATION p",
     "ALTER SUBSCRIPTION … PUBLICATION", false},
    {Flavor::kPostgres, "ALTER SUBSCRIPTION s ADD PUBLICATION q WITH (copy_data = false)",
     "ALTER SUBSCRIPTION … PUBLICATION", false},
    {Flavor::kPostgres, "ALTER SUBSCRIPTION s SET (failover = true)", "ALTER SUBSCRIPTION … SET",
     false, 17},
    {Flavor::kPostgres, "DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$", "DO … COMMIT", false},
    {Flavor::kPostgres,
     "DO LANGUAGE plpgsql $x$ BEGIN LOOP /* ; */ ROLLBACK AND CHAIN; END LOOP; END $x$",
     "DO … COMMIT", false},
    {Flavor::kSqlite, "VACUUM", "VACUUM", true},
    {Flavor::kSqlite, "VACUUM main INTO 'x.db'", "VACUUM", false},
    {Flavor::kSqlite, "PRAGMA journal_mode = WAL", "PRAGMA JOURNAL_MODE", true},
    {Flavor::kSqlite, "pragma foreign_keys=off", "PRAGMA FOREIGN_KEYS", true},
    {Flavor::kSqlite, "PRAGMA main.synchronous(1)", "PRAGMA SYNCHRONOUS", true},
    {Flavor::kSqlite, "PRAGMA temp_store = MEMORY", "PRAGMA TEMP_STORE", true},
    {Flavor::kSqlite, "PRAGMA wal_checkpoint", "PRAGMA WAL_CHECKPOINT", true},
    {Flavor::kSqlite, "DETACH DATABASE a", "DETACH", false},
};

/// What they do not refuse there.
inline constexpr std::pair<Flavor, std::string_view> kTransactional[] = {
    {Flavor::kPostgres, "REFRESH MATERIALIZED VIEW CONCURRENTLY v"},
    {Flavor::kPostgres, "REINDEX TABLE s.t"},
    {Flavor::kPostgres, "REINDEX (CONCURRENTLY false) TABLE s.t"},
    {Flavor::kPostgres, "REINDEX (VERBOSE, CONCURRENTLY off) INDEX i"},
    {Flavor::kPostgres, "CLUSTER t USING i"},
    {Flavor::kPostgres, "CLUSTER VERBOSE t"},
    {Flavor::kPostgres, "ANALYZE"},
    {Flavor::kPostgres, "CHECKPOINT"},
    {Flavor::kPostgres, "DISCARD TEMP"},
    {Flavor::kPostgres, "ALTER DATABASE d SET search_path = tablespace"},
    {Flavor::kPostgres, "ALTER TABLE t DETACH PARTITION p"},
    {Flavor::kPostgres, "ALTER TABLE t DETACH PARTITION p FINALIZE"},
    {Flavor::kPostgres, "ALTER TABLE t ATTACH PARTITION concurrently DEFAULT"},
    {Flavor::kPostgres, "ALTER TABLE t SET TABLESPACE x"},
    {Flavor::kPostgres,
     "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)"},
    {Flavor::kPostgres,
     "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (slot_name = NONE, create_slot = "
     "off)"},
    {Flavor::kPostgres, "ALTER SUBSCRIPTION s DISABLE"},
    {Flavor::kPostgres, "ALTER SUBSCRIPTION s SET (slot_name = NONE)"},
    {Flavor::kPostgres,
     "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (copy_data = false, refresh = false)"},
    {Flavor::kPostgres, "CREATE INDEX i ON t (concurrently)"},
    {Flavor::kPostgres, "CREATE INDEX \"CONCURRENTLY\" ON t (a)"},
    {Flavor::kPostgres, "COMMENT ON INDEX i IS 'CREATE INDEX CONCURRENTLY'"},
    {Flavor::kPostgres, "CREATE FUNCTION f() RETURNS void AS $$ VACUUM; COMMIT; $$ LANGUAGE sql"},
    {Flavor::kPostgres, "DO $$ BEGIN EXECUTE 'COMMIT;'; -- ; COMMIT;\n END $$"},
    {Flavor::kPostgres, "DO $$ DECLARE commit int; BEGIN commit := 1; PERFORM commit; END $$"},
    {Flavor::kPostgres, "DO 'BEGIN NULL; END'"},
    {Flavor::kPostgres, "TRUNCATE t"},
    {Flavor::kSqlite, "REINDEX"},
    {Flavor::kSqlite, "ANALYZE t"},
    {Flavor::kSqlite, "PRAGMA journal_mode"},
    {Flavor::kSqlite, "PRAGMA foreign_keys"},
    {Flavor::kSqlite, "PRAGMA defer_foreign_keys = ON"},
    {Flavor::kSqlite, "PRAGMA user_version = 3"},
    {Flavor::kSqlite, "PRAGMA legacy_alter_table = ON"},
    {Flavor::kSqlite, "ATTACH ':memory:' AS x"},
    {Flavor::kSqlite, "REFRESH MATERIALIZED VIEW v"},
};

}  // namespace bedstone::sql
