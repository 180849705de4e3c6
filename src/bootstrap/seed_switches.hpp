/// What environment variables say about seeding.
#pragma once

#include <optional>

#include "base/environment.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

struct SeedSwitches {
  /// FORCE_BOOTSTRAP, where things are tried out: sets with `only_if: empty` run in any case.
  bool fill_anyway = false;
  /// SEED_DEBUG: every step is told, without --debug.
  bool tells_steps = false;
  /// FORCE_BOOTSTRAP elsewhere: kVariableIgnored.
  std::optional<Error> warning;
};

SeedSwitches seed_switches(const Project& project, const Environment& environment);

}  // namespace bedstone::bootstrap
