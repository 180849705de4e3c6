/// Helpers of this room's tests.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/files.hpp"
#include "cli/command.hpp"

namespace bedstone::cli {

/// A file of the repository that this test was compiled from.
inline std::string repository_path(std::string_view name) {
  const std::string here = files::parent(__FILE__);  // src/cli
  return files::resolve(files::parent(files::parent(here)), name);
}

/// "migrate-up": how docs/commands and docs/schemas call a command's file.
inline std::string file_name_of(const CommandSpec& command) {
  std::string name(command.name);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

}  // namespace bedstone::cli
