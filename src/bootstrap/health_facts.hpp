/// What the commands know of a project, for the checks of the room health.
#pragma once

#include <optional>

#include "bootstrap/commands.hpp"
#include "health/check.hpp"

namespace bedstone::bootstrap {

/// Each fact is looked up once, when a check first asks, by the command that a person would type.
class HealthFacts final : public health::Facts {
 public:
  /// All must outlive it. `thorough`: the schema is read whatever its stamp says.
  HealthFacts(const Host& host, const ProjectOptions& project, bool thorough)
      : log_(host.clock, LogLevel::kOff, LogFormat::kText, [](std::string_view) {}),
        host_{host.clock, host.environment, log_, host.cancel, host.command},
        project_(project),
        thorough_(thorough) {}

  const StatusReport& status() override;
  const std::vector<health::WeighedDifference>& drift() override;
  const health::SecretFacts& secrets() override;
  const health::SeedFacts& seeds() override;

 private:
  Log log_;  ///< Who asks how something is does not want to read what was looked at on the way.
  Host host_;
  const ProjectOptions& project_;
  bool thorough_;
  std::optional<StatusReport> status_;
  std::optional<std::vector<health::WeighedDifference>> drift_;
  std::optional<health::SecretFacts> secrets_;
  std::optional<health::SeedFacts> seeds_;
};

}  // namespace bedstone::bootstrap
