/// What `migrate squash` says.
#pragma once

#include <string>

#include "bootstrap/squash.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

void add_report(Page& page, const bootstrap::SquashReport& report);
std::string to_json(const bootstrap::SquashReport& report);

}  // namespace bedstone::cli
