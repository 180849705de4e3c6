// SchemaManager over the functions that the command line calls.
#include "bedstone/schema.hpp"

#include <algorithm>

#include "bootstrap/schema_commands.hpp"
#include "bootstrap/schema_repair.hpp"
#include "library/library_host.hpp"

namespace bedstone {
namespace {

void add(ValidationResult& result, Severity severity, const std::vector<Error>& errors) {
  for (const Error& error : errors) {
    result.issues.push_back(code_name(error.code) + ": " + error.message);
    result.suggestions.push_back(error.hint);
    result.severity = std::max(result.severity, severity);
  }
}

ValidationResult to_validation(const bootstrap::SchemaValidation& report) {
  ValidationResult result;
  result.valid = report.valid && report.errors.empty();
  result.severity = report.severity;
  add(result, report.exit_code == ExitCode::kUnreachable ? Severity::kCritical : Severity::kError,
      report.errors);
  for (const bootstrap::SchemaFinding& finding : report.findings) {
    result.issues.push_back(finding.issue);
    result.suggestions.push_back(finding.suggestion);
  }
  add(result, Severity::kWarning, report.warnings);
  return result;
}

SchemaTable to_table(const schema::Table& table) {
  SchemaTable result;
  result.name = table.name;
  result.kind = table.kind;
  for (const schema::Column& column : table.columns) {
    result.columns.push_back(
        {column.name, column.type, column.nullable, column.default_expression});
  }
  if (table.primary_key) result.primary_key = table.primary_key->columns;
  for (const schema::Index& index : table.indexes)
    result.indexes.push_back(index.name);
  return result;
}

SchemaInfo to_info(const bootstrap::SchemaReport& report) {
  SchemaInfo info;
  info.project = report.source.project;
  info.database = report.source.database;
  info.database_type = report.source.database_type;
  info.server_version = report.source.server_version;
  info.schema = report.source.schema;
  info.fingerprint = report.fingerprint;
  const auto count = [&info](const std::string& kind, std::size_t number) {
    if (number > 0) info.objects[kind] += static_cast<std::int64_t>(number);
  };
  for (const schema::Table& table : report.model.tables) {
    info.tables.push_back(to_table(table));
    count("table", 1);
    count("column", table.columns.size());
    count("index", table.indexes.size());
    count("trigger", table.triggers.size());
    count("foreign key", table.foreign_keys.size());
  }
  for (const schema::View& view : report.model.views) {
    info.views.push_back(view.name);
    count(view.materialized ? "materialized view" : "view", 1);
    count("index", view.indexes.size());
    count("trigger", view.triggers.size());
  }
  count("enum", report.model.enums.size());
  count("sequence", report.model.sequences.size());
  for (const schema::Routine& routine : report.model.routines)
    count(routine.kind, 1);
  for (const schema::OtherObject& other : report.model.others) {
    if (!schema::is_historic(other)) count(other.kind, 1);
  }
  return info;
}

SchemaDefinition to_definition(const schema::Dump& dump) {
  SchemaDefinition result;
  for (const schema::DumpStatement& statement : dump.statements) {
    const std::string& kind = statement.kind;
    if (kind == "table" || kind == "virtual table" || kind == "foreign table") {
      result.tables[statement.name] = statement.sql;
    } else if (kind == "index") {
      result.indexes[statement.name] = statement.sql;
    } else if (kind == "foreign key" || kind == "check" || kind == "unique" ||
               kind == "primary key" || kind == "exclusion") {
      result.constraints[statement.relation + "." + statement.name] = statement.sql;
    }
  }
  return result;
}

}  // namespace

SchemaManager::SchemaManager(ProjectOptions project, LibraryOptions library)
    : project_(std::move(project)), library_(std::move(library)) {}

Result<bool> SchemaManager::check_schema_exists() const {
  const LibraryHost host(library_, "check_schema_exists");
  const StatusReport status = bootstrap::status(host.host(), project_);
  if (status.state == DatabaseState::kUnreachable) return fail(first_of(status.problems));
  if (status.state == DatabaseState::kNoDatabase || status.state == DatabaseState::kForeign)
    return false;
  return std::any_of(status.migrations.begin(), status.migrations.end(),
                     [](const MigrationEntry& entry) { return entry.applied.has_value(); });
}

MigrationResult SchemaManager::create_schema(const UpOptions& options) const {
  const LibraryHost host(library_, "create_schema");
  return bootstrap::migrate_up(host.host(), project_, options);
}

ValidationResult SchemaManager::validate_schema() const {
  const LibraryHost host(library_, "validate_schema");
  return to_validation(bootstrap::schema_validate(host.host(), project_));
}

RepairResult SchemaManager::repair_schema(bool destructive) const {
  const LibraryHost host(library_, "repair_schema");
  bootstrap::SchemaRepairOptions options;
  options.destructive = destructive;
  return bootstrap::to_result(bootstrap::schema_repair(host.host(), project_, options));
}

Result<SchemaInfo> SchemaManager::get_schema_info() const {
  const LibraryHost host(library_, "get_schema_info");
  const bootstrap::SchemaReport report = bootstrap::schema_show(host.host(), project_, {});
  if (!report.errors.empty()) return fail(first_of(report.errors));
  return to_info(report);
}

Result<SchemaDefinition> SchemaManager::get_schema_definition() const {
  const LibraryHost host(library_, "get_schema_definition");
  const bootstrap::SchemaDumpReport report = bootstrap::schema_dump(host.host(), project_, false);
  if (!report.errors.empty()) return fail(first_of(report.errors));
  return to_definition(report.dump);
}

std::future<Result<bool>> SchemaManager::check_schema_exists_async() const {
  return run_async(*this, [](const SchemaManager& self) { return self.check_schema_exists(); });
}

std::future<MigrationResult> SchemaManager::create_schema_async(UpOptions options) const {
  return run_async(*this, [options = std::move(options)](const SchemaManager& self) {
    return self.create_schema(options);
  });
}

std::future<ValidationResult> SchemaManager::validate_schema_async() const {
  return run_async(*this, [](const SchemaManager& self) { return self.validate_schema(); });
}

std::future<RepairResult> SchemaManager::repair_schema_async(bool destructive) const {
  return run_async(
      *this, [destructive](const SchemaManager& self) { return self.repair_schema(destructive); });
}

std::future<Result<SchemaInfo>> SchemaManager::get_schema_info_async() const {
  return run_async(*this, [](const SchemaManager& self) { return self.get_schema_info(); });
}

std::future<Result<SchemaDefinition>> SchemaManager::get_schema_definition_async() const {
  return run_async(*this, [](const SchemaManager& self) { return self.get_schema_definition(); });
}

}  // namespace bedstone
