/// Error patterns, for people and for programs.
#pragma once

#include <string>

#include "bootstrap/events.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

/// `one`: a single pattern, in full.
void add_report(Page& page, const bootstrap::EventsReport& report, bool one);
void add_report(Page& page, const bootstrap::PruneReport& report);

std::string to_json(const bootstrap::EventsReport& report);
std::string to_json(const bootstrap::PruneReport& report);

}  // namespace bedstone::cli
