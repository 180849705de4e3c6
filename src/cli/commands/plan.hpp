/// What `plan` and `up --dry-run` share.
#pragma once

#include <string_view>

#include "bedstone/options.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {

/// Makes the plan, prints it and returns the exit code.
int show_plan(Session& session, const UpOptions& options);

}  // namespace bedstone::cli
