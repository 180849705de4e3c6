/// Settings as `status` and `plan` tell them. Reads only.
#pragma once

#include "bootstrap/commands.hpp"
#include "bootstrap/reading.hpp"

namespace bedstone::bootstrap {

/// Like seeds they are beside what `status` answers first: what is wrong with them is a warning,
/// and the application is not configured.
Application tell_settings(const Host& host, const Reading& reading, StatusReport& report);

/// Adds what `up` would do to settings. What is wrong with them stops it, unless that is allowed.
void plan_settings(const Host& host, const Reading& reading, const UpOptions& options, Plan& plan);

}  // namespace bedstone::bootstrap
