/// Provide: what must be there around the migrations: schema, extensions, rights.
#pragma once

#include <vector>

#include "base/log.hpp"
#include "bedstone/results.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

/// Whether the roles of `roles:` exist: kRoleMissing names the first that does not.
Status check_roles(db::Connection& connection, const Project& project);

/// Makes the project's schema where it is missing. PostgreSQL only; elsewhere nothing.
Status provide_schema(db::Connection& connection, const Project& project);

/// Makes extensions that are missing; optional ones that the server lacks become warnings.
/// Returns the steps taken.
Result<std::vector<Step>> provide_extensions(db::Connection& connection, const Project& project,
                                             std::vector<Error>& warnings);

/// Those of `extensions:` that are not there. Reads only.
Result<std::vector<Project::Extension>> missing_extensions(db::Connection& connection,
                                                           const Project& project);

/// The statements, for one transaction, that give `roles:` their rights on what is there and on
/// what will come. With settings: also what applications need that read and change them.
Result<std::vector<std::string>> grant_statements(db::Connection& connection,
                                                  const Project& project, bool has_settings);

}  // namespace bedstone::bootstrap
