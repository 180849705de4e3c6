/// Health for people and for programs.
#pragma once

#include <map>
#include <string>

#include "bedstone/health.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

/// `advice`: each finding with what it looked at and what to do (doctor), or short (health).
void add_report(Page& page, const HealthReport& report, bool advice);
/// Of a round of a watch: what is not as it was before. `before`: empty in the first round.
void add_changes(Page& page, const HealthReport& report,
                 const std::map<std::string, HealthOutcome>& before);
void add_report(Page& page, const HealthHistory& history);
/// All checks that there are.
void add_checks(Page& page);

/// `command`: health or doctor.
std::string to_json(const HealthReport& report, std::string_view command);
/// The same in one line, for a watch.
std::string to_json_line(const HealthReport& report);
std::string to_json(const HealthHistory& history);
std::string checks_json();

}  // namespace bedstone::cli
