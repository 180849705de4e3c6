// Rows counted, schemas fingerprinted.
#include "bootstrap/backup_facts.hpp"

#include <fmt/format.h>

#include "bootstrap/live_schema.hpp"
#include "schema/canonical.hpp"
#include "schema/inspect.hpp"
#include "store/store.hpp"

namespace bedstone::bootstrap {
namespace {

/// Tables whose rows a backup holds. Those of extensions come with the extension.
constexpr std::string_view kPostgresTables =
    "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON "
    "n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname <> "
    "'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT 1 FROM "
    "pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid "
    "AND d.deptype = 'e') ORDER BY 1, 2";
constexpr std::string_view kSqliteTables =
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') AND "
    "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1";

Status count_rows(db::Connection& connection, const std::string& name, const std::string& table,
                  Facts& facts) {
  BEDSTONE_ASSIGN(const db::Rows rows,
                  connection.query(fmt::format("SELECT count(*) FROM {}", table)));
  facts.rows[name] = rows.integer(0, 0);
  return {};
}

Status count_all(db::Connection& connection, Facts& facts) {
  const db::Dialect& dialect = connection.dialect();
  const bool postgres = connection.engine() == db::Engine::kPostgres;
  BEDSTONE_ASSIGN(const db::Rows tables,
                  connection.query(postgres ? kPostgresTables : kSqliteTables));
  for (std::size_t row = 0; row < tables.size(); ++row) {
    const std::string first(tables.text(row, 0));
    if (!postgres) {
      BEDSTONE_TRY(count_rows(connection, first, dialect.quote_identifier(first), facts));
      continue;
    }
    const std::string second(tables.text(row, 1));
    BEDSTONE_TRY(count_rows(connection, fmt::format("{}.{}", first, second),
                            dialect.qualified(first, second), facts));
  }
  return {};
}

Error mismatch(const std::string& file, std::string what) {
  return Error(ErrorCode::kRestoreMismatch,
               fmt::format("what {} gives is not what its manifest says", file))
      .because(std::move(what))
      .advise("look whether somebody edited the backup; otherwise take another one")
      .at(file);
}

Error written_otherwise(const std::string& file, const SchemaDifference& difference) {
  return Error(ErrorCode::kRestoreMismatch,
               fmt::format("{} {} is written down otherwise than when {} was made", difference.kind,
                           difference.object, file))
      .because(fmt::format("then: {}; now: {}", difference.expected, difference.actual))
      .advise(
          "servers do so with some expressions; `bedstone migrate repair --accept-drift` "
          "records the new text when both mean the same");
}

Status compare_rows(const std::string& file, const backup::Manifest& manifest, const Facts& facts) {
  for (const auto& [table, rows] : manifest.rows) {
    const auto found = facts.rows.find(table);
    if (found == facts.rows.end()) {
      return fail(mismatch(file, fmt::format("the table {} is missing", table)));
    }
    if (found->second != rows) {
      return fail(mismatch(
          file, fmt::format("{} has {} rows and should have {}", table, found->second, rows)));
    }
  }
  return {};
}

}  // namespace

Result<Facts> read_facts(db::Connection& connection, const Project& project,
                         const std::string& schema) {
  Facts facts;
  schema::InspectOptions options;
  options.schema = schema;
  BEDSTONE_ASSIGN(const auto model, schema::inspect(connection, options));
  facts.canonical = schema::canonical_text(model);
  facts.fingerprint = schema::fingerprint(facts.canonical);
  BEDSTONE_TRY(count_all(connection, facts));
  store::Store store(connection, project.name);
  // A backup must be possible whatever stands in there, or whoever wrote it.
  const auto layout = store.layout();
  if (!layout || *layout == 0) return facts;
  if (const auto history = store.migrations()) {
    for (const store::MigrationRow& row : *history) {
      if (row.kind == store::kVersioned) facts.version = std::max(facts.version, row.version);
    }
  }
  return facts;
}

Status compare_facts(const std::string& file, const backup::Manifest& manifest, const Facts& facts,
                     std::vector<Error>& warnings) {
  BEDSTONE_TRY(compare_rows(file, manifest, facts));
  if (manifest.fingerprint == facts.fingerprint) return {};
  // Another release of Bedstone writes schemas down otherwise.
  if (schema::canonical_format(manifest.canonical) != schema::kCanonicalFormat) return {};
  std::vector<Error> otherwise;
  for (const SchemaDifference& one : differences(manifest.canonical, facts.canonical)) {
    if (one.change != "different" || manifest.engine == db::Engine::kSqlite) {
      return fail(mismatch(file, fmt::format("{} {} is {}", one.kind, one.object, one.change)));
    }
    otherwise.push_back(written_otherwise(file, one));
  }
  for (Error& one : otherwise)
    warnings.push_back(std::move(one));
  return {};
}

}  // namespace bedstone::bootstrap
