/// What the migrate commands share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"

namespace bedstone::cli {

/// Prints a result and returns its exit code. `command` names the schema: "migrate-up".
int finish(Session& session, const MigrationResult& result, std::string_view command);

/// The applied versioned migrations, newest first; reads only.
Result<std::vector<MigrationEntry>> applied_newest_first(Session& session);
/// "Revert A and B? The data in what they had made is lost."
std::string revert_question(const std::vector<MigrationEntry>& entries);

}  // namespace bedstone::cli
