/// Helpers of this room's tests.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "tests/support/repository.hpp"

namespace bedstone::cli {

using test::repository_path;

/// "migrate-up": how docs/commands and docs/schemas call a command's file.
inline std::string file_name_of(const CommandSpec& command) {
  std::string name(command.name);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

}  // namespace bedstone::cli
