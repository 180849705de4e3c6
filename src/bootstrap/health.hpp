/// bedstone health, bedstone doctor: checks carried out for a project. Reads only.
#pragma once

#include <string>
#include <vector>

#include "bedstone/health.hpp"
#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

struct HealthOptions {
  std::vector<std::string> checks;  ///< By name; empty: the fast ones.
  bool all = false;                 ///< … or all.
  bool thorough = false;            ///< Trusts no stamp: reads the whole schema.
};

/// Exit 0 when nothing failed; else 1, whatever it was: so probes want it. Unknown names are
/// kUnknownCheck.
HealthReport health(const Host& host, const ProjectOptions& project, const HealthOptions& options);

/// All checks; where the database cannot be reached, the way to it step by step, and what can be
/// looked at all the same. Exit 4 then.
HealthReport doctor(const Host& host, const ProjectOptions& project);

}  // namespace bedstone::bootstrap
