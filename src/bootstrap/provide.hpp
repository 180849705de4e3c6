/// Provide: what must be there around the migrations: schema, extensions, rights.
#pragma once

#include <vector>

#include "base/log.hpp"
#include "bedstone/results.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

/// Makes the project's schema where it is missing. PostgreSQL only; elsewhere nothing.
Status provide_schema(db::Connection& connection, const Project& project);

/// Makes extensions that are missing; optional ones that the server lacks become warnings.
/// Returns the steps taken.
Result<std::vector<Step>> provide_extensions(db::Connection& connection, const Project& project,
                                             std::vector<Error>& warnings);

/// The statements that give `roles:` their rights on what is there and on what will come.
/// kRoleMissing names roles that do not exist.
Result<std::vector<std::string>> grant_statements(db::Connection& connection,
                                                  const Project& project);

}  // namespace bedstone::bootstrap
