/// What bedstone.yaml says below `health:`. Read by those who check, not at each start.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "base/environment.hpp"
#include "bedstone/secret.hpp"
#include "project/project.hpp"

namespace bedstone {

/// Move-only: addresses may hold secrets.
struct HealthSection {
  struct Check {
    bool off = false;
    std::optional<std::chrono::milliseconds> interval;
    std::optional<double> warn;  ///< Seconds or percent, as the check counts.
    std::optional<double> fail;
  };
  struct Alert {
    Secret url;
    bool slack = false;
    std::int64_t after = 1;                   ///< So many failures one after another.
    std::chrono::milliseconds every{60'000};  ///< At most one message in this time.
  };
  std::chrono::milliseconds interval{30'000};
  std::chrono::milliseconds keep{std::chrono::hours{24 * 14}};
  std::int64_t keep_rows = 5000;  ///< Of each check.
  std::map<std::string, Check, std::less<>> checks;
  std::vector<Alert> alerts;
};

/// Of a project that was loaded, and so is known to be right but for what stands in variables.
Checked<HealthSection> read_health_section(const Project& project, const Environment& environment);

}  // namespace bedstone
