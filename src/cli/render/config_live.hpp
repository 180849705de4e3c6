/// Settings in running programs, for people and as JSON.
#pragma once

#include <string>

#include "bootstrap/config_watch.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

void add_report(Page& page, const bootstrap::ConfigStatusReport& report);
/// One line.
void add_event(Page& page, const bootstrap::ConfigEvent& event);

std::string to_json(const bootstrap::ConfigStatusReport& report, ExitCode exit);
/// One line, without its end.
std::string to_json(const bootstrap::ConfigEvent& event);

}  // namespace bedstone::cli
