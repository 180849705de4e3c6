// backup, restore.
#include "cli/render/json.hpp"
#include "cli/render/json_value.hpp"

namespace bedstone::cli {
namespace {

Json rows_json(const std::map<std::string, std::int64_t>& rows) {
  Json object = Json::object();
  for (const auto& [table, count] : rows)
    object[table] = count;
  return object;
}

}  // namespace

std::string to_json(const BackupResult& result) {
  Json object = envelope("backup", result.success, result.exit_code);
  object["project"] = text_or_null(result.project);
  object["database"] = text_or_null(result.database);
  object["database_type"] = text_or_null(result.database_type);
  object["database_version"] = text_or_null(result.database_version);
  object["file"] = text_or_null(result.file);
  object["manifest"] = text_or_null(result.manifest);
  object["form"] = text_or_null(result.form);
  object["bytes"] = result.bytes;
  object["xxh128"] = text_or_null(result.checksum);
  object["taken_at"] = text_or_null(result.taken_at);
  object["version"] = text_or_null(result.version);
  object["fingerprint"] = text_or_null(result.fingerprint);
  object["rows"] = rows_json(result.rows);
  object["pruned"] = strings(result.pruned);
  object["warnings"] = json_of(result.warnings);
  object["errors"] = json_of(result.errors);
  object["duration"] = result.duration;
  return dump(object);
}

std::string to_json(const RestoreResult& result) {
  Json object = envelope("restore", result.success, result.exit_code);
  object["project"] = text_or_null(result.project);
  object["database"] = text_or_null(result.database);
  object["database_type"] = text_or_null(result.database_type);
  object["file"] = text_or_null(result.file);
  object["form"] = text_or_null(result.form);
  object["taken_at"] = text_or_null(result.taken_at);
  object["version"] = text_or_null(result.version);
  object["verified"] = result.verified;
  object["kept"] = text_or_null(result.kept);
  object["rows"] = rows_json(result.rows);
  object["warnings"] = json_of(result.warnings);
  object["errors"] = json_of(result.errors);
  object["duration"] = result.duration;
  return dump(object);
}

}  // namespace bedstone::cli
