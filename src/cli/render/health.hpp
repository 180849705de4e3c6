/// Health for people and for programs.
#pragma once

#include <string>

#include "bedstone/health.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

/// `advice`: each finding with what it looked at and what to do (doctor), or short (health).
void add_report(Page& page, const HealthReport& report, bool advice);
/// All checks that there are.
void add_checks(Page& page);

/// `command`: health or doctor.
std::string to_json(const HealthReport& report, std::string_view command);
std::string checks_json();

}  // namespace bedstone::cli
