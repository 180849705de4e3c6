/// The errors for names that do not exist, with the name that was probably meant.
#pragma once

#include <string_view>

#include "bedstone/error.hpp"
#include "cli/command.hpp"

namespace bedstone::cli {

/// `name` without dashes; `command` may be null (the flag stood before any command).
Error unknown_flag(std::string_view name, const CommandSpec* command);
/// `group` may be null (the word was the first).
Error unknown_command(std::string_view word, const GroupSpec* group);

}  // namespace bedstone::cli
