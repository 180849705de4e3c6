/// Lifecycle: whether an application is configured, what it lacks, and the record of what became of
/// it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "bedstone/state.hpp"
#include "config/resolve.hpp"
#include "store/transitions.hpp"

namespace bedstone::config {

/// Values that are pinned or stored.
Values values_of(const Resolution& resolved);

/// What must change before the application is CONFIGURED, by setting; empty: it is. A secret that
/// is sealed is there, whether this process has its key or not. Errors: kSettingMissing,
/// kSettingValue, kNotConfigured.
Errors lacking(const Settings& settings, const Resolution& resolved);

/// UNCONFIGURED, CONFIGURED or RUNNING, of a database whose schema is there.
Lifecycle lifecycle_of(const Settings& settings, const Resolution& resolved, bool running);

/// Records what the settings in the database make of the application, if that is not what was
/// recorded last; for whoever changed them, in the same open transaction. Nothing is recorded
/// before the first `up` has done so, nor by a role that may not: its change stands all the same.
/// `cause`: for people, "config set by ada".
Result<std::optional<store::Transition>> record_lifecycle(db::Connection& connection,
                                                          const std::string& project,
                                                          const Settings& settings,
                                                          const store::ConfigState& stored,
                                                          const Environment& environment,
                                                          std::string_view cause, WallTime now);

}  // namespace bedstone::config
