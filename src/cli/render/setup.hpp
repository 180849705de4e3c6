/// What `config setup` did, for people and as JSON.
#pragma once

#include <string>

#include "bootstrap/config_setup.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

void add_report(Page& page, const bootstrap::SetupReport& report);
std::string to_json(const bootstrap::SetupReport& report);

}  // namespace bedstone::cli
