// The schema room, asked for a project.
#include "bootstrap/live_schema.hpp"

#include "base/files.hpp"
#include "schema/diff.hpp"
#include "schema/foreign.hpp"
#include "schema/stamp.hpp"

namespace bedstone::bootstrap {
schema::IgnoreList ignore_list(const Project& project) {
  return schema::IgnoreList(project.drift_ignore);
}

schema::InspectOptions inspect_options(const Project& project) {
  schema::InspectOptions options;
  options.schema = project.database.schema;
  // Where settings' values stand is Bedstone's affair.
  const bool settings = files::exists(project.settings.file);
  if (!settings && project.drift_ignore.empty()) return options;
  options.exclude = [ignored = ignore_list(project),
                     table = settings ? project.settings.table : ""](std::string_view name) {
    return (!table.empty() && (name == table || name == table + "_history")) ||
           ignored.matches(name);
  };
  return options;
}

Result<LiveSchema> read_live_schema(db::Connection& connection, const Project& project,
                                    int format) {
  BEDSTONE_ASSIGN(const auto model, schema::inspect(connection, inspect_options(project)));
  LiveSchema live;
  live.canonical = ignore_list(project).without(schema::canonical_text(model, format));
  live.fingerprint = schema::fingerprint(live.canonical);
  return live;
}

std::string stamp_expression(const Project& project) {
  const db::Engine engine = project.database.url->engine();
  return schema::stamp_expression(engine,
                                  db::dialect_of(engine).quote_literal(project.database.schema));
}

Result<std::string> read_stamp(db::Connection& connection, const Project& project) {
  return schema::read_stamp(connection, project.database.schema);
}

std::vector<SchemaDifference> differences(const std::string& recorded, const std::string& live) {
  return schema::diff(recorded, live);
}

LiveSchema expected_schema(const std::string& recorded, const std::string& before,
                           const LiveSchema& after) {
  LiveSchema expected;
  expected.canonical = schema::carry_over(recorded, before, after.canonical);
  expected.fingerprint = schema::fingerprint(expected.canonical);
  return expected;
}

Result<Occupant> read_occupant(db::Connection& connection, const Project& project) {
  BEDSTONE_ASSIGN(auto owner, schema::detect(connection, inspect_options(project)));
  Occupant occupant;
  occupant.empty = owner.kind == schema::OwnerKind::kNone;
  occupant.tool = std::move(owner.tool);
  occupant.history_table = std::move(owner.history_table);
  occupant.objects = std::move(owner.objects);
  occupant.object_count = owner.object_count;
  return occupant;
}

}  // namespace bedstone::bootstrap
