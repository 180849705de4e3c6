// The objects of schema show, diff, validate and dump.
#include "cli/render/json_value.hpp"
#include "cli/render/schema.hpp"

namespace bedstone::cli {
namespace {

Json begin(std::string_view command, const bootstrap::SchemaSource& source, ExitCode exit) {
  Json object = envelope(command, exit == ExitCode::kDone || exit == ExitCode::kDifferences, exit);
  object["project"] = text_or_null(source.project);
  object["database"] = text_or_null(source.database);
  object["database_type"] = text_or_null(source.database_type);
  object["server_version"] = text_or_null(source.server_version);
  object["schema_name"] = text_or_null(source.schema);
  return object;
}

template <typename T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

class Writer {
 public:
  explicit Writer(const bootstrap::SchemaReport& report) : report_(report) {}

  void write(Json& object) const {
    object["tables"] = Json::array();
    for (const schema::Table& table : report_.model.tables)
      object["tables"].push_back(json_of(table));
    object["views"] = Json::array();
    for (const schema::View& view : report_.model.views)
      object["views"].push_back(json_of(view));
    object["enums"] = Json::array();
    for (const schema::Enum& type : report_.model.enums)
      object["enums"].push_back(Json{{"name", type.name}, {"values", strings(type.values)}});
    object["routines"] = Json::array();
    for (const schema::Routine& routine : report_.model.routines) {
      object["routines"].push_back(Json{{"kind", routine.kind},
                                        {"name", routine.name},
                                        {"arguments", routine.arguments},
                                        {"digest", routine.digest}});
    }
    object["sequences"] = Json::array();
    for (const schema::Sequence& sequence : report_.model.sequences) {
      object["sequences"].push_back(
          Json{{"name", sequence.name}, {"definition", sequence.definition}});
    }
    object["others"] = Json::array();
    for (const schema::OtherObject& other : report_.model.others) {
      if (schema::is_historic(other)) continue;
      object["others"].push_back(Json{{"kind", other.kind},
                                      {"relation", text_or_null(other.relation)},
                                      {"name", other.name},
                                      {"definition", other.definition}});
    }
    object["notes"] = Json::array();
    for (const schema::Note& note : report_.notes) {
      object["notes"].push_back(Json{{"what", note.what},
                                     {"kind", text_or_null(note.kind)},
                                     {"relation", text_or_null(note.relation)},
                                     {"name", note.name},
                                     {"text", text_or_null(note.text)}});
    }
  }

 private:
  static Json json_of(const schema::Key& key) {
    return Json{{"name", text_or_null(key.name)},
                {"columns", strings(key.columns)},
                {"options", text_or_null(key.options)}};
  }

  static Json json_of(const schema::Column& column) {
    return Json{{"name", column.name},
                {"type", column.type},
                {"nullable", column.nullable},
                {"default", optional_json(column.default_expression)},
                {"identity", text_or_null(column.identity)},
                {"generated", text_or_null(column.generated ? column.generated->expression : "")},
                {"generated_kind", text_or_null(column.generated ? column.generated->kind : "")},
                {"collation", text_or_null(column.collation)},
                {"options", text_or_null(column.options)},
                {"storage", text_or_null(column.storage)}};
  }

  static Json json_of(const schema::ForeignKey& key) {
    return Json{{"name", text_or_null(key.name)},
                {"columns", strings(key.columns)},
                {"table", key.table},
                {"referenced_columns", strings(key.referenced_columns)},
                {"on_update", text_or_null(key.on_update)},
                {"on_delete", text_or_null(key.on_delete)},
                {"match", text_or_null(key.match)},
                {"options", text_or_null(key.options)}};
  }

  static Json json_of(const schema::Index& index) {
    Json columns = Json::array();
    for (const schema::IndexColumn& column : index.columns) {
      columns.push_back(Json{{"text", column.text},
                             {"is_expression", column.is_expression},
                             {"order", text_or_null(column.order)}});
    }
    return Json{{"name", index.name},
                {"unique", index.unique},
                {"method", text_or_null(index.method)},
                {"columns", columns},
                {"included", strings(index.included)},
                {"predicate", optional_json(index.predicate)},
                {"valid", index.valid},
                {"options", text_or_null(index.options)}};
  }

  static Json json_of(const schema::Trigger& trigger) {
    return Json{{"name", trigger.name},
                {"definition", trigger.definition},
                {"state", text_or_null(trigger.state)}};
  }

  template <typename T>
  static Json all_of(const std::vector<T>& parts) {
    Json array = Json::array();
    for (const T& part : parts)
      array.push_back(json_of(part));
    return array;
  }

