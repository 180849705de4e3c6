/// Completion scripts, made from the tables.
#pragma once

#include <string>
#include <string_view>

namespace bedstone::cli {

/// `shell` is bash, zsh or fish.
std::string completion_script(std::string_view shell);

}  // namespace bedstone::cli
