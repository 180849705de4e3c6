/// What an error means for the caller: exit codes, and what can be tried again.
#pragma once

#include <vector>

#include "bedstone/results.hpp"

namespace bedstone::bootstrap {

/// The exit code for one error.
ExitCode exit_code_for(const Error& error);
/// The most telling one of several.
ExitCode exit_code_for(const std::vector<Error>& errors);

/// The state of a database that could not be read any further because of `error`.
DatabaseState state_behind(const Error& error);

/// The user who runs this process, by name.
std::string user_name();

}  // namespace bedstone::bootstrap
