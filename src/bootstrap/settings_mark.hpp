/// SettingsMark: what a start with nothing to do recognises settings by that were looked at before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.hpp"
#include "config/env_file.hpp"
#include "config/import.hpp"

namespace bedstone::bootstrap {

/// The key of the store's meta table.
inline constexpr std::string_view kSettingsMark = "settings_mark";

/// Kept in the store; holds names and one hash, in which no secret's value is.
struct SettingsMark {
  std::int64_t revision = 0;
  bool configured = false;
  std::string fingerprint;  ///< Of the variables' values.
  config::WatchedVariables variables;

  std::string text() const;
  /// nullopt when it is none.
  static std::optional<SettingsMark> parse(std::string_view text);
};

/// `digest`: the release's.
std::string fingerprint_of(const config::WatchedVariables& variables, std::string_view digest,
                           const Environment& environment,
                           const std::vector<config::EnvVariable>& file);

/// Whether a secret's variable holds something: then only the database can tell whether it agrees.
bool has_secret(const config::WatchedVariables& variables, const Environment& environment,
                const std::vector<config::EnvVariable>& file);

}  // namespace bedstone::bootstrap
