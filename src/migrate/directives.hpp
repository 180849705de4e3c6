/// The comments in a migration that say something to Bedstone.
#pragma once

#include <string_view>

#include "bedstone/result.hpp"
#include "migrate/outline.hpp"

namespace bedstone::migrate {

/// Reads `comment` (a line comment with its dashes) into `directives` when it begins with
/// "-- bedstone:". Other comments change nothing.
Status read_directive(std::string_view comment, const Place& place, Directives& directives);

}  // namespace bedstone::migrate
