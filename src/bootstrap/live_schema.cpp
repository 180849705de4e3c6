// The schema room, asked for a project.
#include "bootstrap/live_schema.hpp"

#include "base/files.hpp"
#include "schema/canonical.hpp"
#include "schema/diff.hpp"
#include "schema/foreign.hpp"
#include "schema/inspect.hpp"
#include "schema/stamp.hpp"

namespace bedstone::bootstrap {
namespace {

schema::InspectOptions options_of(const Project& project) {
  schema::InspectOptions options;
  options.schema = project.database.schema;
  // Where settings' values stand is Bedstone's affair.
  if (files::exists(project.settings.file)) {
    options.exclude = [table = project.settings.table](std::string_view name) {
      return name == table || name == table + "_history";
    };
  }
  return options;
}

}  // namespace

Result<LiveSchema> read_live_schema(db::Connection& connection, const Project& project) {
  BEDSTONE_ASSIGN(const auto model, schema::inspect(connection, options_of(project)));
  LiveSchema live;
  live.canonical = schema::canonical_text(model);
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
  BEDSTONE_ASSIGN(auto owner, schema::detect(connection, options_of(project)));
  Occupant occupant;
  occupant.empty = owner.kind == schema::OwnerKind::kNone;
  occupant.tool = std::move(owner.tool);
  occupant.history_table = std::move(owner.history_table);
  occupant.objects = std::move(owner.objects);
  occupant.object_count = owner.object_count;
  return occupant;
}

}  // namespace bedstone::bootstrap
