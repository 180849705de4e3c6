// Seeding as JSON.
#include "cli/render/json.hpp"
#include "cli/render/json_value.hpp"

namespace bedstone::cli {
namespace {

template <typename T>
Json value_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json number_or_null(std::uint32_t number) {
  return number == 0 ? Json(nullptr) : Json(number);
}

Json counts_json(const std::map<std::string, std::int64_t>& counts) {
  Json object = Json::object();
  for (const auto& [table, count] : counts)
    object[table] = count;
  return object;
}

Json row_json(const SeedRow& row) {
  Json object{{"action", row.action},
              {"key", row.key},
              {"file", text_or_null(row.place.file)},
              {"line", number_or_null(row.place.line)},
              {"column", number_or_null(row.place.column)},
              {"cells", Json::array()}};
  for (const SeedCell& cell : row.cells) {
    object["cells"].push_back(Json{{"column", cell.column},
                                   {"verdict", cell.verdict},
                                   {"before", value_or_null(cell.before)},
                                   {"after", value_or_null(cell.after)},
                                   {"hidden", cell.hidden}});
  }
  return object;
}

Json set_json(const SeedSetResult& set) {
  Json object{{"set", set.set},
              {"table", text_or_null(set.table)},
              {"file", text_or_null(set.file)},
              {"outcome", set.outcome},
              {"reason", text_or_null(set.reason)},
              {"rows", set.rows},
              {"created", set.created},
              {"updated", set.updated},
              {"skipped", set.skipped},
              {"kept", set.kept},
              {"conflicts", set.conflicts},
              {"adopted", set.adopted},
              {"deleted", set.deleted},
              {"stays_deleted", set.stays_deleted},
              {"left_file", set.left_file},
              {"left_changed", set.left_changed},
              {"listed", Json::array()},
              {"generated", strings(set.generated)},
              {"errors", json_of(set.errors)},
              {"duration", set.duration_seconds}};
  for (const SeedRow& row : set.listed)
    object["listed"].push_back(row_json(row));
  return object;
}

}  // namespace

std::string to_json(const SeedingResult& result, ExitCode exit, std::string_view command) {
  Json object = envelope(command, result.success, exit);
  object["project"] = text_or_null(result.project);
  object["database"] = text_or_null(result.database);
  object["sets"] = Json::array();
  for (const SeedSetResult& set : result.sets)
    object["sets"].push_back(set_json(set));
  object["records_created"] = counts_json(result.records_created);
  object["records_updated"] = counts_json(result.records_updated);
  object["records_skipped"] = counts_json(result.records_skipped);
  object["records_kept"] = counts_json(result.records_kept);
  object["warnings"] = json_of(result.warnings);
  object["errors"] = json_of(result.errors);
  object["duration"] = result.duration;
  object["run_id"] = text_or_null(result.run_id);
  return dump(object);
}

std::string to_json(const SeedStatusReport& report) {
  Json object = envelope("seed-status", report.exit_code == ExitCode::kDone, report.exit_code);
  object["project"] = text_or_null(report.project);
  object["database"] = text_or_null(report.database);
  object["sets"] = Json::array();
  for (const SeedSetStatus& set : report.sets) {
    const bool elsewhere = set.status == "elsewhere";
    object["sets"].push_back(Json{{"set", set.set},
                                  {"table", text_or_null(elsewhere ? "" : set.table)},
                                  {"file", text_or_null(set.file)},
                                  {"mode", text_or_null(set.mode)},
                                  {"status", set.status},
                                  {"missing_file", text_or_null(set.missing_file)},
                                  {"environments", text_or_null(elsewhere ? set.table : "")},
                                  {"rows", set.rows},
                                  {"applied_at", text_or_null(set.applied_at)},
                                  {"run_id", text_or_null(set.run_id)}});
  }
  object["errors"] = json_of(report.errors);
  return dump(object);
}

std::string to_json(const bootstrap::SeedFiles& result, std::string_view command) {
  Json object = envelope(command, result.exit_code == ExitCode::kDone, result.exit_code);
  object["table"] = result.table;
  object["files"] = strings(result.files);
  object["rows"] = result.rows;
  object["secret_columns"] = strings(result.secret_columns);
  object["errors"] = json_of(result.errors);
  return dump(object);
}

}  // namespace bedstone::cli
