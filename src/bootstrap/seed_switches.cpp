// FORCE_BOOTSTRAP and SEED_DEBUG.
#include "bootstrap/seed_switches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace bedstone::bootstrap {
namespace {

/// Where rows may be made although others are there.
constexpr std::array<std::string_view, 4> kTryingOut{"dev", "development", "test", "testing"};

bool is_on(const Environment& environment, std::string_view name) {
  return text::parse_bool(environment.get_or(name, "")).value_or(false);
}

}  // namespace

SeedSwitches seed_switches(const Project& project, const Environment& environment) {
  SeedSwitches switches;
  switches.tells_steps = is_on(environment, "SEED_DEBUG");
  if (!is_on(environment, "FORCE_BOOTSTRAP")) return switches;
  switches.fill_anyway =
      std::find(kTryingOut.begin(), kTryingOut.end(), project.env) != kTryingOut.end();
  if (switches.fill_anyway) return switches;
  switches.warning =
      Error(ErrorCode::kVariableIgnored, "FORCE_BOOTSTRAP is ignored")
          .because(project.env.empty() ? std::string("no environment is named")
                                       : fmt::format("the environment is {}", project.env))
          .advise(
              "it counts in dev, development and test: set BEDSTONE_ENV there, and take the "
              "variable away here; for single sets there is `bedstone seed reset SET`");
  return switches;
}

}  // namespace bedstone::bootstrap
