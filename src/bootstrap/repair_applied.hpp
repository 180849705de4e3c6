/// migrate repair --applied: versions whose effect is there already.
#pragma once

#include <string>
#include <vector>

#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

/// migrate_repair(), which first records the pending versions of `applied` without running them.
RepairResult migrate_repair(const Host& host, const ProjectOptions& project,
                            const UpOptions& options, const RepairOptions& repair,
                            const std::vector<std::string>& applied);

}  // namespace bedstone::bootstrap
