/// What a dumped schema does not hold of what migrations do.
#pragma once

#include <string>
#include <vector>

#include "migrate/folder.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

/// Statements of the files that make, change or grant something outside of tables, views and the
/// like: "migrations/3_grants.sql:4: GRANT SELECT ON pets TO reader".
Result<std::vector<std::string>> not_in_a_schema(const std::vector<migrate::MigrationFile>& files,
                                                 const Project& project);

}  // namespace bedstone::bootstrap
