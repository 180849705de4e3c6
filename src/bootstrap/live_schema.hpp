/// The live schema as the text and the numbers that are recorded of it.
#pragma once

#include <string>
#include <vector>

#include "bedstone/results.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"
#include "schema/canonical.hpp"
#include "schema/ignore.hpp"
#include "schema/inspect.hpp"

namespace bedstone::bootstrap {

struct LiveSchema {
  std::string canonical;
  std::string fingerprint;
};

/// `format`: of the text that it is to be compared with.
Result<LiveSchema> read_live_schema(db::Connection& connection, const Project& project,
                                    int format = schema::kCanonicalFormat);

/// Which objects are the project's: not Bedstone's, and none that `drift.ignore` names.
schema::InspectOptions inspect_options(const Project& project);
schema::IgnoreList ignore_list(const Project& project);

/// The cheap stamp as an expression for a query.
std::string stamp_expression(const Project& project);
Result<std::string> read_stamp(db::Connection& connection, const Project& project);

/// Object by object, what differs from the recorded text.
std::vector<SchemaDifference> differences(const std::string& recorded, const std::string& live);

/// What should be there after a run that met `before` where `recorded` should have been, and left
/// `after`.
LiveSchema expected_schema(const std::string& recorded, const std::string& before,
                           const LiveSchema& after);

/// What stands in a database without our history.
struct Occupant {
  bool empty = true;
  std::string tool;                  ///< "flyway", or empty.
  std::string history_table;         ///< That tool's.
  std::vector<std::string> objects;  ///< Some of what was found, by name.
  std::size_t object_count = 0;      ///< All of it.
};
Result<Occupant> read_occupant(db::Connection& connection, const Project& project);

}  // namespace bedstone::bootstrap
