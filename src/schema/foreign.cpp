/// Recognises tools by their history table's name and columns. Names and columns are those of the
/// tools' sources and manuals; every tool lets its users rename the table, and then it is unknown.
#include "schema/foreign.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "base/text.hpp"
#include "db/catalog.hpp"

namespace bedstone::schema {
namespace {

/// A tool is recognised when all the columns are there; the first that fits counts.
struct Signature {
  std::string_view tool;
  std::string_view schema;  ///< Empty: the project's.
  std::string_view table;
  std::array<std::string_view, 3> columns;
  std::string_view companion = {};  ///< Another table that must be there.
};

constexpr std::array kSignatures = {
    Signature{"flyway", "", "flyway_schema_history", {"installed_rank", "checksum", "success"}},
    Signature{"flyway", "", "schema_version", {"installed_rank", "checksum", "success"}},
    Signature{"liquibase", "", "databasechangelog", {"id", "author", "md5sum"}},
    Signature{"golang-migrate", "", "schema_migrations", {"version", "dirty"}},
    Signature{"ecto", "", "schema_migrations", {"version", "inserted_at"}},
    Signature{"rails", "", "schema_migrations", {"version"}, "ar_internal_metadata"},
    Signature{"dbmate", "", "schema_migrations", {"version"}},
    Signature{"goose", "", "goose_db_version", {"version_id", "is_applied"}},
    Signature{"diesel", "", "__diesel_schema_migrations", {"version", "run_on"}},
    Signature{"sqlx", "", "_sqlx_migrations", {"version", "checksum", "success"}},
    Signature{"refinery", "", "refinery_schema_history", {"version", "applied_on", "checksum"}},
    Signature{"prisma", "", "_prisma_migrations", {"migration_name", "finished_at"}},
    Signature{"alembic", "", "alembic_version", {"version_num"}},
    Signature{"django", "", "django_migrations", {"app", "name", "applied"}},
    Signature{"atlas", "", "atlas_schema_revisions", {"version", "hash", "partial_hashes"}},
    Signature{"atlas",
              "atlas_schema_revisions",
              "atlas_schema_revisions",
              {"version", "hash", "partial_hashes"}},
    Signature{"sqitch", "", "changes", {"change_id", "script_hash", "planner_name"}},
    Signature{"sqitch", "sqitch", "changes", {"change_id", "script_hash"}},
    Signature{"pgroll", "pgroll", "migrations", {"schema", "name", "migration"}},
    Signature{"node-pg-migrate", "", "pgmigrations", {"name", "run_on"}},
    Signature{"knex", "", "knex_migrations", {"name", "batch", "migration_time"}},
    Signature{"drizzle", "", "__drizzle_migrations", {"hash", "created_at"}},
    Signature{"drizzle", "drizzle", "__drizzle_migrations", {"hash", "created_at"}},
    Signature{"supabase", "supabase_migrations", "schema_migrations", {"version", "statements"}},
    Signature{"typeorm", "", "migrations", {"id", "timestamp", "name"}},
};

struct Object {
  std::string kind;
  std::string schema;
  std::string name;
};

Result<std::vector<Object>> read_objects(db::Connection& connection,
                                         const InspectOptions& options) {
  const db::CatalogQueries queries = db::catalog_queries(
      connection.engine(), {options.schema, connection.session().server_version});
  const std::string sql = db::catalog_objects(connection.engine());
  BEDSTONE_ASSIGN(const db::Rows rows, connection.query(db::Statement{sql, queries.params}));
  std::vector<Object> objects;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Object object{std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                  std::string(rows.text(i, 2))};
    if (!options.exclude || !options.exclude(object.name)) objects.push_back(std::move(object));
  }
  return objects;
}

bool is_registry(const Object& object) {
  return object.kind == "registry";
}

/// Names as typed by the tools, or in capitals: Liquibase writes both.
bool fits(const Signature& signature, const Object& object) {
  return text::to_lower(object.name) == signature.table &&
         (is_registry(object) ? object.schema == signature.schema
                              : object.kind == "table" && signature.schema.empty());
}

bool has_companion(const Signature& signature, const std::vector<Object>& objects) {
  return signature.companion.empty() ||
         std::any_of(objects.begin(), objects.end(), [&](const Object& object) {
           return object.kind == "table" && text::to_lower(object.name) == signature.companion;
         });
}

using Columns = std::vector<std::string>;

bool has_columns(const Signature& signature, const Columns& columns) {
  return std::all_of(signature.columns.begin(), signature.columns.end(), [&](std::string_view c) {
    return c.empty() || std::find(columns.begin(), columns.end(), c) != columns.end();
  });
}

/// By schema and table; lower case.
using ColumnsByTable = std::map<std::pair<std::string, std::string>, Columns>;

Result<ColumnsByTable> read_columns(db::Connection& connection,
                                    const std::vector<const Object*>& tables) {
  ColumnsByTable result;
  if (tables.empty()) return result;
  std::vector<db::Value> params;
  for (const Object* table : tables) {
    params.emplace_back(table->schema);
    params.emplace_back(table->name);
  }
  const std::string sql = db::catalog_table_columns(connection.engine(), tables.size());
  BEDSTONE_ASSIGN(const db::Rows rows, connection.query(db::Statement{sql, params}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result[{std::string(rows.text(i, 0)), std::string(rows.text(i, 1))}].push_back(
        text::to_lower(rows.text(i, 2)));
  }
  return result;
}

constexpr std::size_t kNamesShown = 5;

void describe_rest(const std::vector<Object>& objects, const Object* history, ForeignOwner& owner) {
  for (const bool tables : {true, false}) {
    for (const Object& object : objects) {
      if (is_registry(object) || &object == history || (object.kind == "table") != tables) continue;
      ++owner.object_count;
      if (owner.objects.size() < kNamesShown) owner.objects.push_back(object.name);
    }
  }
}

}  // namespace

Result<ForeignOwner> detect(db::Connection& connection, const InspectOptions& options) {
  BEDSTONE_ASSIGN(const std::vector<Object> objects, read_objects(connection, options));
  ForeignOwner owner;
  // A registry elsewhere says nothing about a schema that is empty.
  if (std::all_of(objects.begin(), objects.end(), is_registry)) return owner;
  owner.kind = OwnerKind::kUnknown;

  std::vector<const Object*> candidates;
  for (const Object& object : objects) {
    if (std::any_of(kSignatures.begin(), kSignatures.end(),
                    [&](const Signature& signature) { return fits(signature, object); })) {
      candidates.push_back(&object);
    }
  }
  BEDSTONE_ASSIGN(const ColumnsByTable columns, read_columns(connection, candidates));
  const Object* history = nullptr;
  for (const Signature& signature : kSignatures) {
    for (const Object* table : candidates) {
      const auto found = columns.find({table->schema, table->name});
      if (history != nullptr || !fits(signature, *table) || found == columns.end() ||
          !has_columns(signature, found->second) || !has_companion(signature, objects)) {
        continue;
      }
      history = table;
      owner.kind = OwnerKind::kTool;
      owner.tool = signature.tool;
      owner.history_table = (table->schema.empty() ? "" : table->schema + ".") + table->name;
    }
  }
  describe_rest(objects, history, owner);
  return owner;
}

Result<bool> is_empty(db::Connection& connection, const InspectOptions& options) {
  BEDSTONE_ASSIGN(const std::vector<Object> objects, read_objects(connection, options));
  return std::all_of(objects.begin(), objects.end(), is_registry);
}

}  // namespace bedstone::schema
