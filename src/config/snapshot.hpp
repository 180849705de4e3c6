/// Snapshot: what stands behind a RuntimeConfig.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/runtime_config.hpp"
#include "config/resolve.hpp"
#include "config/settings.hpp"

namespace bedstone::config {

/// One setting.
struct Slot {
  std::optional<Value> value;
  Source source = Source::kNone;
  bool locked = false;
  std::optional<Error> problem;  ///< Why there is no value, unless it has none.
  Secret list;                   ///< A secret that is a list, as JSON.
};

/// All values of one revision.
struct SnapshotValues {
  std::shared_ptr<const Settings> declared;
  std::int64_t revision = 0;
  std::vector<Slot> slots;  ///< In the order of the declarations.
  std::map<std::string, std::string, std::less<>> undeclared;
  bool configured = false;
  Errors problems;  ///< That do not keep it from being used.
  std::vector<std::string> restart_needed;
};

/// The values, and what is known about them.
struct Snapshot {
  std::shared_ptr<const SnapshotValues> values;
  std::int64_t newest_revision = 0;
  std::chrono::system_clock::time_point loaded_at;
  std::optional<std::chrono::system_clock::time_point> stale_since;
  Errors problems;
};

/// The door between the public class and what stands behind it.
struct SnapshotAccess {
  static RuntimeConfig make(std::shared_ptr<const Snapshot> snapshot) {
    return RuntimeConfig(std::move(snapshot));
  }
  static const std::shared_ptr<const Snapshot>& of(const RuntimeConfig& config) {
    return config.snapshot_;
  }
};

/// Takes the values over. Settings that count from a start on keep those of `start` (may be null),
/// if they had one.
std::shared_ptr<const SnapshotValues> make_values(std::shared_ptr<const Settings> declared,
                                                  Resolution resolution,
                                                  const SnapshotValues* start);

/// Why a running application cannot go over to these values: those that do not fit; and, where it
/// was `configured` and still means to be, those that are missing. What nobody declared, and
/// secrets that are locked, are no reasons.
Errors reasons_against(const Settings& settings, const Resolution& resolution, bool configured);

/// The settings that differ, in the order of their declarations.
std::vector<std::string> changed_keys(const SnapshotValues& before, const SnapshotValues& after);

}  // namespace bedstone::config