  static Json json_of(const schema::Table& table) {
    Json checks = Json::array();
    for (const schema::Check& check : table.checks) {
      checks.push_back(Json{{"name", text_or_null(check.name)},
                            {"expression", check.expression},
                            {"options", text_or_null(check.options)}});
    }
    return Json{{"name", table.name},
                {"kind", table.kind},
                {"options", text_or_null(table.options)},
                {"definition", text_or_null(table.definition)},
                {"columns", all_of(table.columns)},
                {"primary_key", table.primary_key ? json_of(*table.primary_key) : Json(nullptr)},
                {"uniques", all_of(table.uniques)},
                {"foreign_keys", all_of(table.foreign_keys)},
                {"checks", checks},
                {"indexes", all_of(table.indexes)},
                {"triggers", all_of(table.triggers)}};
  }

  static Json json_of(const schema::View& view) {
    return Json{{"name", view.name},
                {"materialized", view.materialized},
                {"options", text_or_null(view.options)},
                {"definition", view.definition},
                {"indexes", all_of(view.indexes)},
                {"triggers", all_of(view.triggers)}};
  }

  const bootstrap::SchemaReport& report_;
};

}  // namespace

std::string to_json(const bootstrap::SchemaReport& report) {
  Json object = begin("schema-show", report.source, report.exit_code);
  object["fingerprint"] = text_or_null(report.fingerprint);
  Writer(report).write(object);
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const bootstrap::SchemaDiffReport& report, ExitCode exit) {
  Json object = begin("schema-diff", report.source, exit);
  object["other"] = text_or_null(report.other);
  object["same"] = report.errors.empty() && report.warnings.empty() && report.differences.empty();
  object["differences"] = json_of(report.differences);
  object["warnings"] = json_of(report.warnings);
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const bootstrap::SchemaValidation& report) {
  Json object = begin("schema-validate", report.source, report.exit_code);
  object["valid"] = report.valid;
  object["severity"] = bootstrap::severity_name(report.severity);
  object["fingerprint"] = text_or_null(report.fingerprint);
  object["findings"] = Json::array();
  for (const bootstrap::SchemaFinding& finding : report.findings) {
    object["findings"].push_back(
        Json{{"severity", bootstrap::severity_name(finding.severity)},
             {"issue", finding.issue},
             {"suggestion", finding.suggestion},
             {"difference", json_of(std::vector<SchemaDifference>{finding.difference})[0]}});
  }
  object["warnings"] = json_of(report.warnings);
  object["errors"] = json_of(report.errors);
  return dump(object);
}

Json json_of(const bootstrap::SalvageReport& salvage) {
  Json tables = Json::array();
  for (const db::sqlite::SalvagedTable& table : salvage.found.tables) {
    tables.push_back(Json{{"name", table.name},
                          {"rows", table.rows},
                          {"expected", optional_json(table.expected)},
                          {"damaged", table.damaged},
                          {"guessed", table.guessed},
                          {"remade", table.remade}});
  }
  return Json{{"kept", text_or_null(salvage.kept)},
              {"pages", salvage.found.pages},
              {"tables", tables},
              {"unreadable", salvage.found.unreadable_cells},
              {"lost_and_found", salvage.found.lost_and_found},
              {"lost_and_found_table", text_or_null(salvage.found.lost_and_found_table)},
              {"not_made", strings(salvage.found.not_made)}};
}

std::string to_json(const bootstrap::SchemaRepairReport& report) {
  Json object = begin("schema-repair", report.source, report.exit_code);
  object["dry_run"] = report.dry_run;
  object["run_id"] = text_or_null(report.run_id);
  object["steps"] = Json::array();
  for (const bootstrap::SchemaRepairStep& one : report.steps) {
    object["steps"].push_back(Json{{"action", one.step.action},
                                   {"kind", one.step.kind},
                                   {"object", one.step.object},
                                   {"detail", text_or_null(one.step.detail)},
                                   {"destructive", one.step.destructive},
                                   {"transactional", !one.step.bare},
                                   {"statements", strings(one.step.statements)},
                                   {"outcome", one.outcome}});
  }
  object["left"] = json_of(report.left);
  object["salvage"] = report.salvage ? json_of(*report.salvage) : Json(nullptr);
  object["duration"] = report.duration;
  object["warnings"] = json_of(report.warnings);
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const bootstrap::SchemaDumpReport& report, const std::string& file) {
  Json object = begin("schema-dump", report.source, report.exit_code);
  object["file"] = text_or_null(file);
  object["sql"] = text_or_null(file.empty() ? report.text : "");
  object["statements"] = report.dump.statements.size();
  object["unsupported"] = strings(report.dump.unsupported);
  object["missing"] = strings(report.dump.missing);
  object["warnings"] = json_of(report.warnings);
  object["errors"] = json_of(report.errors);
  return dump(object);
}

}  // namespace bedstone::cli
